import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BadChunk, packed, unpacked } from './codec.js'
import { columnsFrom, FIELDS, type Row } from './columns.js'

const sameBack = (rows: Row[]) => {
  const columns = columnsFrom(rows)
  const back = unpacked(packed(columns))
  for (const name of FIELDS) assert.deepEqual(back[name], columns[name], name)
}

test('what a venue gives comes back to the bit: prices of its tick, volumes of its lot', () => {
  const decimal = (most: number, decimals: number) =>
    fc.integer({ min: 0, max: most }).map((units) => Number((units / 10 ** decimals).toFixed(decimals)))
  const row = fc.tuple(decimal(2 ** 31 - 1, 2), decimal(2 ** 31 - 1, 2), decimal(9_000_000, 7), decimal(2 ** 40, 3))
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 0, max: 40_000_000 }), (rows, minute) =>
      sameBack(rows.map(([a, b, c, v], at) => [(minute + 3 * at) * 60_000, a, b, c, a, v])),
    ),
    { numRuns: 200 },
  )
})

test('any double comes back to the bit, also what no venue would give', () => {
  const any = fc.double({ noDefaultInfinity: false, noNaN: false })
  fc.assert(
    fc.property(fc.array(fc.tuple(any, any, any, any, any, any), { maxLength: 20 }), (rows) => sameBack(rows)),
    { numRuns: 200 },
  )
})

test('bytes that are no chunk are told, not read', () => {
  const bytes = packed(columnsFrom([[0, 1, 2, 0.5, 1, 10]]))
  assert.throws(() => unpacked(bytes.subarray(0, bytes.length - 4)), BadChunk)
  assert.throws(() => unpacked(new Uint8Array([1, 2, 3])), BadChunk)
  assert.throws(() => unpacked(new Uint8Array(0)), BadChunk)
})
