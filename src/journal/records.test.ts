import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lastRowOf } from '../core/protocol.js'
import { RecordsFull } from '../core/records.js'
import { beginJournalAnew } from './anew.js'
import { type JournalOptions, openJournal } from './journal.js'

function place(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'frota-records-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'journal.db')
}

const open = (path: string, more: Partial<JournalOptions> = {}) =>
  openJournal(path, { now: () => new Date('2026-11-21T12:00:00Z'), random: randomBytes, epoch: 3, ...more })

test('a record is kept here and travels with the events that led to it, under the lease of its run', (t) => {
  const path = place(t)
  const journal = open(path)
  const told: number[] = []
  journal.transaction(() => {
    journal.record('order.paid', { id: 'o1' }, { subject: 'ana' })
    journal.keep('orders', 'o1', { paid: 1 }, { subject: 'ana' })
  })
  assert.throws(() => journal.transaction(() => [journal.keep('orders', 'o2', {}), fail()]), /no/)
  const { events, keeps } = journal.pending(9)
  told.push(...events.map(({ seq }) => seq), ...keeps.map(({ seq }) => seq))
  assert.deepEqual(told, [1, 2])
  assert.deepEqual([events[0]?.subject, events[0]?.epoch], ['ana', 3])
  assert.deepEqual(keeps, [
    {
      seq: 2,
      epoch: 3,
      at: '2026-11-21T12:00:00.000Z',
      collection: 'orders',
      key: 'o1',
      data: { paid: 1 },
      subject: 'ana',
    },
  ])
  journal.ack(2)
  journal.close()
  const again = open(path)
  assert.deepEqual(again.records('orders').entries(), [['o1', { paid: 1 }]])
  assert.deepEqual(again.records('orders').get('o1'), { paid: 1 })
  assert.equal(again.records('orders').get('o2'), undefined)
  again.close()
})

test('of one key only the newest travels, behind what led to it, and no answer on its way deletes it', (t) => {
  const journal = open(place(t))
  journal.keep('orders', 'o1', { n: 1 })
  const underWay = lastRowOf(journal.pending(9))
  for (let n = 2; n <= 50; n++) journal.keep('orders', 'o1', { n })
  journal.keep('customers', 'o1', { n: 0 })
  assert.equal(journal.pendingCount(), 2)
  journal.ack(underWay)
  assert.deepEqual(
    journal.pending(9).keeps.map(({ data }) => data),
    [{ n: 50 }, { n: 0 }],
  )
  journal.keep('orders', 'o1', null)
  assert.deepEqual(journal.records('orders').entries(), [])
  assert.deepEqual(
    journal.pending(9).keeps.map(({ data }) => data),
    [{ n: 0 }, null],
  )
  journal.close()
})

test('whoever is forgotten is in the journal no more; what was said of others, or comes later, stays', (t) => {
  const journal = open(place(t))
  journal.keep('customers', '5511', { name: 'Ana' }, { subject: 'ana' })
  journal.ack(1)
  journal.keep('customers', '5511', null) // names the key, and is about her although nobody says so
  journal.record('message.in', { text: 'hi' }, { subject: 'ana' })
  journal.record('message.in', { text: 'hello' }, { subject: 'bia' })
  journal.keep('customers', 'bia', { name: 'Bia' }, { subject: 'bia' })
  journal.keep('customers', 'ana', { name: 'Ana' }, { subject: 'ana' })
  journal.forget('ana')
  journal.keep('customers', 'ana', { name: 'Ana, again' }, { subject: 'ana' })
  const { events, keeps, forgets } = journal.pending(99)
  assert.deepEqual(
    [events.map(({ data }) => data.text), keeps.map(({ data }) => data?.name), forgets],
    [['hello'], ['Bia', 'Ana, again'], [{ seq: 7, epoch: 3, subject: 'ana' }]],
  )
  assert.deepEqual(
    journal
      .records('customers')
      .entries()
      .map(([key]) => key),
    ['ana', 'bia'],
  )
  journal.close()
})

test('what is no record throws and leaves nothing behind; a secret and hostile text are left out of one', (t) => {
  const journal = open(place(t), { toJson: (data) => JSON.stringify(data).replaceAll('hunter2', '[secret]') })
  const big = { text: 'x'.repeat(64 * 1024) }
  assert.throws(() => journal.keep('orders', 'o1', big), /record orders\/o1: 65547 bytes; at most 65536/)
  assert.throws(() => journal.keep('Orders!', 'o1', {}), /^TypeError: collection: /)
  assert.throws(() => journal.keep('orders', '', {}), /key: /)
  assert.throws(() => journal.keep('orders', 'o1', {}, { subject: '\n' }), /subject: /)
  assert.throws(() => journal.keep('orders', 'o1', [] as never), /neither an object nor null/)
  assert.throws(() => journal.record('x', {}, { subject: '' }), /subject: /)
  assert.throws(() => journal.forget('\0'), /subject: /)
  assert.deepEqual([journal.pendingCount(), journal.records('orders').entries()], [0, []])
  journal.keep('orders', 'o1', { text: 'a\0b\ud800', password: 'hunter2' })
  const stands = { text: 'ab\ufffd', password: '[secret]' }
  assert.deepEqual(journal.records('orders').get('o1'), stands)
  assert.deepEqual(journal.pending(1).keeps[0]?.data, stands)
  journal.close()
})

