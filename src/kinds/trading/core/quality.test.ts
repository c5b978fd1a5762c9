// More than one thing can be wrong with a candle, and all of it is told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Driven, feed, open } from '../../../../test/trading-driver.js'
import { type Candle, defineStrategy } from '../public.js'

const seen: Candle[] = []
const watching = defineStrategy({
  name: 'watching',
  parameters: () => ({}),
  start: () => ({}),
  next(candle): undefined {
    seen.push({ ...candle })
  },
})

const problemsOf = ({ intents }: Driven) =>
  intents.flatMap((intent) => (intent.type === 'problem' ? [intent.problem] : []))

const candle = (minute: number, close: number): Candle => ({
  at: minute * 60_000,
  open: 100,
  high: 101,
  low: 99,
  close,
  volume: 1,
})

test('a candle after a gap whose close lies outside its range is told twice, and widened', () => {
  const driven = open({ strategy: watching })
  feed(driven, 'BTC', candle(0, 100))
  feed(driven, 'BTC', candle(4, 105))
  assert.deepEqual(
    problemsOf(driven).map(({ code, candles }) => `${code} ${candles}`),
    ['gap 3', 'outside-range 1'],
  )
  assert.deepEqual(seen.at(-1), { ...candle(4, 105), high: 105 })
})

test('a date before 1970 is called that', () => {
  const driven = open({ strategy: watching })
  feed(driven, 'BTC', candle(-5, 100))
  const [problem, ...more] = problemsOf(driven)
  assert.equal(more.length, 0)
  assert.deepEqual([problem?.code, problem?.at], ['before-1970', -300_000])
  assert.match(problem?.text ?? '', /1969-12-31T23:55:00Z: times before 1970/)
})
