import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { joined, type Span, within, without } from './spans.js'

const span = fc.tuple(fc.nat(60), fc.nat(12)).map(([from, length]) => ({ from, to: from + length }))
const minutes = (spans: readonly Span[]) =>
  new Set(spans.flatMap(({ from, to }) => Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at)))

test('what is left, joined and cut is exactly the time it says', () => {
  fc.assert(
    fc.property(span, fc.array(span, { maxLength: 8 }), (wanted, taken) => {
      const [asked, have] = [minutes([wanted]), minutes(taken)]
      const both = [...asked].filter((at) => have.has(at))
      assert.deepEqual(
        [...minutes(without(wanted, taken))],
        [...asked].filter((at) => !have.has(at)),
      )
      assert.deepEqual([...minutes(within(taken, wanted))], both)
      assert.deepEqual(
        [...minutes(joined(taken))],
        [...have].sort((a, b) => a - b),
      )
    }),
  )
})

test('joined spans neither touch nor are empty', () => {
  assert.deepEqual(
    joined([
      { from: 5, to: 7 },
      { from: 3, to: 3 },
      { from: 0, to: 2 },
      { from: 2, to: 4 },
    ]),
    [
      { from: 0, to: 4 },
      { from: 5, to: 7 },
    ],
  )
})
