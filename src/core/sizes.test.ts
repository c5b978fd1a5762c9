import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSize, sizeText } from './sizes.js'

const MB = 1024 ** 2

test('a size is read as people write it, and one without a unit is none', () => {
  const read = ['768MB', '1GB', '1.5 gb', '64 mb', '0B', '12KB', '2TB'].map(parseSize)
  assert.deepEqual(read, [768 * MB, 1024 * MB, 1536 * MB, 64 * MB, 0, 12 * 1024, 2 * 1024 ** 2 * MB])
  for (const text of ['768', '', 'MB', '1.MB', '-1MB', '1e3MB', '768 M', '768MBit', '999999999TB', '1 2MB'])
    assert.equal(parseSize(text), null, text)
})

test('a size is written so that it is read back exactly', () => {
  assert.deepEqual([768 * MB, 1024 * MB, 1536 * MB, 0, 1025].map(sizeText), ['768MB', '1GB', '1536MB', '0B', '1025B'])
  for (const bytes of [0, 1, 1023, 1024, 768 * MB, 2 ** 40, 123_456_789])
    assert.equal(parseSize(sizeText(bytes)), bytes)
})
