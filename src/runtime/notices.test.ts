import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventProblem } from '../core/events.js'
import type { Notice } from '../core/notices.js'
import { openJournal } from '../journal/journal.js'
import { noticeId, noticesOf } from './notices.js'
import { redactedJson, redactorFor } from './redact.js'

const SECRET = 'hunter2-secret-of-the-shop'

function aSession(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-notices-'))
  const redact = redactorFor([SECRET])
  const toJson = (data: object) => redactedJson(data, redact)
  const journal = openJournal(join(dir, 'journal.db'), { now: () => new Date(), random: randomBytes, toJson })
  t.after(() => {
    journal.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const notify = noticesOf({ session: 'session-1', journal, redact })
  return { journal, notify, pending: () => journal.pending(100).events }
}

const order: Notice = { key: 'order:1', level: 'info', title: 'An order', text: 'Two pizzas' }

test('a notice is an event whose id is the same for the same key of the same session, and for no other', (t) => {
  const { notify, pending, journal } = aSession(t)
  notify(order)
  const [event] = pending()
  assert.deepEqual([event?.type, event?.data], ['notice', { ...order }])
  assert.equal(event?.id, noticeId('session-1', 'order:1'))
  assert.equal(eventProblem(event), null)
  assert.match(event?.id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  const others = [noticeId('session-2', 'order:1'), noticeId('session-1', 'order:2'), noticeId('session-1order', ':1')]
  assert.equal(new Set([...others, event?.id]).size, 4)
  notify({ ...order, title: 'Again' })
  assert.equal(pending().length, 1, 'one that waits is not written twice')
  journal.ack(99)
  notify(order)
  assert.equal(pending().length, 1, 'whether it was told is the store’s to say')
})

test('it holds with the transaction that it is called in, or not at all', (t) => {
  const { notify, pending, journal } = aSession(t)
  assert.throws(() =>
    journal.transaction(() => {
      journal.record('sold', {})
      notify(order)
      throw new Error('no')
    }),
  )
  assert.deepEqual(pending(), [])
  journal.transaction(() => {
    journal.record('sold', {})
    notify(order)
  })
  assert.deepEqual(
    pending().map(({ type }) => type),
    ['sold', 'notice'],
  )
})

test('no secret is in it, nor half of one where it is cut; and it is no longer than it is told', (t) => {
  const { notify, pending } = aSession(t)
  const nearly = (most: number) => `${'x'.repeat(most - 8)}${SECRET}${'y'.repeat(100)}`
  notify({ key: `k ${SECRET}`, level: 'critical', title: nearly(200), text: nearly(3_000) })
  const [{ data } = { data: {} as Record<string, unknown> }] = pending()
  assert.doesNotMatch(JSON.stringify(data), /hunter2|hunte/)
  assert.deepEqual([data.key, String(data.title).length, String(data.text).length], ['k [secret]', 200, 3_000])
})

test('what is no notice is refused by the name of its field, and nothing is written', (t) => {
  const { notify, pending, journal } = aSession(t)
  assert.throws(() => notify({ ...order, level: 'loud' as Notice['level'] }), { name: 'TypeError', message: /level/ })
  assert.throws(() => notify({ ...order, key: '' }), { name: 'TypeError', message: /notify: key/ })
  assert.throws(() => journal.record('notice', { ...order }), /frota's own word/)
  assert.deepEqual(pending(), [])
})

test('a session that sends another shape under that name is refused', (t) => {
  const { notify, pending } = aSession(t)
  notify(order)
  const [event] = pending()
  assert.match(eventProblem({ ...event, data: { ...order, level: 'loud' } }) ?? '', /^data\.level/)
  assert.match(eventProblem({ ...event, data: {} }) ?? '', /^data\.key/)
})
