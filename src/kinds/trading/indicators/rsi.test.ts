import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Atr } from './atr.js'
import { Ema } from './ema.js'
import type { IndicatorState } from './indicator.js'
import { Rsi, rsi } from './rsi.js'
import { Sma } from './sma.js'

test('an RSI that went through JSON in the middle goes on as if nothing had happened', () => {
  const values = Array.from({ length: 60 }, (_, i) => 100 + 10 * Math.sin(i) + (i % 7))
  for (let cut = 0; cut < values.length; cut++) {
    const first = new Rsi(14)
    const before = values.slice(0, cut).map((value) => first.update(value))
    const second = new Rsi(14).restore(JSON.parse(JSON.stringify(first)) as IndicatorState)
    const after = values.slice(cut).map((value) => second.update(value))
    assert.deepEqual(
      [...before, ...after].map((value) => value ?? Number.NaN),
      [...rsi(values, 14)],
    )
  }
})

test('the state of another indicator or period is refused', () => {
  assert.throws(() => new Rsi(14).restore(new Rsi(13).toJSON()), /rsi: .*of \(13\), this one is of \(14\)/)
  assert.throws(() => new Sma(14).restore(new Ema(14).toJSON()), /sma: .*it is of ema/)
})

test('NaN, Infinity and texts are refused and leave the state as it was', () => {
  const one = new Atr(2)
  one.update({ high: 3, low: 1, close: 2 })
  const before = JSON.stringify(one)
  for (const close of [Number.NaN, Number.POSITIVE_INFINITY, '2' as unknown as number])
    assert.throws(() => one.update({ high: 3, low: 1, close }), {
      name: 'RangeError',
      message: /close must be a finite/,
    })
  assert.equal(JSON.stringify(one), before)
})
