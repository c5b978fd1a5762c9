import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { uuidv7 } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { StoredSession } from '../store/store.js'

async function aTalkingFleet(t: Parameters<typeof aFleet>[0], kind = 'probe') {
  const fleet = await aFleet(t)
  const { store, acme } = fleet.parts
  await fleet.sessions.add({ ref: 'acme/x', kind })
  const session = (await store.tenant(acme).session('x')) as StoredSession
  const say = (data: JsonObject, at = new Date()) => {
    const id = uuidv7(at.getTime(), crypto.getRandomValues(new Uint8Array(10)))
    return store.home(session.home).append([{ id, tenantId: acme, session: session.id, at, type: 'said', data }])
  }
  const view = (where: string[] = [], more: { limit?: number; cursor?: string } = {}) =>
    fleet.tenants.view({ slug: 'acme', name: 'probe_said', where, ...more })
  const words = async (...where: string[]) => (await view(where)).rows.map(({ word }) => word)
  return { ...fleet, say, view, words }
}

test('a customer’s views are listed with what can be asked of them', async (t) => {
  const { tenants } = await aFleet(t)
  const [said] = await tenants.views({ slug: 'acme' })
  assert.deepEqual([said?.name, said?.kind, said?.help], ['probe_said', 'probe', 'What was said'])
  assert.deepEqual(
    said?.columns.filter(({ filter }) => filter).map(({ name }) => name),
    ['session', 'at', 'type', 'word', 'n', 'loud', 'due'],
  )
  await assert.rejects(tenants.views({ slug: 'none' }), { code: 'TENANT_UNKNOWN' })
})

test('a view is asked by its columns, as people write values', async (t) => {
  const { say, words } = await aTalkingFleet(t)
  await say({ word: 'old' }, new Date(Date.now() - 3_600_000))
  await say({ word: 'a=b', n: 3, loud: true, due: '2026-11-20T12:00:00.000Z' })
  const cases: [where: string[], found: string[]][] = [
    [[], ['a=b', 'old']],
    [['word=a=b'], ['a=b']],
    [['word='], []],
    [['word<b'], ['a=b']],
    [['n>=3', 'n<4'], ['a=b']],
    [['n>3'], []],
    [['loud=yes'], ['a=b']],
    [['at>=10m'], ['a=b']],
    [['at<10m'], ['old']],
    [['due=2026-11-20T09:00:00-03:00'], ['a=b']],
    [['session=x'], ['a=b', 'old']],
    [['session=acme/x'], ['a=b', 'old']],
    [['session=a'], []],
    [['type=said'], ['a=b', 'old']],
  ]
  for (const [where, found] of cases) assert.deepEqual(await words(...where), found, where.join(' '))
})

test('what cannot be asked is refused with what can', async (t) => {
  const { view, tenants } = await aTalkingFleet(t)
  const cases: [where: string, code: string, words: RegExp][] = [
    ['word', 'BAD_FILTER', /no condition/],
    ['wrod=x', 'BAD_FILTER', /"wrod"/],
    ['price=1', 'BAD_FILTER', /"price"/],
    ['tenant_id=x', 'BAD_FILTER', /"tenant_id"/],
    ['n=1.5', 'BAD_FILTER', /whole number/],
    ['n=9007199254740993', 'BAD_FILTER', /whole number/],
    ['loud=2', 'BAD_FILTER', /0 or 1/],
    ['loud>0', 'BAD_FILTER', /by = only/],
    ['session>a', 'BAD_FILTER', /by = only/],
    ['session=none', 'SESSION_UNKNOWN', /no session "none"/],
    ['at>yesterday', 'BAD_SINCE', /not a time/],
  ]
  for (const [where, code, words] of cases) await assert.rejects(view([where]), { code, message: words }, where)
  await assert.rejects(view(['wrod=x']), { hint: /word/ })
  for (const limit of [0, 201, 1.5]) await assert.rejects(view([], { limit }), { code: 'BAD_LIMIT' })
  await assert.rejects(view([], { cursor: 'x' }), { code: 'BAD_CURSOR' })
  await assert.rejects(tenants.view({ slug: 'acme', name: 'probe_sad' }), { code: 'VIEW_UNKNOWN', hint: /probe_said/ })
  await assert.rejects(tenants.view({ slug: 'none', name: 'probe_said' }), { code: 'TENANT_UNKNOWN' })
})

test('a view is read on page by page', async (t) => {
  const { say, view } = await aTalkingFleet(t)
  for (const word of ['one', 'two', 'three']) await say({ word }, new Date('2026-11-21T12:00:00Z'))
  const first = await view([], { limit: 2 })
  const second = await view([], { limit: 2, cursor: first.cursor ?? '' })
  assert.deepEqual(
    [...first.rows, ...second.rows].map(({ word, session }) => [word, session]),
    [
      ['three', 'x'],
      ['two', 'x'],
      ['one', 'x'],
    ],
  )
  assert.equal(second.cursor, null)
})
