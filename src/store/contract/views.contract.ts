import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../core/json.js'
import type { View, ViewColumn } from '../../core/views.js'
import type { StoredKeep } from '../standing.js'
import type { StoredSession } from '../store.js'
import type { ViewCondition, ViewRow } from '../views/page.js'
import { anEvent, HOSTILE, NOW, refused } from './samples.contract.js'
import type { Suite } from './suite.contract.js'

const columns: Record<string, ViewColumn> = {
  word: { type: 'text', filter: 'index' },
  order: { type: 'integer', path: 'n', filter: true },
  paid: { type: 'flag', filter: true },
  total: { type: 'decimal' },
  due_at: { type: 'time', path: ['inner', 'due'], filter: true },
}

const THINGS: View = { kind: 'test-shop', name: 'test_shop_things', help: '', records: 'things', columns }
const DUE: View = { ...THINGS, name: 'test_shop_due', order: { by: 'due_at', descending: true } }
const COUNTED: View = { ...THINGS, name: 'test_shop_counted', order: { by: 'order' } }
const SAID: View = { kind: 'test-shop', name: 'test_shop_said', help: '', events: ['said', 'heard.it'], columns }
const UNMADE: View = { ...THINGS, name: 'test_shop_unmade' }
const DAY = '2026-11-20T23:59:59.999Z'

