import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readLastExit, writeLastExit } from './last-exit.js'

test('the last word of a run is read for that run only, and garbage is no word', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-last-exit-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  assert.equal(readLastExit(dir, 'r1'), undefined)
  const word = { run: 'r1', code: 65, reason: 'logged out', at: '2026-01-01T00:00:00.000Z' }
  writeLastExit(dir, word)
  assert.deepEqual(readLastExit(dir, 'r1'), word)
  assert.equal(readLastExit(dir, 'r2'), undefined)
  assert.equal(statSync(join(dir, 'last-exit.json')).mode & 0o777, 0o600)
  for (const garbage of ['', '{', 'null', '[]', '{"run":"r1"}']) {
    writeFileSync(join(dir, 'last-exit.json'), garbage)
    assert.equal(readLastExit(dir, 'r1'), undefined, garbage)
  }
})