test('a journal that begins anew has the records that it is given, and ships none of them back', (t) => {
  const path = place(t)
  const records = [
    { collection: 'orders', key: 'o1', data: { n: 1 }, subject: 'ana' },
    { collection: 'customers', key: 'ana', data: { n: 2 }, subject: null },
  ]
  const { id } = beginJournalAnew(path, new Date(), records)
  const journal = open(path, { kept: { id, row: 0 } })
  assert.deepEqual(journal.records('orders').entries(), [['o1', { n: 1 }]])
  assert.deepEqual(journal.records('customers').entries(), [['ana', { n: 2 }]])
  assert.equal(journal.pendingCount(), 0)
  journal.forget('ana')
  assert.deepEqual(journal.records('orders').entries(), [])
  journal.close()
})

/** What counts of it: the names and the JSON, in bytes. */
const sizeOf = (collection: string, key: string, data: object) =>
  Buffer.byteLength(collection + key + JSON.stringify(data))

test('the plan’s bytes are a border: to the byte what fits is kept, and what does not throws and changes nothing', (t) => {
  const path = place(t)
  const one = sizeOf('orders', 'ação', { text: '🇧🇷' })
  const journal = open(path, { maxRecordsBytes: 2 * one })
  journal.keep('orders', 'ação', { text: '🇧🇷' })
  journal.keep('orders', 'oãça', { text: '🇧🇷' })
  assert.equal(journal.counts().recordsBytes, 2 * one)
  const before = journal.pending(9)
  const full = (error: unknown) =>
    error instanceof RecordsFull &&
    error.exitCode === 67 &&
    error.code === 'RECORDS_FULL' &&
    /maxRecords/.test(error.message)
  assert.throws(() => journal.keep('orders', 'x', {}), full)
  assert.throws(() => journal.keep('orders', 'ação', { text: '🇧🇷!' }), full)
  const transaction = () => {
    journal.record('order.paid', {})
    journal.keep('orders', 'x', {})
  }
  assert.throws(() => journal.transaction(transaction), full)
  assert.deepEqual(journal.pending(9), before, 'nothing travels of what was refused, nor of what came with it')
  assert.deepEqual(journal.records('orders').get('ação'), { text: '🇧🇷' })
  journal.keep('orders', 'oãça', null)
  journal.keep('orders', 'x', {})
  assert.equal(journal.counts().recordsBytes, one + sizeOf('orders', 'x', {}))
  journal.close()
  const again = open(path)
  assert.equal(again.counts().recordsBytes, one + sizeOf('orders', 'x', {}), 'counted on')
  again.close()
})

test('a smaller plan takes nothing away: what is there stays, can be changed without growing, removed and forgotten', (t) => {
  const journal = open(place(t))
  for (const key of ['a', 'b', 'c']) journal.keep('orders', key, { n: 10 }, { subject: 'ana' })
  journal.limit(sizeOf('orders', 'a', { n: 10 }))
  journal.keep('orders', 'a', { n: 11 })
  journal.keep('orders', 'b', { n: 1 })
  assert.throws(() => journal.keep('orders', 'a', { n: 111 }), /record orders\/a: .* 45 bytes .* allows 15 /)
  assert.throws(() => journal.keep('orders', 'd', {}), RecordsFull)
  assert.equal(journal.records('orders').entries().length, 3)
  journal.keep('orders', 'a', null)
  journal.forget('ana')
  assert.deepEqual([journal.records('orders').entries().length, journal.counts().recordsBytes], [1, 14])
  journal.limit(1_000)
  journal.keep('orders', 'd', {})
  journal.close()
})

test('what the store had comes back whole, also over what the plan allows today', (t) => {
  const path = place(t)
  const records = [{ collection: 'orders', key: 'o1', data: { n: 1 }, subject: null }]
  const { id } = beginJournalAnew(path, new Date(), records)
  const journal = open(path, { kept: { id, row: 0 }, maxRecordsBytes: 3 })
  assert.deepEqual(journal.records('orders').entries(), [['o1', { n: 1 }]])
  assert.equal(journal.counts().recordsBytes, sizeOf('orders', 'o1', { n: 1 }))
  assert.throws(() => journal.keep('orders', 'o2', {}), RecordsFull)
  journal.close()
})

function fail(): never {
  throw new Error('no')
}
