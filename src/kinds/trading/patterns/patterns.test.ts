// What TA-Lib has not, and the edges of what it has.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Engulfing, InsideBar, PinBar } from './index.js'

const bar = (open: number, high: number, low: number, close: number) => ({ open, high, low, close })

test('an inside bar lies wholly within the one before', () => {
  const one = new InsideBar()
  const bars = [bar(5, 10, 0, 5), bar(5, 9, 1, 5), bar(5, 9, 2, 5), bar(5, 8, 2, 5), bar(5, 7, 3, 5)]
  assert.deepEqual(
    bars.map((candle) => one.update(candle)),
    [undefined, 100, 0, 0, 100],
  )
})

test('a pin bar has one shadow of two thirds of its range', () => {
  const cases: [number[], number][] = [
    [[8, 9, 0, 7], 100],
    [[6, 9, 0, 9], 100],
    [[5.9, 9, 0, 9], 0],
    [[1, 9, 0, 3], -100],
    [[1, 9, 0, 3.1], 0],
    [[5, 9, 0, 5], 0],
    [[5, 5, 5, 5], 0],
  ]
  for (const [[open = 0, high = 0, low = 0, close = 0], expected] of cases)
    assert.equal(new PinBar().update(bar(open, high, low, close)), expected, `${open} ${high} ${low} ${close}`)
})

test('bodies that meet at one end engulf by 80, equal ones not at all', () => {
  const after = (last: ReturnType<typeof bar>, candle: ReturnType<typeof bar>) => {
    const one = new Engulfing()
    one.update(candle)
    one.update(last)
    return one.update(candle)
  }
  assert.equal(after(bar(4, 5, 2, 3), bar(2, 5, 2, 5)), 100)
  assert.equal(after(bar(4, 5, 2, 3), bar(3, 5, 2, 5)), 80)
  assert.equal(after(bar(4, 5, 2, 3), bar(3, 5, 2, 4)), 0)
  assert.equal(after(bar(3, 5, 2, 4), bar(5, 5, 2, 2)), -100)
  assert.equal(after(bar(3, 5, 2, 4), bar(5, 5, 2, 3)), -80)
  assert.equal(after(bar(4, 5, 2, 3), bar(5, 5, 2, 2)), 0, 'of one colour')
})
