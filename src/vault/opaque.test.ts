import assert from 'node:assert/strict'
import { test } from 'node:test'
import { opaqueNames } from './opaque.js'

const keyed = (byte: number) => opaqueNames({ subkey: (purpose) => Buffer.alloc(32, byte + purpose.length) })

test('a session’s opaque name is the same for one key, another for each session, and fits into an address', () => {
  assert.equal(keyed(1)('id-a'), keyed(1)('id-a'))
  assert.notEqual(keyed(1)('id-a'), keyed(1)('id-b'))
  assert.notEqual(keyed(1)('id-a'), keyed(2)('id-a'))
  assert.match(keyed(1)('id-a'), /^[\w-]{43}$/)
})
