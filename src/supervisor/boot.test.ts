// Boot with something left over that no signal ends (a process in uninterruptible I/O): it is nobody else's trouble.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { aLive, aUnit, NOW, ready, stopped } from '../../test/a-unit.js'
import type { RunId } from '../core/ids.js'
import { openMemoryDriver } from '../processes/memory.js'
import { CannotKill } from '../processes/proc.js'
import { openAddresses } from './addresses.js'
import { recover } from './boot.js'
import type { Context } from './context.js'
import { openEnds } from './ends.js'
import { openLedger } from './ledger.js'
import type { SupervisorParts } from './parts.js'
import { openRoster } from './roster.js'
import { type Life, liveOf, type Unit } from './unit.js'

const run = (name: string) => `run-${name}` as RunId
const lives = (name: string): Life => ready({ run: run(name), pid: 1_000 })

/** @param left sessions of whose runs something is left; of these `stuck` will not go */
async function boot(t: TestContext, lifeOf: Record<string, Life>, left: string[], stuck: string[]) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-boot-'))
  const ledger = openLedger(join(dir, 'ledger.db'))
  t.after(() => {
    ledger.close()
    rmSync(dir, { recursive: true, force: true })
  })
  for (const [name, life] of Object.entries(lifeOf)) ledger.save(aUnit(life, {}, name))
  const driver = openMemoryDriver()
  const marked = new Map(
    left.map((name, i) => [run(name), { pid: 2_000 + i, run: run(name), session: `acme/${name}` }]),
  )
  driver.kill = async (one) => {
    const found = marked.get(one)
    const isStuck = stuck.some((name) => run(name) === one)
    if (!isStuck) marked.delete(one)
    if (found && isStuck)
      throw new CannotKill([{ ...found, ppid: 1, group: 1, state: 'D', startTicks: 1, cpuMs: 0, rssBytes: 0 }])
  }
  const silent = () => undefined
  const parts = {
    driver,
    settings: { dirs: { tokens: dir } },
    host: { findMarked: () => [...marked.values()], isAlive: () => false, terminate: silent },
    log: { info: silent, warn: silent, error: silent },
    now: () => new Date(NOW),
    random: () => 0,
  } as unknown as SupervisorParts
  const roster = openRoster(ledger)
  const leases = { release: async () => undefined }
  const context = {
    parts,
    roster,
    leases,
    history: { record: silent },
    addresses: openAddresses(join(dir, 'sessions'), parts.log),
  } as unknown as Context
  const ends = openEnds(context, () => false)
  const report = await recover(context, ends)
  const unit = (name: string) => roster.units().find(({ ref }) => ref.name === name) as Unit
  const says = (name: string) => `${unit(name).life.state}: ${unit(name).life.reason}`
  return { report, unit, says, ends, stuck }
}

test('a process that cannot be killed keeps its own session from starting, and no other; once it has gone that one starts', async (t) => {
  const { report, unit, says, ends, stuck } = await boot(t, { a: lives('a'), b: lives('b') }, ['a', 'b'], ['a'])
  assert.deepEqual(report, { adopted: 0, ended: 1 })
  assert.equal(says('b'), 'backoff: ended while no supervisor watched')
  assert.equal(
    says('a'),
    'stopping: a process of it cannot be ended, and is tried again: Could not kill 2000 (state D).',
  )
  stuck.length = 0
  t.mock.method(performance, 'now', () => 1e9)
  await ends.finish(unit('a'), { exitCode: null, reason: null })
  assert.equal(says('a'), 'waiting: restarts')
})

test('also when the ledger knows nothing of its run any more', async (t) => {
  const { unit, says } = await boot(t, { a: stopped, b: stopped }, ['a'], ['a'])
  assert.match(says('a'), /^stopping: a process of it cannot be ended/)
  assert.equal(liveOf(unit('a'))?.run, run('a'))
  assert.equal(says('b'), 'stopped: null')
})

test('a session that waits for a person still does so once such a process has gone', async (t) => {
  const failed: Life = { state: 'failed', since: NOW, reason: 'bad config', clears: 'start' }
  const { unit, says, ends, stuck } = await boot(t, { a: failed }, ['a'], ['a'])
  assert.match(says('a'), /^stopping: a process of it cannot be ended/)
  stuck.length = 0
  t.mock.method(performance, 'now', () => 1e9)
  await ends.finish(unit('a'), { exitCode: null, reason: null })
  assert.equal(says('a'), 'failed: bad config')
})

test('one of a session that is gone is told of, and no more', async (t) => {
  const { report } = await boot(t, { b: { ...stopped } }, ['gone'], ['gone'])
  assert.deepEqual(report, { adopted: 0, ended: 0 })
})

test('it is not tried again all the time', async (t) => {
  const { unit, ends } = await boot(t, { a: ready({ ...aLive(), run: run('a') }) }, ['a'], ['a'])
  const before = unit('a').life
  await ends.finish(unit('a'), { exitCode: null, reason: null })
  assert.equal(unit('a').life, before)
})
