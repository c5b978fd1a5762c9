import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { codeOf, hasCode, SQLITE, sqliteCodeOf } from './codes.js'
import { readIfThere, replaceFile } from './files.js'

test('a small file is replaced whole, is nobody else’s to read, and leaves no draft', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-files-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const path = join(dir, 'kept.json')
  assert.equal(readIfThere(path), undefined)
  replaceFile(path, 'one')
  replaceFile(path, 'two', { flush: true })
  assert.equal(readIfThere(path), 'two')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(dir), ['kept.json'])
  assert.throws(() => readIfThere(dir), { code: 'EISDIR' })
})

test('an error is known by its code, never by its words', () => {
  const missing = Object.assign(new Error('ENOENT in words only'), { code: 'EACCES' })
  assert.equal(codeOf(missing), 'EACCES')
  assert.equal(hasCode(missing, 'ENOENT'), false)
  assert.equal(hasCode(missing, 'ENOENT', 'EACCES'), true)
  assert.equal(hasCode('EACCES', 'EACCES'), false)
  assert.equal(hasCode(new Error('no code'), 'undefined'), false)
  assert.equal(sqliteCodeOf(Object.assign(new Error('busy'), { errcode: 0x105 })), SQLITE.busy)
  assert.equal(sqliteCodeOf(new Error('none')), 0)
})
