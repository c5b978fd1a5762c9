import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RunId } from '../core/ids.js'
import { openAddresses } from './addresses.js'

const [A, B, C] = ['run-a', 'run-b', 'run-c'] as RunId[] as [RunId, RunId, RunId]

function aDirectory(t: { after(work: () => void): void }) {
  const home = mkdtempSync(join(tmpdir(), 'frota-addresses-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const warnings: string[] = []
  const quiet = () => undefined
  const log = { info: quiet, error: quiet, warn: (text: string) => void warnings.push(text) }
  const dir = join(home, 'run', 'sessions')
  return { dir, warnings, addresses: openAddresses(dir, log) }
}

test('at boot the sockets of runs that are gone are removed, and those of runs that live on are kept', (t) => {
  const { dir, addresses, warnings } = aDirectory(t)
  addresses.prepare()
  for (const run of [A, B, C]) writeFileSync(addresses.of(run), '')
  addresses.sweep([B, 'run-d' as RunId])
  assert.deepEqual(readdirSync(dir), ['run-b.sock'])
  addresses.clear(B)
  assert.deepEqual([readdirSync(dir), warnings], [[], []])
})

test('a run directory that was cleared away stops nothing: there is nothing to remove, and a start makes it anew for its user alone', (t) => {
  const { dir, addresses, warnings } = aDirectory(t)
  addresses.sweep([])
  addresses.clear(A)
  assert.deepEqual(warnings, [])
  addresses.prepare()
  for (const made of [dir, join(dir, '..')]) assert.equal(statSync(made).mode & 0o777, 0o700)
})

test('what cannot be removed is told and no more', (t) => {
  const { dir, addresses, warnings } = aDirectory(t)
  mkdirSync(join(dir, 'run-a.sock', 'inner'), { recursive: true })
  addresses.clear(A)
  addresses.sweep([])
  assert.equal(warnings.length, 2, warnings.join('\n'))
})
