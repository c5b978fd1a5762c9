// The store is away: held by somebody else for longer than any patience. Sessions work on; all they saw arrives later.
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FleetHome, fleetHome, upWith } from '../fleet-home.js'

const AWAY_MS = 20_000

/** Nobody else can write until it is closed. */
function takeStoreAway(home: FleetHome): { back(): void } {
  const db = new DatabaseSync(home.paths.db, { timeout: 20_000 })
  db.exec('BEGIN IMMEDIATE; UPDATE schema_version SET version = version')
  return {
    back: () => {
      db.exec('ROLLBACK')
      db.close()
    },
  }
}

describe('the store is away', { concurrency: true }, () => {
  test('sessions work on, a killed one comes back meanwhile, and all events arrive afterwards, once', async (t) => {
    const home = await fleetHome(t)
    const [a, b] = await upWith(home, { 'acme/a': { everyMs: 20 }, 'acme/b': { everyMs: 20 } })
    const { supervisor } = await home.status()
    const store = takeStoreAway(home)
    try {
      home.kill(a?.pid)
      await home.until('another copy without a store', () => home.witness.copies('acme/a') === 2)
      await sleep(AWAY_MS)
    } finally {
      store.back()
    }
    const [, after] = await home.reached('ready', 'acme/a', 'acme/b')
    assert.equal(after?.pid, b?.pid)
    assert.equal(home.witness.copies('acme/b'), 1)
    assert.equal((await home.status()).supervisor?.pid, supervisor?.pid, 'the supervisor did not outlive the outage')
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
  })

  test('a supervisor that dies meanwhile boots as soon as the store is back, and adopts what works on', async (t) => {
    const home = await fleetHome(t)
    const [a] = await upWith(home, { 'acme/a': { everyMs: 20 } })
    const { supervisor } = await home.status()
    const store = takeStoreAway(home)
    try {
      home.kill(supervisor?.pid)
      await sleep(AWAY_MS)
    } finally {
      store.back()
    }
    const [after] = await home.reached('ready', 'acme/a')
    assert.equal(after?.pid, a?.pid)
    assert.equal(home.witness.copies('acme/a'), 1)
    await home.nothingLostOrDoubled('acme/a')
  })
})
