import assert from 'node:assert/strict'
import { test } from 'node:test'
import { distribution } from './distribution.js'
import { orderBands } from './monte-carlo.js'

const PROFITS = [100, -50, 80, -120, 60, 40, -30, 90, -70, 20]

test('every order ends where the real one does, and the bands lie in order', () => {
  const bands = orderBands(1_000, PROFITS)
  assert.ok(bands)
  assert.deepEqual(bands.trades, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  const end = 1_000 + PROFITS.reduce((sum, profit) => sum + profit, 0)
  for (const band of [bands.p5, bands.p50, bands.p95, bands.actual]) {
    assert.equal(band[0], 1_000)
    assert.ok(Math.abs((band.at(-1) ?? 0) - end) < 1e-9)
  }
  assert.deepEqual(
    bands.actual.map((value) => Math.round(value)),
    [1_000, 1_100, 1_050, 1_130, 1_010, 1_070, 1_110, 1_080, 1_170, 1_100, 1_120],
  )
  for (const i of bands.trades.keys()) {
    const values: number[] = [bands.p5, bands.p25, bands.p50, bands.p75, bands.p95].map((band) => band[i] as number)
    assert.deepEqual(
      values,
      [...values].sort((a, b) => a - b),
    )
  }
  assert.ok(Math.abs(bands.drawdown.actual - 120 / 1_130) < 1e-12)
  assert.ok(bands.drawdown.median <= bands.drawdown.worst5)
})

test('the same seed gives the same bands, another one others', () => {
  assert.deepEqual(orderBands(1_000, PROFITS), orderBands(1_000, PROFITS))
  assert.notDeepEqual(orderBands(1_000, PROFITS, 2)?.p50, orderBands(1_000, PROFITS)?.p50)
})

test('one trade has no other order, and nothing grows out of nothing', () => {
  assert.equal(orderBands(1_000, [5]), null)
  assert.equal(orderBands(1_000, [5, -2_000, 5]), null)
})

test('a distribution counts every value once, with zero between two bins', () => {
  const values = Array.from({ length: 500 }, (_, i) => ((i * 7_919) % 1_000) / 50 - 8)
  const bins = distribution([...values, 400])
  assert.equal(
    bins.reduce((sum, { count }) => sum + count, 0),
    501,
  )
  assert.ok(bins.some(({ from }) => from === 0))
  assert.ok(bins.length >= 10 && bins.length <= 40)
  for (const [i, { to }] of bins.entries()) if (i + 1 < bins.length) assert.equal(to, bins[i + 1]?.from)
  assert.deepEqual([distribution([]), distribution([2, 2]).map(({ count }) => count)], [[], [2]])
})
