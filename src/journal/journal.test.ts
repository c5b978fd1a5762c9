import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { MAX_EVENT_CHARS } from '../core/events.js'
import type { JsonObject } from '../core/json.js'
import { SessionExit } from '../core/states.js'
import { type JournalOptions, openJournal, openOutbox } from './journal.js'

function place(t: { after(work: () => void): void }) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-journal-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'sub', 'journal.db')
}

const open = (path: string, more: Partial<JournalOptions> = {}) =>
  openJournal(path, { now: () => new Date(), random: randomBytes, ...more })

test('what was recorded comes back in order, once, until it is acknowledged', (t) => {
  const path = place(t)
  const journal = open(path)
  for (let i = 0; i < 7; i++) journal.record('message.in', { i })
  const first = journal.pending(5).events
  assert.deepEqual(
    first.map((event) => event.data.i),
    [0, 1, 2, 3, 4],
  )
  assert.deepEqual(Object.keys(first[0] ?? {}).sort(), ['at', 'data', 'id', 'seq', 'type'], 'of nobody: no subject')
  journal.ack(first.at(-1)?.seq ?? 0)
  journal.close()

  const again = open(path)
  assert.deepEqual(again.counts(), { eventsPending: 2, intentsOpen: 0, recordsBytes: 0 })
  assert.deepEqual(
    again.pending(100).events.map((event) => event.data.i),
    [5, 6],
  )
  again.ack(7)
  again.record('message.in', { i: 7 })
  assert.equal(again.pending(1).events[0]?.seq, 8, 'a row number is never used twice')
  again.close()
})

test('ids of events tell the time and rise, within a millisecond and when the clock is set back', (t) => {
  let ms = 1_000_000
  const journal = open(place(t), { now: () => new Date(ms) })
  for (let i = 0; i < 5_000; i++) journal.record('x', {})
  ms -= 60_000
  journal.record('x', {})
  const ids = []
  for (let rows = journal.pending(500).events; rows.length > 0; rows = journal.pending(500).events) {
    ids.push(...rows.map((event) => event.id))
    journal.ack(rows.at(-1)?.seq ?? 0)
  }
  assert.equal(ids.length, 5_001)
  assert.deepEqual(ids, [...new Set(ids)].sort())
  const told = Map.groupBy(ids, (id) => Number.parseInt(id.replace('-', '').slice(0, 12), 16))
  // 4,096 fit into a millisecond.
  assert.deepEqual(
    [...told].map(([at, those]) => [at, those.length]),
    [
      [1_000_000, 4_096],
      [1_000_001, 905],
    ],
  )
  journal.close()
})

test('a hostile text neither blocks the events behind it nor the store', (t) => {
  const journal = open(place(t))
  journal.record('message.in', { text: 'a\0b\ud800c', list: [{ 'k\0': '\udfff' }] })
  journal.record('message.in', { text: 'x'.repeat(1_000_000) })
  const [cleaned, cut] = journal.pending(10).events
  assert.deepEqual(cleaned?.data, { text: 'ab\ufffdc', list: [{ k: '\ufffd' }] })
  assert.equal(cut?.data.truncated, true)
  journal.close()
})

