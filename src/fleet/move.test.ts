// Another home's session is taken to this one: what comes along, what begins anew, what is refused, what is kept.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { aSession } from '../../test/a-unit.js'
import type { HomeId, RunId } from '../core/ids.js'
import { journalProblem } from '../core/journals.js'
import { openJournal } from '../journal/journal.js'
import { markIn } from '../journal/schema.js'
import { storedBatch } from '../store/stored-events.js'

const THERE = 'the-other' as HomeId
const open = (file: string) => openJournal(file, { now: () => new Date(), random: randomBytes, epoch: 1 })

/** acme/x ran in another home: three records and an event are in the store, one more event only in its journal. */
async function elsewhere(t: TestContext, { wanted = 'stopped' as 'stopped' | 'running' } = {}) {
  const fleet = await aFleet(t)
  const { store, acme } = fleet.parts
  const own = store.tenant(acme)
  const there = store.home(THERE)
  await there.register({ host: 'the-old-host', version: '1' })
  const { id } = await own.addSession(aSession('x', { home: THERE }), null)
  await own.changeSession(id, { wanted })
  const lease = await there.acquire(id, 'run-1' as RunId)
  assert.ok('epoch' in lease)
  const file = join(fleet.dir, 'there', 'journal.db')
  const journal = open(file)
  await there.keepJournal(id, journal.mark().id)
  journal.table('memory').set('n', 7)
  for (const n of [1, 2, 3]) journal.keep('orders', `o${n}`, { n }, { subject: 'ana' })
  journal.record('order.paid', { n: 3 })
  const batch = storedBatch(acme, id, journal.journalId, journal.pending(99))
  await there.append(batch.events, [{ session: id, journal: journal.journalId, row: 4 }], batch)
  journal.ack(4)
  const free = () => there.release(id, 'run-1' as RunId)
  const here = (name = 'x') => join(fleet.dir, 'acme', name)
  const session = async () => own.session('x')
  const move = (dryRun?: boolean) => fleet.sessions.move({ ref: 'acme/x', dryRun })
  return { fleet, own, store, id, there, journal, file, free, here, session, move }
}

/** The other home's directory, as an operator copies it. */
function bring({ file, here }: Awaited<ReturnType<typeof elsewhere>>) {
  cpSync(join(file, '..'), here(), { recursive: true })
  writeFileSync(join(here(), 'login'), 'of the phone')
}

const recordsIn = (file: string) => {
  const journal = open(file)
  const found = [journal.records('orders').entries(), journal.table('memory').get('n'), journal.pendingCount()]
  journal.close()
  return found
}

const THREE = [1, 2, 3].map((n) => [`o${n}`, { n }])

test('while the other home holds its lease nothing is changed, and the refusal says which home and until when', async (t) => {
  const { journal, own, move, session, here, fleet } = await elsewhere(t)
  journal.close()
  const before = await session()
  const refused = {
    code: 'LEASE_HELD',
    message:
      /^acme\/x is held by the home on the-old-host \(the-othe\) until 2\d\d\d-.*Z, and longer while it runs there\.$/,
    hint: /frota stop acme\/x --wait on that host/,
  }
  await assert.rejects(move(true), refused)
  await assert.rejects(move(), refused)
  assert.deepEqual([await session(), existsSync(here())], [before, false])
  assert.deepEqual((await own.auditTrail({ limit: 9 })).entries, [])
  await assert.rejects(fleet.sessions.show({ ref: 'acme/x' }), { code: 'NOT_THIS_HOME', hint: /frota move acme\/x/ })
  await assert.rejects(fleet.sessions.move({ ref: 'acme/a' }), { code: 'ALREADY_HERE' })
  await assert.rejects(fleet.sessions.move({ ref: 'acme/none' }), { code: 'SESSION_UNKNOWN' })
})

test('without its journal it begins here with a new one that has its records before it starts; the old one is no longer its', async (t) => {
  const place = await elsewhere(t, { wanted: 'running' })
  const { journal, own, id, move, session, here, file, free } = place
  journal.close()
  await free()
  const looked = await move(true)
  assert.deepEqual([looked.journal, (await session())?.home, existsSync(here())], ['new', THERE, false])
  const moved = await move()
  assert.deepEqual(moved, {
    session: 'acme/x',
    from: THERE,
    journal: 'new',
    setAside: null,
    records: 3,
    starts: true,
    warnings: [],
  })
  assert.equal((await session())?.home, 'home')
  assert.deepEqual(recordsIn(join(here(), 'journal.db')), [THREE, undefined, 0])
  const kept = await own.journal(id)
  assert.ok(kept)
  assert.equal(journalProblem(kept, markIn(join(here(), 'journal.db'))), null)
  assert.match(journalProblem(kept, markIn(file)) ?? '', /another one/)
  const [entry] = (await own.auditTrail({ limit: 9 })).entries
  assert.deepEqual([entry?.action, entry?.data], ['session.move', { from: THERE, journal: 'new', records: 3 }])
  assert.deepEqual(readdirSync(join(here(), '..')), ['x'], 'something was left beside it')
  await assert.rejects(move(), { code: 'ALREADY_HERE' })
})

