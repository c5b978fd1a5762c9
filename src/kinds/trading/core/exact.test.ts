import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mulDiv, mulDivDown, ratioOf } from './exact.js'
import { cashDecimalsFor, Measure } from './measure.js'

const whole = fc.maxSafeInteger()
const natural = fc.maxSafeNat()
const MOST = BigInt(Number.MAX_SAFE_INTEGER)

function byHand(a: number, b: number, c: number): bigint {
  const product = BigInt(a) * BigInt(b)
  const size = (2n * (product < 0n ? -product : product) + BigInt(c)) / (2n * BigInt(c))
  return product < 0n ? -size : size
}

test('a product divided is the nearest whole number, halves away from zero, or an error beyond 2^53', () => {
  const over = fc.constantFrom(1, 2, 3, 7, 100, 10_000, 99_999_999, 1e8, 1e9, 1e12)
  const small = fc.integer({ min: -1_000_000, max: 1_000_000 })
  const factor = fc.oneof(small, whole, fc.integer({ min: 1e11, max: 1e13 }))
  fc.assert(
    fc.property(factor, factor, over, (a, b, c) => {
      const expected = byHand(a, b, c)
      const isTooLarge = expected > MOST || expected < -MOST
      if (isTooLarge) assert.throws(() => mulDiv(a, b, c), RangeError)
      else assert.equal(BigInt(mulDiv(a, b, c)), expected)
    }),
    { numRuns: 3000 },
  )
})

test('a product divided downwards is exact', () => {
  fc.assert(
    fc.property(natural, natural, fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 1e6 }), (a, b, c, d) => {
      const expected = (BigInt(a) * BigInt(b)) / (BigInt(c) * BigInt(d))
      if (expected > MOST) assert.throws(() => mulDivDown(a, b, c, d), RangeError)
      else assert.equal(BigInt(mulDivDown(a, b, c, d)), expected)
    }),
    { numRuns: 2000 },
  )
})

test('a rate or a step counts by its decimal text', () => {
  assert.deepEqual(ratioOf(0.0005, 'fee'), { of: 5, over: 10_000 })
  assert.deepEqual(ratioOf(0.1, 'tick'), { of: 1, over: 10 })
  assert.deepEqual(ratioOf(1e-8, 'tick'), { of: 1, over: 1e8 })
  assert.deepEqual(ratioOf(-0.00025, 'maker'), { of: -25, over: 100_000 })
  assert.deepEqual(ratioOf(2.5e3, 'lot'), { of: 2500, over: 1 })
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 0.1234567890123456, 1e-20])
    assert.throws(() => ratioOf(bad, 'fee'), /fee must/)
})

const measureOf = (tick: number, lot: number, multiplier = 1, cash = 10_000) =>
  new Measure({ symbol: 'X', tick, lot, minNotional: 0, multiplier, takerFee: 0, makerFee: 0 }, cashDecimalsFor(cash))

test('prices and sizes go to whole steps and come back as people write them', () => {
  const measure = measureOf(0.25, 0.001)
  assert.equal(measure.ticks(100.3), 401)
  assert.equal(measure.price(401), 100.25)
  assert.deepEqual([measure.ticksDown(0.75), measure.ticksUp(0.75), measure.ticksUp(0.7501)], [3, 3, 4])
  assert.equal(measureOf(0.01, 0.01).ticksDown(0.29), 29, 'though 0.29 ÷ 0.01 is 28.999999999999996')
  assert.equal(measureOf(0.01, 0.01).lots(0.29), 29)
  assert.equal(measure.lots(1.2349), 1234)
  assert.equal(measure.size(1234), 1.234)
})

test('money is counted to the last unit, whatever tick, lot and multiplier are', () => {
  assert.equal(measureOf(0.1, 0.001).notional(3, 300_000), 3 * 300_000 * 10_000)
  assert.equal(measureOf(0.5, 1, 100).notional(2, 7), 2 * 7 * 50 * 1e8)
  const fine = measureOf(1e-8, 1e-8)
  assert.equal(
    fine.notional(12_345_678, 3_000_012_345_678),
    Number((12_345_678n * 3_000_012_345_678n + 50_000_000n) / 100_000_000n),
  )
  assert.equal(fine.quote(fine.notional(100_000_000, 123_45678901)), 123.45678901)
})

test('the unit is coarser for larger accounts, and a figure that does not fit is an error', () => {
  assert.deepEqual([1, 10_000, 10_001, 1e6, 1e12].map(cashDecimalsFor), [8, 8, 7, 6, 0])
  for (const cash of [0, -1, Number.NaN, 1e13]) assert.throws(() => cashDecimalsFor(cash), /cash must be/)
  assert.throws(() => measureOf(1, 1).notional(1e9, 1e9), /too large to be counted to the last unit/)
  assert.throws(() => measureOf(1e-8, 1).ticks(1e9), /a price is too large/)
  assert.throws(() => measureOf(0, 1), /tick must be above 0/)
})

test('as many lots as the money buys with its fee, never one more', () => {
  const fee = fc.constantFrom({ of: 0, over: 1 }, { of: 2, over: 1000 }, { of: 5, over: 10_000 })
  const property = fc.property(
    fc.integer({ min: 1, max: 1e13 }),
    fc.integer({ min: 1, max: 1e7 }),
    fee,
    (units, ticks, rate) => {
      const measure = measureOf(0.01, 0.001)
      const paid = (lots: number) => BigInt(lots) * BigInt(ticks) * 1000n * BigInt(rate.over + rate.of)
      const lots = measure.lotsFor(units, ticks, rate)
      const means = BigInt(units) * BigInt(rate.over)
      assert.ok(paid(lots) <= means && paid(lots + 1) > means)
    },
  )
  fc.assert(property, { numRuns: 500 })
})