test('an event that the supervisor would refuse never gets in front of those behind it', (t) => {
  const journal = open(place(t))
  let deep: JsonObject = {}
  for (let i = 0; i < 40; i++) deep = { deep }
  journal.record('x', deep)
  assert.equal(journal.pending(1).events[0]?.data.truncated, true)
  for (const type of ['', 'x'.repeat(101), 7]) assert.throws(() => journal.record(type as string, {}), /event's type/)
  for (const data of [[], 'text', null])
    assert.throws(() => journal.record('x', data as unknown as JsonObject), /not an object/)
  assert.equal(journal.pendingCount(), 1)
  journal.close()
})

test('a batch stays within a megabyte, unless one row alone is larger', (t) => {
  const journal = open(place(t))
  const largest = { text: 'x'.repeat(MAX_EVENT_CHARS - JSON.stringify({ text: '' }).length) }
  for (let i = 0; i < 5; i++) journal.record('x', largest)
  const { events } = journal.pending(500)
  assert.deepEqual(
    events.map(({ data }) => data),
    Array(4).fill(largest),
  )
  journal.ack(4)
  // As a program with other limits may have left it.
  journal.db.prepare('UPDATE outbox SET data = ?').run(JSON.stringify({ text: 'x'.repeat(2_000_000) }))
  journal.record('x', {})
  assert.deepEqual(
    journal.pending(500).events.map(({ seq }) => seq),
    [5],
  )
  journal.close()
})

test('an intent is planned once, acted on, confirmed; every other move throws', (t) => {
  const journal = open(place(t))
  const { intents } = journal
  assert.equal(intents.plan('reply:1', 'send', { to: 'a' }), true)
  assert.equal(intents.plan('reply:1', 'send', { to: 'b' }), false)
  assert.throws(() => intents.done('reply:1'), /planned → done is not a move/)
  assert.throws(() => intents.unknown('reply:1', 'x'), /not a move/)
  assert.throws(() => intents.acting('reply:2'), /never planned/)
  intents.acting('reply:1')
  assert.deepEqual(
    intents.open({ type: 'send' }).map(({ key, state, data }) => ({ key, state, data })),
    [{ key: 'reply:1', state: 'acting', data: { to: 'a' } }],
  )
  assert.throws(() => intents.drop('reply:1', 'x'), /acting → dropped/)
  intents.done('reply:1', { id: 'm1' })
  assert.equal(journal.db.prepare('SELECT result FROM intents').get()?.result, '{"id":"m1"}')
  assert.throws(() => intents.acting('reply:1'), /done → acting/)
  assert.equal(intents.plan('reply:1', 'send', {}), false, 'closed intents are remembered')
  intents.plan('reply:3', 'send', {})
  intents.drop('reply:3', 'too old')
  intents.plan('reply:4', 'send', {})
  intents.acting('reply:4')
  intents.unknown('reply:4', 'no look-up')
  assert.deepEqual(journal.pending(9).events[0]?.data, { key: 'reply:4', type: 'send', why: 'no look-up' })
  assert.deepEqual(journal.counts(), { eventsPending: 1, intentsOpen: 0, recordsBytes: 0 })
  journal.close()
})

test('closed intents are forgotten after a month, open ones never', (t) => {
  let now = new Date('2026-01-01T00:00:00Z')
  const journal = open(place(t), { now: () => now })
  for (const key of ['closed', 'open']) journal.intents.plan(key, 'send', {})
  journal.intents.drop('closed', 'test')
  now = new Date('2026-03-01T00:00:00Z')
  journal.tidy()
  assert.equal(journal.intents.plan('closed', 'send', {}), true)
  assert.equal(journal.intents.plan('open', 'send', {}), false)
  journal.close()
})

test('a transaction holds whole or not at all, intents and nested ones included', (t) => {
  const path = place(t)
  const journal = open(path)
  const seen = journal.table<number>('seen')
  assert.throws(
    () =>
      journal.transaction(() => {
        seen.set('a', 1)
        journal.intents.plan('k', 'send', {})
        journal.record('x', {})
        throw new Error('half-way')
      }),
    /half-way/,
  )
  assert.deepEqual([seen.entries(), journal.counts()], [[], { eventsPending: 0, intentsOpen: 0, recordsBytes: 0 }])
  assert.throws(() => journal.transaction(async () => 1), /must not be asynchronous/)
  journal.transaction(() => {
    seen.set('a', 1)
    assert.throws(() => journal.transaction(() => [seen.set('b', 2), fail()]))
    journal.intents.plan('k', 'send', {})
  })
  assert.deepEqual(seen.entries(), [['a', 1]])
  assert.equal(journal.db.prepare('PRAGMA synchronous').get()?.synchronous, 1, 'records are cheap again afterwards')
  journal.close()
  assert.equal(open(path).intents.openCount(), 1)
})

test('the journal is readable by its owner only', (t) => {
  const path = place(t)
  const journal = open(path)
  journal.record('x', {})
  for (const file of [path, `${path}-wal`, `${path}-shm`]) assert.equal(statSync(file).mode & 0o777, 0o600, file)
  journal.close()
})

test('a damaged, emptied, half-missing or newer journal is a reason to stop, never a fresh start', (t) => {
  const path = place(t)
  const stops = (pattern: RegExp) =>
    assert.throws(
      () => open(path),
      (error) => error instanceof SessionExit && error.exitCode === 64 && pattern.test(error.message),
    )
  const first = open(path)
  for (let i = 0; i < 2_000; i++) first.record('x', { i, text: 'some text to fill pages' })
  first.close()
  const good = readFileSync(path)

  const bad = Buffer.from(good)
  bad.fill(0xaa, 4_096 * 3, 4_096 * 9)
  writeFileSync(path, bad)
  stops(/journal corrupt: .*put .*journal\.db back from a backup, or begin a new one: frota recover/)
  writeFileSync(path, 'this is not a database, and long enough to be looked at as one; '.repeat(100))
  stops(/journal corrupt/)
  writeFileSync(path, '')
  stops(/it is empty/)
  rmSync(path)
  writeFileSync(`${path}-wal`, 'left over')
  stops(/it is missing/)
  rmSync(`${path}-wal`)

  writeFileSync(path, good)
  const newer = open(path)
  newer.db.exec('PRAGMA user_version = 99')
  newer.close()
  stops(/newer frota/)
})

test('a full disk throws where it happens, is told once, and told again when it is over', (t) => {
  const told: (string | null)[] = []
  const journal = open(place(t), { onTrouble: (reason) => told.push(reason) })
  const pages = Number(journal.db.prepare('PRAGMA page_count').get()?.page_count)
  journal.db.exec(`PRAGMA max_page_count = ${pages + 2}`)
  const flood = () => {
    for (let i = 0; i < 1_000; i++) journal.record('x', { text: 'y'.repeat(500) })
  }
  assert.throws(flood, /full/)
  assert.throws(() => journal.transaction(flood), /full/)
  assert.throws(() => journal.intents.plan('k', 'send', { text: 'z'.repeat(20_000) }), /full/)
  journal.db.exec('PRAGMA max_page_count = 100000')
  assert.equal(journal.intents.plan('k', 'send', {}), true, 'the failed plan left nothing behind')
  assert.deepEqual(told, ['disk full: the journal cannot be written', null])
  journal.close()
})

test('a journal that another program holds is told, and what could not be written left nothing behind', (t) => {
  const told: (string | null)[] = []
  const path = place(t)
  const journal = open(path, { onTrouble: (reason) => told.push(reason) })
  journal.db.exec('PRAGMA busy_timeout = 0')
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  assert.throws(() => journal.record('x', {}), /locked/)
  assert.throws(() => journal.intents.plan('k', 'send', {}), /locked/)
  other.close()
  journal.record('x', {})
  assert.equal(journal.intents.plan('k', 'send', {}), true)
  assert.deepEqual(journal.counts(), { eventsPending: 1, intentsOpen: 1, recordsBytes: 0 })
  assert.deepEqual(told, ['the journal is held by another program', null])
  journal.close()
})

test('what a stopped session left can be shipped without it', (t) => {
  const path = place(t)
  assert.equal(openOutbox(path), undefined)
  const journal = open(path)
  journal.record('x', { n: 1 })
  journal.close()
  const left = openOutbox(path)
  assert.deepEqual(
    left?.pending(10).events.map((event) => event.data),
    [{ n: 1 }],
  )
  left?.ack(1)
  assert.equal(left?.pendingCount(), 0)
  left?.close()
})

function fail(): never {
  throw new Error('no')
}
