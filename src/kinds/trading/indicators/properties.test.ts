// What holds for every indicator and every pattern, whatever the data.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { EVERY_INDICATOR, type Exported } from '../../../../test/trading-indicators.js'
import { type IndicatorState, indicatorFrom, Rsi, Sma } from '../public.js'

const RUNS = { numRuns: 25, seed: 9 }
/** Longer than the longest warm-up, MACD's 34, and than two blocks of a rolling window. */
const LENGTH = 90

const price = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((ticks) => ticks / 4),
  fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
)
const candle = fc
  .tuple(price, price, price, price, fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e12, noNaN: true })))
  .map(([open, close, one, other, volume]) => ({
    open,
    high: Math.max(open, close, one, other),
    low: Math.min(open, close, one, other),
    close,
    volume,
  }))
const candles = fc
  .array(candle, { minLength: LENGTH, maxLength: LENGTH })
  .map((all) => all.map((one, i) => ({ ...one, at: i * 3_600_000 })))

const inputsOf = ({ takesNumbers }: Exported, all: { close: number }[]) =>
  takesNumbers ? all.map(({ close }) => close) : all
/** Volume-weighted prices know no answer where nothing was traded. */
const mayPause = ({ name }: Exported) => name.endsWith('Vwap')
const numbersIn = (answer: unknown): number[] =>
  typeof answer === 'object' && answer !== null ? Object.values(answer) : [answer as number]

test('there are as many as there should be', () => {
  assert.equal(EVERY_INDICATOR.length, 31)
})

for (const exported of EVERY_INDICATOR) {
  const { name, make } = exported

  test(`${name}: after a restart in any place it answers the same to the last bit, and its state is JSON`, () => {
    fc.assert(
      fc.property(candles, fc.nat(LENGTH), (all, cut) => {
        const whole = make()
        const first = make()
        const resumed: unknown[] = []
        const inputs = inputsOf(exported, all)
        const expected = inputs.map((input) => whole.update(input))
        for (const input of inputs.slice(0, cut)) resumed.push(first.update(input))
        const state = JSON.parse(JSON.stringify(first)) as IndicatorState
        const second = (cut % 2 === 0 ? make().restore(state) : indicatorFrom(state)) as ReturnType<typeof make>
        for (const input of inputs.slice(cut)) resumed.push(second.update(input))
        assert.deepEqual(resumed, expected)
        assert.equal(JSON.stringify(second), JSON.stringify(whole))
      }),
      RUNS,
    )
  })

  test(`${name}: the first answer comes when it says, and from there on each is a finite number`, () => {
    fc.assert(
      fc.property(candles, (all) => {
        const one = make()
        for (const [i, input] of inputsOf(exported, all).entries()) {
          const answer = one.update(input)
          const isWarm = i + 1 >= one.warmUp
          if (isWarm && mayPause(exported) && answer === undefined) continue
          assert.equal(answer !== undefined, isWarm, `input ${i + 1} of ${one.warmUp}`)
          if (isWarm) assert.ok(numbersIn(answer).every(Number.isFinite), JSON.stringify(answer))
        }
      }),
      RUNS,
    )
  })

  test(`${name}: what is no number is refused by name, and nothing has changed then`, () => {
    const [whole] = fc.sample(candles, { numRuns: 1, seed: 3 })
    const inputs = inputsOf(exported, whole ?? [])
    for (const seen of [0, 3, LENGTH - 1]) {
      const one = make()
      for (const input of inputs.slice(0, seen)) one.update(input)
      const before = JSON.stringify(one)
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e101, '3', null, undefined])
        for (const wrong of spoilt(make, inputs[seen], bad)) {
          const says = { name: 'RangeError', message: new RegExp(`^${one.name}: \\w+ must be a finite number`) }
          assert.throws(() => one.update(wrong), says, JSON.stringify(wrong))
        }
      assert.equal(JSON.stringify(one), before)
    }
  })

  test(`${name}: a state that is not its own is refused`, () => {
    const state = make().toJSON()
    const wrong = [null, {}, [], { ...state, indicator: 'other' }, { ...state, args: [77] }]
    const fields = Object.keys(state).filter((field) => field !== 'indicator' && field !== 'args')
    for (const field of fields) wrong.push({ ...state, [field]: 'text' }, { ...state, [field]: undefined })
    for (const one of wrong)
      assert.throws(() => make().restore(one as unknown as IndicatorState), TypeError, JSON.stringify(one))
  })
}

test('a class makes itself of its state, and no other', () => {
  const one = new Sma(3)
  for (const value of [1, 2, 3, 4]) one.update(value)
  assert.equal(Sma.from(one.toJSON()).update(8), 5)
  assert.throws(() => Rsi.from(one.toJSON()), /rsi: its stored state does not fit: it is of sma/)
  for (const wrong of [null, {}, { indicator: 'sma' }, { indicator: 'none', args: [3] }])
    for (const from of [indicatorFrom, (state: IndicatorState) => Sma.from(state)])
      assert.throws(() => from(wrong as unknown as IndicatorState), TypeError)
})

/** One copy for each field that is looked at, with that one wrong. */
function spoilt(make: Exported['make'], input: unknown, bad: unknown): unknown[] {
  if (typeof input !== 'object' || input === null) return [bad]
  const looked = new Set<string>()
  const watched = new Proxy(input, {
    get(target, field) {
      looked.add(String(field))
      return Reflect.get(target, field)
    },
  })
  make().update(watched)
  return [...looked].map((field) => ({ ...input, [field]: bad }))
}
