// Which journal it is, how far it came, and whose words may be in it.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { JournalMark } from '../core/journals.js'
import { SessionExit } from '../core/states.js'
import { beginJournalAnew } from './anew.js'
import { type JournalOptions, openJournal } from './journal.js'

function place(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'frota-journal-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'sub', 'journal.db')
}

const open = (path: string, more: Partial<JournalOptions> = {}) =>
  openJournal(path, { now: () => new Date(), random: randomBytes, ...more })

test('a journal that is not the one the session had is a reason to stop; nothing is made and nothing touched', (t) => {
  const path = place(t)
  const journal = open(path)
  const { id } = journal.mark()
  assert.match(id, /^[0-9a-f]{32}$/)
  for (let i = 0; i < 9; i++) journal.record('x', {})
  journal.ack(9)
  assert.deepEqual(journal.mark(), { id, row: 9 })
  journal.close()

  const stops = (kept: JournalMark, pattern: RegExp) =>
    assert.throws(
      () => open(path, { kept }),
      (error) => error instanceof SessionExit && error.exitCode === 64 && pattern.test(error.message),
    )
  open(path, { kept: { id, row: 9 } }).close()
  stops({ id, row: 10 }, /an older copy: it ends at row 9, and row 10 was acknowledged; .*frota recover/)
  stops({ id: 'f'.repeat(32), row: 0 }, /another one than it had; .*frota recover/)
  rmSync(path)
  stops({ id, row: 0 }, /its journal is gone; put .*journal\.db back from a backup/)
  assert.equal(existsSync(path), false)
  const fresh = open(path)
  assert.notEqual(fresh.mark().id, id)
  fresh.close()
})

test('a new journal sets the old one aside, whole, and begins with an id of its own', (t) => {
  const path = place(t)
  const old = open(path)
  for (let i = 0; i < 3; i++) old.record('x', { i })
  const at = new Date('2026-11-21T10:00:00Z')
  const first = beginJournalAnew(path, at) // while its log is still beside it, as after a kill
  old.close()
  assert.equal(first.setAside, path.replace('.db', '.20261121T100000Z.db'))
  const aside = open(first.setAside ?? '')
  assert.deepEqual([aside.pendingCount(), aside.mark().row], [3, 3])
  aside.close()
  const fresh = open(path, { kept: { id: first.id, row: 0 } })
  assert.deepEqual([fresh.mark(), fresh.pendingCount()], [{ id: first.id, row: 0 }, 0])
  fresh.close()
  assert.notEqual(beginJournalAnew(path, at).setAside, first.setAside)
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
  assert.equal(beginJournalAnew(path, at).setAside, null)
})

test('an event type that is frota’s own cannot be recorded by a kind', (t) => {
  const journal = open(place(t))
  for (const type of [
    'session.state',
    'session.ended',
    'session.crash',
    'session.anything',
    'intent.unknown',
    'config.changed',
  ])
    assert.throws(() => journal.record(type, {}), {
      name: 'TypeError',
      message: /frota's own word: a kind chooses another/,
    })
  for (const type of ['a\nb', 'nul\0', 'half \udc00']) assert.throws(() => journal.record(type, {}), /event's type/)
  for (const type of ['sessions', 'message.in', 'my.session.state']) journal.record(type, {})
  journal.recordOwn('session.crash', {})
  assert.equal(journal.pendingCount(), 4)
  journal.close()
})

test('what leaves for the store is on the disk first: a power cut never leaves the store ahead of the journal', (t) => {
  const path = place(t)
  const journal = open(path)
  const flushed = () => Number(journal.db.prepare('SELECT n FROM flushed').get()?.n)
  journal.pending(1)
  assert.equal(flushed(), 0, 'nothing leaves')
  journal.record('x', {})
  assert.equal(flushed(), 0, 'records are cheap')
  for (let i = 0; i < 3; i++) journal.pending(1)
  assert.equal(flushed(), 1)
  journal.recordOwn('session.crash', {})
  journal.pending(1)
  assert.equal(flushed(), 2)
  assert.equal(journal.db.prepare('PRAGMA synchronous').get()?.synchronous, 1)
  journal.close()
  const again = open(path)
  again.pending(1)
  assert.equal(
    Number(again.db.prepare('SELECT n FROM flushed').get()?.n),
    3,
    'what an earlier run left may be in the cache only',
  )
  again.close()
})
