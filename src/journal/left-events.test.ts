import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { RowRefused } from '../core/put-aside.js'
import { StoreUnavailable } from '../store/store.js'
import { openJournal, openOutbox } from './journal.js'
import { shipLeftEvents } from './left-events.js'

function aJournal(t: TestContext, count: number): string {
  const dir = mkdtempSync(join(tmpdir(), 'frota-left-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'journal.db')
  const journal = openJournal(path, { now: () => new Date(), random: randomBytes })
  for (let i = 1; i <= count; i++) journal.record('count', { i })
  journal.close()
  return path
}

const isOurs = async () => true

test('what a session left is shipped in order, and only once', async (t) => {
  const path = aJournal(t, 1201)
  const got: unknown[] = []
  const append = async ({ events }: { events: { data: { i?: unknown } }[] }) =>
    void got.push(...events.map(({ data }) => data.i))
  assert.deepEqual(await shipLeftEvents(path, append, isOurs), { events: 1201, damage: null, refused: [] })
  assert.deepEqual(await shipLeftEvents(path, append, isOurs), { events: 0, damage: null, refused: [] })
  assert.deepEqual(
    got,
    Array.from({ length: 1201 }, (_, i) => i + 1),
  )
})

test('what the store did not take stays for the next time', async (t) => {
  const path = aJournal(t, 600)
  let calls = 0
  const oneBatch = async () => {
    if (++calls > 1) throw new StoreUnavailable('supabase', 'away')
  }
  await assert.rejects(shipLeftEvents(path, oneBatch, isOurs), StoreUnavailable)
  const outbox = openOutbox(path)
  assert.equal(outbox?.pendingCount(), 100)
  outbox?.close()
})

test('a damaged journal is told, and no journal at all is nothing to tell', async (t) => {
  const path = aJournal(t, 1)
  const append = () => assert.fail('there is nothing to append')
  writeFileSync(path, 'this is not a database, and long enough to be looked at as one; '.repeat(100))
  const { events, damage } = await shipLeftEvents(path, append, isOurs)
  assert.equal(events, 0)
  assert.match(String(damage), /not a database/)
  assert.deepEqual(await shipLeftEvents(`${path}.none`, append, isOurs), { events: 0, damage: null, refused: [] })
})

test('what no store would ever take is told, and the rest is shipped and counted', async (t) => {
  const path = aJournal(t, 3)
  const journal = openJournal(path, { now: () => new Date(), random: randomBytes })
  const insert = journal.db.prepare('INSERT INTO outbox (id, at, type, data) VALUES (?, ?, ?, ?)')
  insert.run(randomUUID(), '0000-01-01T00:00:00Z', 'count', '{}')
  insert.run(randomUUID(), '2026-01-01T00:00:00Z', 'session.state', '{}')
  journal.record('count', { i: 6 })
  const { id } = journal.mark()
  journal.close()
  const got: unknown[] = []
  const rows: unknown[] = []
  const append: Parameters<typeof shipLeftEvents>[1] = async ({ events }, journal, row) => {
    if (events.some(({ data }) => data.i === 2)) throw new RowRefused('supabase', 'not this one')
    got.push(...events.map(({ data }) => data.i))
    if (row !== null) rows.push([journal, row])
  }
  assert.deepEqual((await shipLeftEvents(path, append, async () => false)).events, 0)
  const { events, refused } = await shipLeftEvents(path, append, async (found) => found === id)
  assert.equal(events, 3)
  assert.deepEqual(got, [1, 3, 6])
  assert.deepEqual(rows.at(-1), [id, 6])
  assert.deepEqual(
    refused.map((why) => /^(at|type|The supabase store refused it)\b/.exec(why)?.[1]),
    ['at', 'type', 'The supabase store refused it'],
  )
})
