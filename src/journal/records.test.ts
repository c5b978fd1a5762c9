import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { lastRowOf } from '../core/protocol.js'
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

function fail(): never {
  throw new Error('no')
}
