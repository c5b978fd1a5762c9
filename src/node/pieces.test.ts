import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatherPieces } from './pieces.js'

test('pieces of any size come back in their order, whole', () => {
  const pieces = gatherPieces()
  const added: Buffer[] = []
  for (let i = 0; i < 3_000; i++) {
    const size = i % 500 === 0 ? 40_000 : i % 7 === 0 ? 4_095 : i % 3
    const piece = Buffer.alloc(size, i % 251)
    added.push(piece)
    pieces.add(piece)
  }
  assert.ok(Buffer.concat(pieces.all()).equals(Buffer.concat(added)))
  pieces.add(Buffer.from('and more'))
  assert.ok(Buffer.concat(pieces.all()).equals(Buffer.concat([...added, Buffer.from('and more')])))
  assert.deepEqual(gatherPieces().all(), [])
})

test('what is sent byte by byte does not stay in as many pieces, and large ones among them change little', () => {
  const pieces = gatherPieces()
  for (let i = 0; i < 1_000_000; i++) pieces.add(Buffer.from([i % 256]))
  assert.ok(pieces.all().length < 200)
  const mixed = gatherPieces()
  for (let i = 0; i < 1_000; i++) for (const size of [1, 4_096]) mixed.add(Buffer.alloc(size))
  const held = new Set(mixed.all().map(({ buffer }) => buffer))
  assert.ok([...held].reduce((bytes, { byteLength }) => bytes + byteLength, 0) < 2 * 1_000 * 4_097)
})
