import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aLive, aUnit, ready } from '../../test/a-unit.js'
import type { HomeId, RunId } from '../core/ids.js'
import { refusal } from '../store/refusals.js'
import { type HomeStore, StoreUnavailable } from '../store/store.js'
import { openLeases } from './leases.js'
import { liveOf } from './unit.js'

const away = () => Promise.reject(new StoreUnavailable('supabase', 'away'))
const gone = () => Promise.reject(refusal('SESSION_UNKNOWN', 'x'))
const run = 'run-a' as RunId

const leasesOn = (store: Partial<HomeStore>, isAway = false) =>
  openLeases(
    store as HomeStore,
    () => 0,
    () => isAway,
  )

test('a session comes back while the store is away, or of another schema: its epoch is counted on', async () => {
  const unit = aUnit({ state: 'stopped', since: 0, reason: null }, { epoch: 4 })
  for (const acquire of [away, () => Promise.reject(refusal('SCHEMA_NEWER', 'schema 3, this program knows 2'))]) {
    const before = unit.epoch
    assert.deepEqual(await leasesOn({ acquire }).acquire(unit, run), { epoch: before + 1 })
  }
})

test('a session comes back while the store is known to hang, without waiting for it', async () => {
  const unit = aUnit({ state: 'stopped', since: 0, reason: null })
  const asked = leasesOn({ acquire: () => new Promise(() => undefined) }, true).acquire(unit, run)
  assert.deepEqual(await asked, { epoch: 1 })
})

test('a session whose row is gone is not started', async () => {
  const unit = aUnit({ state: 'stopped', since: 0, reason: null })
  await assert.rejects(leasesOn({ acquire: gone }).acquire(unit, run), { code: 'SESSION_UNKNOWN' })
})

test('a row that was removed during an outage costs its own session the lease, and no other', async () => {
  const removed = aUnit(ready({ run: 'run-removed' as RunId }), {}, 'removed')
  const stays = aUnit(ready({ run, epoch: 2 }), {}, 'stays')
  const leases = leasesOn({
    renew: async () => [{ session: stays.id, run, epoch: 2 }],
    acquire: gone,
  })
  assert.deepEqual(await leases.renew(() => [removed, stays]), [removed])
  assert.ok(leases.confirmedForMs(run) > 0)
})

test('a run that was started unconfirmed takes its lease up, and has lost it when somebody had it in between', async () => {
  const [mine, taken] = [aUnit(ready({ run, epoch: 3 }), {}, 'mine'), aUnit(ready({ epoch: 3 }), {}, 'taken')]
  const other = { heldBy: 'other' as HomeId, untilMs: 1 }
  const leases = leasesOn({
    renew: async () => [],
    acquire: async (session, _run, atLeast) => (session === mine.id ? { epoch: atLeast ?? 1, journal: null } : other),
    release: async () => undefined,
  })
  assert.deepEqual(await leases.renew(() => [mine, taken]), [taken])
  assert.ok(leases.confirmedForMs(run) > 0)
  assert.equal(leases.confirmedForMs(liveOf(taken)?.run ?? aLive().run), 0)
})

test('the leases of a hundred sessions are renewed by one question', async () => {
  const units = Array.from({ length: 100 }, (_, i) => aUnit(ready({ run: `run-${i}` as RunId }), {}, `s${i}`))
  const held = units.map((unit) => ({ session: unit.id, run: liveOf(unit)?.run ?? run, epoch: 1 }))
  let asked = 0
  const leases = leasesOn({
    renew: async () => {
      asked += 1
      return held
    },
    acquire: () => assert.fail('nothing else is asked'),
  })
  assert.deepEqual([await leases.renew(() => units), asked], [[], 1])
  assert.ok(units.every((unit) => leases.confirmedForMs(liveOf(unit)?.run ?? run) > 0))
})
