import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { draftJournal } from './anew.js'
import { openJournal } from './journal.js'

const mayMount = process.getuid?.() === 0 && existsSync('/bin/mount')

test('a new journal has all records that it was given, or is none: not on a disk that takes only a part', {
  skip: !mayMount && 'only root may mount the small disk this needs',
}, (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-anew-'))
  t.after(() => {
    execFileSync('/bin/umount', ['-l', dir])
    rmSync(dir, { recursive: true, force: true })
  })
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=3m,mode=0700', 'tmpfs', dir])
  const records = (count: number) =>
    Array.from({ length: count }, (_, i) => ({
      collection: 'orders',
      key: `${i}`.padStart(5, '0'),
      data: { text: 'x'.repeat(1_000) },
      subject: null,
    }))
  const path = join(dir, 'session/journal.db')
  const take = (count: number) => draftJournal(join(dir, 'draft/journal.db'), records(count)).putAt(path, new Date())
  assert.throws(() => take(2_000), { code: 'DISK_FULL' })
  assert.equal(existsSync(path), false)
  take(500)
  const journal = openJournal(path, { now: () => new Date(), random: () => new Uint8Array(10) })
  assert.equal(journal.records('orders').entries().length, 500)
  journal.close()
})