test('with its directory copied here it goes on where it was stopped; with an older copy only its login is taken up', async (t) => {
  const whole = await elsewhere(t)
  whole.journal.record('order.paid', { n: 'not shipped yet' })
  whole.journal.close()
  bring(whole)
  await whole.free()
  assert.deepEqual((({ journal, records, starts }) => [journal, records, starts])(await whole.move()), [
    'brought',
    0,
    false,
  ])
  assert.deepEqual(recordsIn(join(whole.here(), 'journal.db')), [THREE, 7, 1])
  assert.equal((await whole.own.journal(whole.id))?.row, 4)

  const older = await elsewhere(t)
  bring(older)
  older.journal.record('order.paid', { n: 4 })
  const batch = storedBatch(older.fleet.parts.acme, older.id, older.journal.journalId, older.journal.pending(9))
  await older.there.append(batch.events, [{ session: older.id, journal: older.journal.journalId, row: 5 }])
  older.journal.close()
  await older.free()
  const moved = await older.move()
  assert.deepEqual([moved.journal, moved.records], ['new', 3])
  assert.match(moved.setAside ?? '', /\/acme\/x\/journal\.\w+\.db$/)
  assert.ok(existsSync(join(older.here(), 'login')))
  assert.deepEqual(recordsIn(join(older.here(), 'journal.db')), [THREE, undefined, 0])
})

test('what an earlier life left here, login and all, is set aside: it may speak for another account by now', async (t) => {
  const place = await elsewhere(t)
  place.journal.close()
  mkdirSync(place.here(), { recursive: true })
  open(join(place.here(), 'journal.db')).close()
  writeFileSync(join(place.here(), 'login'), 'of an old phone')
  await place.free()
  const { journal, setAside } = await place.move()
  assert.equal(journal, 'new')
  assert.match(setAside ?? '', /\/acme\/x\.\d{8}T\d{6}Z$/)
  assert.deepEqual([existsSync(join(place.here(), 'login')), existsSync(join(setAside ?? '', 'login'))], [false, true])
})

test('a journal that is none does not keep a session from coming, nor one that never started', async (t) => {
  const place = await elsewhere(t)
  place.journal.close()
  mkdirSync(place.here(), { recursive: true })
  writeFileSync(join(place.here(), 'journal.db'), '')
  await place.free()
  assert.deepEqual((({ journal, records }) => [journal, records])(await place.move()), ['new', 3])
  const { own } = place
  await own.addSession(aSession('fresh', { home: THERE }), null)
  assert.equal((await place.fleet.sessions.move({ ref: 'acme/fresh' })).journal, 'none')
  assert.ok(!existsSync(place.here('fresh')))
})

test('a lost home’s lease runs out: then it is moved, with the word that a host that is only cut off may run it on', async (t) => {
  const place = await elsewhere(t)
  place.journal.close()
  const db = new DatabaseSync(join(place.fleet.dir, 'frota.db'))
  db.exec(`update leases set expires_at = '2026-01-01T00:00:00.000Z'`)
  db.close()
  const word =
    /the home on the-old-host \(the-othe\) never said that it stopped it; its lease ran out at 2026-01-01T.*host is off/
  assert.match((await place.move(true)).warnings.join(), word)
  assert.match((await place.move()).warnings.join(), word)
  assert.deepEqual(await place.there.renew(), [], 'back again, it is told that it has lost it')
  await assert.rejects(place.there.acquire(place.id, 'run-2' as RunId), { code: 'SESSION_UNKNOWN' })
})

test('clean keeps a directory whose journal holds what no store has, and only that', async (t) => {
  const { fleet, journal, here } = await elsewhere(t)
  journal.close()
  for (const name of ['shipped', 'unshipped', 'unshipped.20261121T100000Z', 'empty']) {
    mkdirSync(here(name), { recursive: true })
    if (name === 'empty') continue
    const left = open(join(here(name), 'journal.db'))
    if (name.startsWith('un')) left.record('x', {})
    left.close()
  }
  mkdirSync(join(fleet.dir, 'gone'), { recursive: true })
  cpSync(here('unshipped'), join(fleet.dir, 'gone', 'unshipped'), { recursive: true })
  const answer = await fleet.host.clean({ dryRun: false })
  const acme = (paths: string[]) => paths.filter((path) => path.includes('/acme/') || path.includes('/gone/')).sort()
  assert.deepEqual(
    answer.kept.map(({ path }) => path),
    [here('unshipped')],
  )
  assert.match(answer.kept[0]?.why ?? '', /holds 1 rows that no store has; frota up ships them/)
  assert.deepEqual(
    acme(answer.deleted),
    [here('empty'), here('shipped'), here('unshipped.20261121T100000Z'), join(fleet.dir, 'gone', 'unshipped')].sort(),
  )
  assert.ok(existsSync(here('unshipped')))
})

test('files of its config that stay in the other home are named before it is moved; those that were copied along are not', async (t) => {
  const place = await elsewhere(t)
  const { journal, own, id, free, here, file } = place
  journal.close()
  await free()
  const sha256 = 'a'.repeat(64)
  await own.changeSession(id, { config: { text: { name: 'persona.md', sha256, bytes: 3 }, other: 1 } })
  const warned = async () => (await place.move(true)).warnings
  assert.deepEqual(await warned(), [
    'persona.md stays in the other home: frota config set acme/x text=PATH, or copy tokens/acme/x first',
  ])
  mkdirSync(join(file, '..', 'config-files'))
  writeFileSync(join(file, '..', 'config-files', sha256), 'abc')
  bring(place)
  assert.deepEqual(await warned(), [])
  rmSync(join(here(), 'journal.db'))
  open(join(here(), 'journal.db')).close() // another journal lies there: all of it is set aside
  assert.equal((await warned()).length, 1)
})
