import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { operatorAt } from '../core/actors.js'
import { type HomeId, type TenantId, uuidv7 } from '../core/ids.js'
import type { Happened, Live } from '../core/live.js'
import { openJournal } from '../journal/journal.js'
import { createFleet } from './fleet.js'
import { scopedStore } from './scope.js'

/** acme/a has a journal with one event that is not shipped yet; its directory was copied to acme/b, which never started. */
async function aCopiedJournal(t: TestContext) {
  const fleet = await aFleet(t)
  const { store, acme } = fleet.parts
  const own = store.tenant(acme)
  const [a, b] = [await own.session('a'), await own.session('b')]
  assert.ok(a && b)
  const [dirOfA, dirOfB] = [join(fleet.dir, 'acme', 'a'), join(fleet.dir, 'acme', 'b')]
  mkdirSync(dirOfA, { recursive: true })
  const journal = openJournal(join(dirOfA, 'journal.db'), { now: () => new Date(), random: randomBytes })
  journal.record('message.in', { text: 'for a alone' })
  await store.home('home' as HomeId).keepJournal(a.id, journal.mark().id)
  journal.close()
  cpSync(dirOfA, dirOfB, { recursive: true })
  const historyOf = async ({ id }: typeof a) => (await own.events({ session: id, limit: 9 })).map(({ data }) => data)
  return { fleet, a, b, historyOf }
}

test('a copy of another session’s journal is set aside, and nothing of it comes into this one’s history', async (t) => {
  const { fleet, a, b, historyOf } = await aCopiedJournal(t)
  const { eventsShipped, setAside } = await fleet.sessions.recover({ ref: 'acme/b' })
  assert.equal(eventsShipped, 0)
  assert.match(setAside ?? '', /\/acme\/b\/journal\.\w+\.db$/)
  assert.deepEqual(await historyOf(b), [])
  assert.equal((await fleet.sessions.recover({ ref: 'acme/a' })).eventsShipped, 1)
  assert.deepEqual(await historyOf(a), [{ text: 'for a alone' }])
})

test('nor when the session with the copy is removed', async (t) => {
  const { fleet, b, historyOf } = await aCopiedJournal(t)
  assert.equal((await fleet.sessions.remove({ ref: 'acme/b' })).eventsShipped, 0)
  assert.deepEqual(await historyOf(b), [])
})

test('what a removed session left in its directory is its successor’s', async (t) => {
  const { fleet, historyOf, b } = await aCopiedJournal(t)
  const { store, acme } = fleet.parts
  const a = await store.tenant(acme).session('a')
  assert.ok(a)
  await store.tenant(acme).removeSession(a.id)
  assert.equal((await fleet.sessions.recover({ ref: 'acme/b' })).eventsShipped, 1)
  assert.deepEqual(await historyOf(b), [{ text: 'for a alone' }])
})

test('a journal that is an empty file, or of another program, is set aside as any that is damaged', async (t) => {
  const { fleet } = await aCopiedJournal(t)
  for (const text of ['', 'no journal']) {
    writeFileSync(join(fleet.dir, 'acme', 'b', 'journal.db'), text)
    const { setAside, warnings } = await fleet.sessions.recover({ ref: 'acme/b' })
    assert.match(setAside ?? '', /journal\.\w+(-\d)?\.db$/)
    assert.match(warnings.join(), /could not be read: .*(it is empty|not a database)/)
  }
})

test('a store that takes nothing keeps a session from being removed: what its journal holds would be lost', async (t) => {
  const { fleet, a, historyOf } = await aCopiedJournal(t)
  const db = new DatabaseSync(join(fleet.dir, 'frota.db'))
  t.after(() => db.close())
  db.exec(`create trigger no_events before insert on events begin select raise(abort, 'no'); end`)
  await assert.rejects(fleet.sessions.remove({ ref: 'acme/a' }), /takes no events/)
  assert.ok(existsSync(join(fleet.dir, 'acme', 'a', 'journal.db')))
  db.exec('drop trigger no_events')
  assert.equal((await fleet.sessions.recover({ ref: 'acme/a' })).eventsShipped, 1)
  assert.deepEqual(await historyOf(a), [{ text: 'for a alone' }])
})

test('a notice that was left in the journal is told when a verb ships it, and not before the store has it', async (t) => {
  const { fleet, a } = await aCopiedJournal(t)
  const file = join(fleet.dir, 'acme', 'a', 'journal.db')
  const journal = openJournal(file, { now: () => new Date(), random: randomBytes })
  const notice = { key: 'order-7', level: 'info', title: 'Sold', text: 'One more' } as const
  journal.notify(uuidv7(Date.now(), randomBytes(10)), notice)
  journal.close()
  const told: string[] = []
  const live = {
    whileStopped: <T>(_id: string, _name: string, work: () => Promise<T>) => work(),
    wake: async () => undefined,
    arriving: (events: readonly Happened[]) => ({
      taken: (fresh: ReadonlySet<string>) => {
        for (const { id, session, data } of events) if (fresh.has(id) && session === a.id) told.push(String(data.key))
      },
      turnedAway: () => assert.fail('the store takes it'),
    }),
  } as unknown as Live
  const { sessions } = createFleet({ ...fleet.fleetParts, live }).as(operatorAt('cli'))
  await sessions.recover({ ref: 'acme/a' })
  assert.deepEqual(told, ['order-7'])
})

test('an owner may remove a session with a journal that the store was never told of, and writes nobody else’s history', async (t) => {
  const { fleet, a, b } = await aCopiedJournal(t)
  const { store, acme } = fleet.parts
  const owner = { kind: 'account', name: 'ana', role: 'owner', tenant: acme } as const
  await store.tenant(acme).removeSession(a.id) // its journal is nobody's, as one that was begun while the store was away
  const { sessions } = fleet.fleets.as(owner)
  assert.equal((await sessions.remove({ ref: 'acme/b' })).eventsShipped, 1)

  const home = scopedStore(store, acme).home('home' as HomeId)
  const place = { tenantId: 'other' as TenantId, session: b.id, journal: null, epoch: 1, row: 1 }
  const keep = { ...place, collection: 'orders', key: 'o', data: {}, subject: null, at: new Date() }
  const notYours = { code: 'NOT_YOURS' }
  await assert.rejects(home.append([], [], { keeps: [keep], forgets: [] }), notYours)
  await assert.rejects(home.append([], [], { keeps: [], forgets: [{ ...place, subject: 'ana' }] }), notYours)
  const stranger = 'stranger' as typeof a.id
  await assert.rejects(home.append([], [{ session: stranger, journal: 'j', row: 9 }]), notYours)
  await assert.rejects(home.keepJournal(stranger, 'j'), notYours)
})
