// An upgrade restarts nobody at once, and loses nothing: sessions and host services of programs of before under this
// supervisor, and homes of before opened by this program. What may fail here: a change of the wire without a new
// WIRE_VERSION (or one that does not serve the version before), a schema without a step, a field that older rows lack.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { homeId } from '../src/config/home-id.js'
import { servesWire } from '../src/core/protocol.js'
import type { LsRow } from '../src/core/states.js'
import { MIRROR_VERSION, openMirror } from '../src/store/mirror.js'
import { migrateSqlite, openSqliteStore } from '../src/store/sqlite.js'
import { openVault } from '../src/vault/vault.js'
import { type FleetHome, fleetHome, ROOT } from './fleet-home.js'
import { HOME_MARK, layHome, MIRROR, oldCheckout, oldPrograms } from './old-program.js'

const ENV = {
  FROTA_KINDS: ['kept', 'served'].map((kind) => join(ROOT, `test/kinds/${kind}/kind.js`)).join(),
  FROTA_GATEWAY: 'off',
}
const REFS = ['acme/a', 'acme/b']

for (const old of oldPrograms().filter(({ wire }) => servesWire(wire)))
  test(`sessions and a host service of program ${old.name} work on under this supervisor, and are followed by its own`, async (t) => {
    const checkout = oldCheckout(t, old)
    const home = await fleetHome(t, ENV)
    assert.equal((await checkout.frota(home, 'up')).code, 0)
    await home.call('tenants.add', { slug: 'acme' })
    await home.add('acme/a', { witness: home.witness.socket }, 'kept')
    await home.add('acme/b', { witness: home.witness.socket }, 'served')
    await home.runWith('a-token', 'secret', 'set', 'acme/a', 'TOKEN')
    await home.call('sessions.start', { refs: REFS })
    const before = [...(await home.reached('ready', ...REFS)), await desk(home)]
    assert.deepEqual(before.map(oldOf), [false, false, false])
    await home.until('some counts', () => home.events('count').length > 10)

    checkout.upgrade()
    const { supervisor } = await home.status()
    home.kill(supervisor?.pid, 'SIGTERM') // as the README says
    const after = await home.until('they are adopted, and beat', async () => {
      const rows = [...((await home.rows()) ?? []), ...(await services(home))].filter(({ pid }) => pid !== null)
      return rows.length === 3 && rows.every((row, i) => beatOf(row) > beatOf(before[i])) ? rows : undefined
    })
    assert.notEqual((await home.status()).supervisor?.pid, supervisor?.pid)
    assert.deepEqual(
      after.map(({ session, pid, state }) => [session, pid, state]),
      before.map(({ session, pid }) => [session, pid, 'ready']),
    )
    assert.deepEqual(after.map(oldOf), [true, true, true])
    assert.match(await home.frota('ls'), /acme\/a .*\(older program\)/)
    const counted = home.events('count').length
    await home.until('more counts', () => home.events('count').length > counted + 10)
    const stood = await home.command('acme/a', 'stands')
    assert.deepEqual([stood.secret, stood.records], [7, { stays: { text: 'ação' } }])
    assert.equal((await home.command('acme/b', 'ask', { path: '/' })).pid, before[2]?.pid)

    await home.frota('restart', ...REFS)
    await home.call('host.restartService', { name: 'desk' })
    const anew = await home.until('the new program', async () => {
      const rows = [...((await home.rows()) ?? []), ...(await services(home))].filter(({ state }) => state === 'ready')
      return rows.length === 3 && rows.every(({ pid }, i) => pid !== before[i]?.pid) ? rows : undefined
    })
    assert.deepEqual(anew.map(oldOf), [false, false, false])
    assert.deepEqual(anew[2]?.detail, { runs: 2 }, 'the journal of the host service')
    assert.deepEqual(await home.command('acme/a', 'stands'), stood)
    await home.nothingLostOrDoubled('acme/a')
    assert.equal(home.events('notice', 'acme/a').length, 1)
  })

for (const old of oldPrograms())
  test(`home ${old.name} comes up under this program with all that it had`, async (t) => {
    const home = await fleetHome(t, ENV)
    layHome(old, home.dir)
    await home.frota('up')
    const [row] = await home.reached('ready', 'acme/a')
    assert.equal(row?.oldProgram, false)
    const { secret, records, intents } = await home.command('acme/a', 'stands')
    assert.deepEqual([secret, records], ['a-token-of-the-test'.length, { stays: { text: 'ação' } }])
    assert.deepEqual(intents, [
      { key: 'planned', state: 'planned', data: { of: 'planned' } },
      { key: 'acting', state: 'acting', data: { of: 'acting' } },
      { key: 'later', state: 'planned', data: { of: 'later' } },
    ])
    // Those that were in the store, those that waited in the journal, and those since.
    await home.nothingLostOrDoubled('acme/a')
    assert.equal(home.events('notice', 'acme/a').length, 1)
    assert.deepEqual(
      (await home.json<{ name: string }[]>('secret', 'ls', 'operator')).map(({ name }) => name),
      ['SMTP_KEY'],
    )
  })

for (const old of oldPrograms())
  test(`the mirror of home ${old.name} is what its store says, or is not used`, async (t) => {
    const { dir, paths } = await fleetHome(t)
    layHome(old, dir, HOME_MARK)
    migrateSqlite(paths.db)
    const store = openSqliteStore(paths.db)
    t.after(() => store.close())
    const vault = await openVault({ masterKey: null, keyFile: paths.keyFile, store, storeIsLocal: true })
    const troubles: Error[] = []
    const box = vault.box('mirror')
    const mirror = openMirror(join(old.dir, MIRROR), { box, onTrouble: (error) => troubles.push(error) })
    const snapshot = await store.home(homeId({ paths })).snapshot()
    if (old.mirror === MIRROR_VERSION)
      assert.deepEqual(mirror.load()?.snapshot, snapshot, 'MIRROR_VERSION must be raised')
    else assert.deepEqual([mirror.load(), troubles.length], [undefined, 1])
  })

const services = (home: FleetHome): Promise<LsRow[]> =>
  home
    .call('host.services')
    .then((rows) => rows.filter(({ session }) => session === '_host/desk'))
    .catch(() => []) // between two supervisors nobody answers

const desk = (home: FleetHome) =>
  home.until('the desk', async () => (await services(home)).find(({ state }) => state === 'ready'))

const oldOf = ({ outdated, oldProgram }: LsRow) => outdated && oldProgram
const beatOf = (row: LsRow | undefined) => Date.parse(row?.lastBeatAt ?? '')
