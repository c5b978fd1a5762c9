import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toColumns } from './candle.js'
import { openQuality } from './quality.js'

const DAY = 86_400_000
const quality = (times: number[], given?: string, volume = (_: number) => 1) => {
  const reader = openQuality(given)
  const candles = times.map((at, i) => ({ at, open: 1, high: 1, low: 1, close: 1, volume: volume(i) }))
  for (let from = 0; from < candles.length; from += 7) reader.take(toColumns(candles.slice(from, from + 7)))
  return reader.result()
}
const MONDAY = Date.UTC(2024, 0, 1)
const every = (step: number, count: number, from = MONDAY) => Array.from({ length: count }, (_, i) => from + i * step)
const isWeekday = (at: number) => ![0, 6].includes(new Date(at).getUTCDay())

test('the timeframe is the commonest distance, unless it is given', () => {
  assert.equal(quality(every(60_000, 50)).timeframe, '1m')
  assert.equal(quality(every(DAY, 50).filter(isWeekday)).timeframe, '1d')
  assert.equal(quality(every(31 * DAY, 20)).timeframe, '1M')
  assert.equal(quality(every(DAY, 50), '4h').timeframe, '4h')
})

test('a hole is told with its length, the longest first', () => {
  const times = every(60_000, 100).filter((_, i) => i !== 10 && (i < 50 || i > 56))
  const { gaps, missing, longestGaps, candles } = quality(times)
  assert.deepEqual([gaps, missing, candles], [2, 8, 92])
  assert.deepEqual(longestGaps, [
    { after: MONDAY + 49 * 60_000, before: MONDAY + 57 * 60_000, missing: 7 },
    { after: MONDAY + 9 * 60_000, before: MONDAY + 11 * 60_000, missing: 1 },
  ])
})

test('where the market closes, weekends and holidays are no gaps, and a week is one', () => {
  const year = every(DAY, 365).filter(isWeekday)
  assert.deepEqual([quality(year).gaps, quality(year).closes], [0, true])
  const shut = year.filter((at) => at < Date.UTC(2024, 5, 3) || at > Date.UTC(2024, 5, 7))
  assert.equal(quality(shut).gaps, 1)
  const always = every(DAY, 365).filter((_, i) => i !== 100)
  assert.deepEqual([quality(always).gaps, quality(always).closes], [1, false])
})

test('candles in which nothing was traded are counted', () => {
  assert.equal(quality(every(60_000, 30), undefined, (i) => i % 3).zeroVolume, 10)
})
