// The whole supervisor over real store, ledger and socket; only the processes are the driver's twin. What needs a host
// or a clock of its own is tested here; everything else with real processes in test/faults.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { aDriverOf, aHostStatus, aSupervisor, HOME, MB, until } from '../../test/a-supervisor.js'
import { ACME, aBeat, aLive, aSession, aTenant, aUnit, RUN, ready } from '../../test/a-unit.js'
import type { RunId, SessionId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { WIRE_VERSION } from '../core/protocol.js'
import { writeLastExit } from '../journal/last-exit.js'
import { loadKinds } from '../kinds/load.js'
import type { Unit as Spawned } from '../processes/driver.js'
import { type Link, openLink } from '../runtime/link.js'
import { migrateSqlite, openSqliteStore } from '../store/sqlite.js'
import { openLedger } from './ledger.js'
import { startSupervisor } from './supervisor.js'
import type { AfterStop, Life } from './unit.js'

const probe = { name: 'probe', title: 'Probe', config: z.object({}), run: new URL('file:///nowhere.js') }

/** What an earlier supervisor left: the lives of its sessions, and the code with which each has ended since. */
type Before = Record<string, { life: Life; code?: number }>

/** A home with a supervisor whose sessions say hello and beat, but are no processes. */
async function aHome(t: TestContext, names: string[], before: Before = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-supervisor-'))
  const world = {
    clockMs: 0,
    memoryFreeBytes: 4_000 * MB,
    reused: new Set<number>(),
    storm: false,
    statuses: [] as number[],
    silent: false,
    warnings: [] as string[],
  }
  const { driver, alive, ended } = aDriverOf(speak)
  migrateSqlite(join(dir, 'frota.db'))
  const store = openSqliteStore(join(dir, 'frota.db'))
  await store.addTenant(aTenant())
  for (const name of names) {
    await store.tenant(ACME).addSession(aSession(name, { home: HOME }), null)
    await wanted(name)
  }
  const ledger = openLedger(join(dir, 'ledger.db'))
  for (const [name, { life, code }] of Object.entries(before)) {
    ledger.save(aUnit(life, { startRequestsSeen: 2 }, name))
    const data = join(dir, 'acme', name)
    mkdirSync(data, { recursive: true })
    if (code !== undefined) writeLastExit(data, { run: RUN, code, reason: `said ${code}`, at: '2026-01-15T12:00:00Z' })
  }
  const kinds = await loadKinds([probe], [], dir)
  const parts = aSupervisor(
    dir,
    { store, driver, ledger, kinds },
    {
      host: {
        isAlive: (pid) => alive.has(pid) || world.reused.has(pid),
        status: () => aHostStatus(world.memoryFreeBytes),
      },
      settings: { beatsToStoreEveryMs: 1_000, memoryFloorBytes: 256 * MB },
      log: { info: () => undefined, warn: (text) => void world.warnings.push(text), error: () => undefined },
      now: () => new Date(Date.now() + world.clockMs),
      random: () => 1,
    },
  )
  const supervisor = await startSupervisor(parts)
  t.after(async () => {
    alive.clear()
    await ended()
    await supervisor.close()
    ledger.close()
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  })

  async function speak(unit: Spawned, pid: number) {
    const link = openLink(unit.env.FROTA_SOCKET ?? '')
    await sleep(1)
    const { body } = await link.post('/hello', { wire: WIRE_VERSION, ticket: unit.env.FROTA_TICKET, pid }, 5_000)
    link.setToken(String(body.token))
    while (alive.has(pid)) {
      if (world.storm) await storm(link)
      else if (!world.silent) await link.post('/beat', aBeat({ port: null }), 5_000)
      await sleep(200)
    }
    link.close()
  }

  async function storm(link: Link) {
    const statuses: number[] = []
    for (let i = 0; i < 300; i++) {
      const beat = aBeat({ port: null, state: 'degraded', reason: `try ${i}` })
      statuses.push((await link.post('/beat', beat, 5_000)).status)
    }
    Object.assign(world, { storm: false, statuses })
  }

  async function wanted(name: string) {
    await store.tenant(ACME).changeSession(`id-${name}` as SessionId, { wanted: 'running', requestStart: true })
  }

  const session = (name: string) => supervisor.live.sessions().get(`id-${name}` as SessionId)
  const runOf = (name: string) => driver.starts.findLast((unit) => unit.name === `acme.${name}`)?.run as RunId
  return { world, driver, supervisor, session, runOf, wanted, store }
}

test('a clock that is set ahead or back by a day ends no session', async (t) => {
  const { world, driver, session } = await aHome(t, ['a', 'b'])
  await until('both ready', () => session('a')?.state === 'ready' && session('b')?.state === 'ready')
  for (const jump of [86_400_000, -2 * 86_400_000]) {
    world.silent = true
    world.clockMs += jump
    await sleep(2_500)
    world.silent = false
  }
  assert.deepEqual([session('a')?.state, session('b')?.state], ['ready', 'ready'])
  assert.deepEqual([driver.starts.length, driver.kills.length, driver.stopsAsked.length], [2, 0, 0])
})

test('a clock that is set back by a day makes no crashed session wait for a day', async (t) => {
  const { world, driver, session, runOf } = await aHome(t, ['a'])
  await until('ready', () => session('a')?.state === 'ready')
  driver.exit(runOf('a'), 1)
  await until('backoff', () => session('a')?.state === 'backoff')
  assert.match(world.warnings.join('\n'), /^acme\/a backoff: \S/m, 'the log says why')
  world.clockMs -= 86_400_000
  await until('ready again', () => session('a')?.state === 'ready')
})

test('a session whose pid belongs to somebody else at once is noticed to have ended', async (t) => {
  const { world, driver, session, runOf } = await aHome(t, ['a'])
  await until('ready', () => session('a')?.state === 'ready')
  world.reused.add(session('a')?.pid ?? 0)
  driver.exit(runOf('a'), 1)
  await until('its end', () => driver.starts.length === 2)
  await until('ready again', () => session('a')?.state === 'ready')
})

test('a session whose reason changes all the time fills neither the history nor the supervisor’s day', async (t) => {
  const { world, session, store } = await aHome(t, ['a'])
  await until('ready', () => session('a')?.state === 'ready')
  world.storm = true
  await until('the storm is over', () => world.statuses.length > 0)
  assert.deepEqual(new Set(world.statuses), new Set([200, 429]))
  await until('ready again', () => session('a')?.state === 'ready')
  const told = () => store.tenant(ACME).events({ type: 'session.state', limit: 1_000 })
  const isBack = ({ data }: { data: JsonObject }) => data.state === 'ready' && data.was === 'degraded'
  await until('its end in the history', async () => (await told()).some(isBack))
  assert.ok((await told()).length < 20)
})

test('while PM2 does not answer nothing starts, everything else is still decided, and starts are made up for', async (t) => {
  const { driver, session, wanted, store } = await aHome(t, ['a'])
  await until('ready', () => session('a')?.state === 'ready')
  const { list } = driver
  let answer = () => undefined as unknown
  const silence = new Promise((resolve) => {
    answer = () => resolve(undefined)
  })
  let asked = false
  driver.list = () => {
    asked = true
    return silence.then(() => list())
  }
  await store.tenant(ACME).addSession(aSession('late', { home: HOME }), null)
  await until('a question', () => asked)
  await wanted('late')
  await until('waiting', () => session('late')?.state === 'waiting')
  assert.match(session('late')?.reason ?? '', /^PM2 does not answer$/)
  driver.breakCalls('The PM2 daemon did not answer.')
  answer()
  await sleep(2_000)
  assert.deepEqual([session('late')?.state, driver.starts.length], ['waiting', 1])
  driver.breakCalls(null)
  await until('started', () => session('late')?.state === 'ready')
})

test('with little host memory nothing more starts and nothing is stopped; the reason says so, until there is memory', async (t) => {
  const { world, driver, session, wanted, store, supervisor } = await aHome(t, ['a'])
  await until('ready', () => session('a')?.state === 'ready')
  world.memoryFreeBytes = 100 * MB
  await store.tenant(ACME).addSession(aSession('late', { home: HOME }), null)
  await until('the host was looked at', () => supervisor.host().memoryFreeBytes === 100 * MB)
  await wanted('late')
  await until('waiting', () => session('late')?.state === 'waiting')
  assert.equal(session('late')?.reason, 'host memory is low: 100 MB free, 256 MB are kept')
  assert.deepEqual([session('a')?.state, driver.starts.length], ['ready', 1])
  world.memoryFreeBytes = 4_000 * MB
  await until('started', () => session('late')?.state === 'ready')
})

test('what ended while no supervisor watched and needs a person waits for one; the rest comes back', async (t) => {
  const stopping = (next: AfterStop): Life => ({
    state: 'stopping',
    since: 0,
    reason: 'asked',
    live: aLive(),
    killAt: 0,
    next,
  })
  const taken = { state: 'failed', reason: 'another has its account', clears: 'start' } as const
  const before: Before = {
    killed: { life: ready() },
    crashed: { life: ready(), code: 1 },
    refused: { life: ready(), code: 65 },
    restarting: { life: stopping({ state: 'restart', byRule: false }), code: 0 },
    'restarting-refused': { life: stopping({ state: 'restart', byRule: false }), code: 64 },
    taken: { life: stopping(taken), code: 0 },
  }
  const { session, store } = await aHome(t, Object.keys(before), before)
  for (const name of ['killed', 'crashed', 'restarting'])
    await until(`${name} is back`, () => session(name)?.state === 'ready')
  const failed = ['refused', 'restarting-refused', 'taken'].map((name) => [session(name)?.state, session(name)?.reason])
  assert.deepEqual(failed, [
    ['failed', 'said 65'],
    ['failed', 'said 64'],
    ['failed', 'another has its account'],
  ])
  const ended = { type: 'session.ended', limit: 10 }
  await until('their ends in the history', async () => (await store.tenant(ACME).events(ended)).length === 6)
})