export function viewsContract(suite: Suite): void {
  describe('views of kinds', () => {
    async function aShop() {
      await suite.makeViews([THINGS, DUE, COUNTED, SAID])
      const tenant = await suite.newTenant()
      const session = await suite.newSession(tenant.id, { kind: 'test-shop' })
      let row = 0
      const aKeep = (key: string, data: JsonObject | null, of: StoredSession = session): StoredKeep => {
        const place = { tenantId: of.tenantId, session: of.id, journal: null, epoch: 1, row: ++row }
        return { ...place, collection: 'things', key, data, subject: null, at: NOW }
      }
      const keep = (...keeps: StoredKeep[]) => suite.store.home(session.home).append([], [], { keeps, forgets: [] })
      const ask = (view: View, where: ViewCondition[] = [], limit = 99) =>
        suite.store.tenant(tenant.id).view({ view, where, limit })
      const keysOf = async (view: View, ...where: ViewCondition[]) =>
        (await ask(view, where)).rows.map(({ key }) => key)
      return { tenant, session, aKeep, keep, ask, keysOf }
    }

    test('each type shows what fits it and null for all else, the same in every store', async () => {
      const { session, aKeep, keep, ask } = await aShop()
      const cases: [data: JsonObject, shown: Partial<ViewRow>][] = [
        [{}, {}],
        [{ word: null, n: null, paid: null, total: null, inner: null }, {}],
        [{ word: 7, n: '7', paid: '1', total: 7, inner: 'x' }, {}],
        [{ word: {}, n: [], paid: {}, total: [], inner: [DAY] }, {}],
        [{ word: true, n: true, paid: 2, total: true, inner: { due: 5 } }, {}],
        [{ n: 1.5, paid: 0.5, total: 12.5, inner: { due: '2026-11-20' } }, {}],
        [{ n: 1e21, paid: -1, total: '12,5', inner: { due: `${DAY} ` } }, {}],
        [{ n: 2 ** 53 }, {}],
        [{ n: -(2 ** 53) }, {}],
        [{ n: 12345678901234567000, total: '-', inner: { due: `${DAY}\n` } }, {}],
        [
          { n: -1e15, paid: false, total: '-0.10' },
          { order: -1e15, paid: 0, total: '-0.10' },
        ],
        [
          { n: Number.MAX_SAFE_INTEGER, paid: true },
          { order: Number.MAX_SAFE_INTEGER, paid: 1 },
        ],
        [
          { n: Number.MIN_SAFE_INTEGER, paid: 1 },
          { order: Number.MIN_SAFE_INTEGER, paid: 1 },
        ],
        [
          { n: -0, paid: 0, total: '' },
          { order: 0, paid: 0 },
        ],
        [{ total: '123456789012345678901234567890.123456789' }, { total: '123456789012345678901234567890.123456789' }],
        [{ inner: { due: DAY } }, { due_at: DAY }],
        ...HOSTILE.map((word): [JsonObject, Partial<ViewRow>] => [
          { word },
          { word: word.replace(/\p{Surrogate}/gu, '\ufffd\ufffd\ufffd') },
        ]),
        [{ word: '' }, { word: '' }],
      ]
      await keep(...cases.map(([data], n) => aKeep(String(n).padStart(3, '0'), data)))
      const none = { word: null, order: null, paid: null, total: null, due_at: null }
      const base = { session: session.name, session_id: session.id, updated_at: NOW.toISOString() }
      assert.deepEqual((await ask(THINGS)).rows, [
        ...cases.map(([, shown], n) => ({ ...base, key: String(n).padStart(3, '0'), ...none, ...shown })),
      ])
      assert.equal((await ask(THINGS)).next, null)
    })

    test('rows lie in the order of their bytes, wherever the database is', async () => {
      const { aKeep, keep, keysOf } = await aShop()
      const keys = [
        'Z',
        '_',
        'a',
        'a-b',
        'aB',
        'ab',
        'z',
        '~',
        'Ä',
        'ä',
        'ß',
        'Ω',
        '株',
        '\uffee',
        '🔑',
        'a b',
        '10',
        '9',
      ]
      await keep(...keys.map((key) => aKeep(key, { word: key })))
      const inBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      assert.deepEqual(await keysOf(THINGS), inBytes)
      const [from, to] = ['Z', 'ß']
      const where: ViewCondition[] = [
        { column: 'word', is: '>=', value: from },
        { column: 'word', is: '<', value: to },
      ]
      assert.deepEqual(await keysOf(THINGS, ...where), inBytes.slice(inBytes.indexOf(from), inBytes.indexOf(to)))
    })

    test('an order by what may be missing has those at one end, and page by page each row once', async () => {
      const { tenant, aKeep, keep } = await aShop()
      const day = (n: number) => new Date(NOW.getTime() + n * 86_400_000).toISOString()
      const due = [3, 1, null, 2, null, 1, 3].map((n, i) => ({ key: `k${i}`, n, due: n === null ? null : day(n) }))
      await keep(...due.map(({ key, n, due }) => aKeep(key, { n, inner: { due } })))
      const pagesOf = async (view: View) => {
        const pages: unknown[][] = []
        for (let after: string | null | undefined; after !== null; ) {
          const query = { view, where: [], limit: 3, ...(after && { after }) }
          const { rows, next } = await suite.store.tenant(tenant.id).view(query)
          pages.push(rows.map(({ key }) => key))
          after = next
        }
        return pages
      }
      assert.deepEqual(await pagesOf(DUE), [['k6', 'k0', 'k3'], ['k5', 'k1', 'k4'], ['k2']])
      assert.deepEqual(await pagesOf(COUNTED), [['k2', 'k4', 'k1'], ['k5', 'k3', 'k0'], ['k6']])
      assert.deepEqual(await pagesOf(THINGS), [['k0', 'k1', 'k2'], ['k3', 'k4', 'k5'], ['k6']])
    })

    test('columns are asked for by equality and ranges; what is missing answers no question', async () => {
      const { session, aKeep, keep, keysOf } = await aShop()
      await keep(
        aKeep('none', {}),
        aKeep('a', { word: "o'", n: 9, paid: true, inner: { due: DAY } }),
        aKeep('b', { word: '9', n: 10, paid: 0 }),
      )
      const cases: [ViewCondition['column'], ViewCondition['is'], ViewCondition['value'], string[]][] = [
        ['word', '=', "o'", ['a']],
        ['word', '=', 'O', []],
        ['word', '>', '9', ['a']],
        ['order', '<', 10, ['a']],
        ['order', '>=', 9, ['a', 'b']],
        ['order', '=', Number.MAX_SAFE_INTEGER, []],
        ['paid', '=', 1, ['a']],
        ['due_at', '<=', DAY, ['a']],
        ['due_at', '<', DAY, []],
        ['updated_at', '=', NOW.toISOString(), ['a', 'b', 'none']],
        ['updated_at', '<', NOW.toISOString(), []],
        ['key', '>', 'a', ['b', 'none']],
        ['session_id', '=', session.id, ['a', 'b', 'none']],
      ]
      for (const [column, is, value, found] of cases)
        assert.deepEqual(await keysOf(THINGS, { column, is, value }), found, `${column} ${is} ${value}`)
      assert.deepEqual(
        await keysOf(THINGS, { column: 'paid', is: '=', value: 0 }, { column: 'order', is: '>', value: 9 }),
        ['b'],
      )
    })

    test('events are shown newest first, of the named types and the kind only, also of a session that is gone', async () => {
      const { tenant, session, ask } = await aShop()
      const other = await suite.newSession(tenant.id, { kind: 'test-other' })
      const at = (ms: number) => new Date(NOW.getTime() + ms)
      const said = [
        anEvent(session, { type: 'said', at: at(1), data: { word: 'first' } }),
        anEvent(session, { type: 'heard.it', at: at(1), data: { word: 'second, of the same moment' } }),
        anEvent(session, { type: 'said', at: at(0), data: { word: 'shipped late' } }),
        anEvent(session, { type: 'thought', at: at(2) }),
        anEvent(other, { type: 'said', at: at(3) }),
      ]
      for (const event of said) await suite.store.home(session.home).append([event])
      const words = async () => (await ask(SAID)).rows.map(({ session: name, word }) => [name, word])
      const inOrder = ['second, of the same moment', 'first', 'shipped late']
      assert.deepEqual(
        await words(),
        inOrder.map((word) => [session.name, word]),
      )
      const { next } = await ask(SAID, [], 2)
      const rest = await suite.another
        .tenant(tenant.id)
        .view({ view: SAID, where: [], limit: 2, ...(next && { after: next }) })
      assert.deepEqual(
        rest.rows.map(({ id, at, type }) => [id, at, type]),
        [[said[2]?.id, NOW.toISOString(), 'said']],
      )
      const heard = await ask(SAID, [{ column: 'type', is: '=', value: 'heard.it' }])
      assert.deepEqual([heard.rows.length, heard.next], [1, null])
      await suite.store.tenant(tenant.id).removeSession(session.id)
      assert.deepEqual(
        await words(),
        inOrder.map((word) => [null, word]),
      )
    })

    test('nothing of another tenant, another kind, another collection, and nothing that is gone is shown', async () => {
      const { session, aKeep, keep, keysOf } = await aShop()
      const foreign = await suite.newSession((await suite.newTenant()).id, { kind: 'test-shop' })
      const other = await suite.newSession(session.tenantId, { kind: 'test-other' })
      await keep(
        aKeep('ours', {}),
        aKeep('theirs', {}, foreign),
        aKeep('of another kind', {}, other),
        { ...aKeep('of another collection', {}), collection: 'others' },
        aKeep('gone', {}),
      )
      await keep(aKeep('gone', null))
      assert.deepEqual(await keysOf(THINGS), ['ours'])
      await suite.store.tenant(session.tenantId).removeSession(session.id)
      assert.deepEqual(await keysOf(THINGS), [])
    })

    test('a view that is not there, or was made from another description, and a cursor of another are refused', async () => {
      const { aKeep, keep, ask, tenant } = await aShop()
      await keep(aKeep('a', {}), aKeep('b', {}))
      const there = await suite.store.views()
      assert.ok([THINGS, DUE, COUNTED, SAID].every(({ name }) => there.has(name)) && !there.has(UNMADE.name))
      await refused(ask(UNMADE), 'VIEW_MISSING')
      await refused(ask({ ...THINGS, columns: { word: { type: 'integer' } } }), 'VIEW_MISSING')
      const { next } = await ask(THINGS, [], 1)
      const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const bad = ['', 'x', cursor({}), cursor([THINGS.name, 'a']), cursor([THINGS.name, 1, 2]), randomUUID()]
      for (const after of bad)
        await refused(suite.store.tenant(tenant.id).view({ view: THINGS, where: [], limit: 1, after }), 'BAD_CURSOR')
      await refused(
        suite.store.tenant(tenant.id).view({ view: DUE, where: [], limit: 1, after: next ?? '' }),
        'BAD_CURSOR',
      )
    })
  })
}
