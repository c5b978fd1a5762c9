import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openThinnedCurve } from './thinned.js'

const thinned = (values: number[], most: number) => {
  const curve = openThinnedCurve(most)
  for (const [i, value] of values.entries()) curve.take(i, value, value * 2)
  return curve.result()
}

test('a short curve is left as it is', () => {
  const { at, equity, lowest, close, candlesEach } = thinned([3, 1, 2], 4)
  assert.deepEqual([at, equity, lowest, close, candlesEach], [[0, 1, 2], [3, 1, 2], [3, 1, 2], [6, 2, 4], 1])
})

test('of a long one points are left that are equally far apart, each with its last equity and its lowest', () => {
  const values = Array.from({ length: 1_000 }, (_, i) => (i * 7_919) % 997)
  for (const count of [5, 8, 9, 17, 100, 1_000]) {
    const given = values.slice(0, count)
    const { at, equity, lowest, candlesEach } = thinned(given, 8)
    assert.ok(at.length <= 8 && (at.length >= 4 || count <= 8))
    for (const [i, time] of at.entries()) {
      assert.equal(time, Math.min((i + 1) * candlesEach, count) - 1)
      assert.equal(equity[i], given[time])
      assert.equal(lowest[i], Math.min(...given.slice(i * candlesEach, time + 1)))
    }
  }
})
