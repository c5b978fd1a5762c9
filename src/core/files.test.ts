import assert from 'node:assert/strict'
import { test } from 'node:test'
import { filesIn, isCheckedFile, isStoredFile } from './files.js'

const sha256 = 'a'.repeat(64)
const file = { name: 'a.md', sha256, bytes: 3 }

test('a stored file is name, hash and size, and nothing else', () => {
  assert.equal(isStoredFile(file), true)
  assert.equal(isStoredFile({ ...file, bytes: 0 }), true)
  assert.equal(isStoredFile({ ...file, name: 'n'.repeat(255) }), true)
  for (const odd of [
    null,
    'a.md',
    [],
    {},
    { ...file, more: 1 },
    { ...file, path: '/etc/passwd' },
    { ...file, name: '' },
    { ...file, name: 'n'.repeat(256) },
    { ...file, name: 1 },
    { ...file, sha256: sha256.slice(1) },
    { ...file, sha256: `../${sha256.slice(3)}` },
    { ...file, sha256: sha256.toUpperCase() },
    { ...file, bytes: -1 },
    { ...file, bytes: 1.5 },
    { ...file, bytes: '3' },
  ])
    assert.equal(isStoredFile(odd), false, JSON.stringify(odd))
})

test('a checked one lies where its hash says, and nowhere else', () => {
  assert.equal(isCheckedFile({ ...file, path: `config-files/${sha256}` }), true)
  for (const path of [undefined, '/etc/passwd', `config-files/${'b'.repeat(64)}`, `/config-files/${sha256}`])
    assert.equal(isCheckedFile({ ...file, path }), false)
  assert.equal(isCheckedFile('a'), false)
})

test('the files of a config are found among its other values', () => {
  assert.deepEqual(filesIn({ a: 1, text: file, b: { ...file, more: 1 } }), [['text', file]])
})
