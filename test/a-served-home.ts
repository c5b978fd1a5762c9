// A whole supervisor with a host service, over real store, ledger and sockets; only the processes are the driver's twin.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { HomeId, SessionId } from '../src/core/ids.js'
import { type Beat, WIRE_UNKNOWN_STATUS, WIRE_VERSION } from '../src/core/protocol.js'
import type { Kind } from '../src/kinds/kind.js'
import { loadKinds } from '../src/kinds/load.js'
import type { Unit as Spawned } from '../src/processes/driver.js'
import { type Link, openLink } from '../src/runtime/link.js'
import { migrateSqlite, openSqliteStore } from '../src/store/sqlite.js'
import { StoreUnavailable } from '../src/store/store.js'
import { openLedger } from '../src/supervisor/ledger.js'
import type { OperatorSecrets } from '../src/supervisor/parts.js'
import { startSupervisor } from '../src/supervisor/supervisor.js'
import { aDriverOf, aSupervisor, HOME, until } from './a-supervisor.js'
import { ACME, aBeat, aSession, aTenant } from './a-unit.js'
import { noServices } from './no-services.js'

export const DESK = '_host.desk'
const run = new URL('file:///nowhere.js')
const served = {
  name: 'served',
  title: 'Served',
  config: z.object({}),
  needs: ['desk'],
  hooks: { knock: { help: 'Knocks' } },
  services: { desk: { run, secrets: { DESK_KEY: 'optional' } } },
  run,
} as unknown as Kind

interface World {
  isStoreAway: boolean
  isOver: boolean
  /** The operator's secret. */
  key: string
  beat: Beat
  /** What programs that start now speak. */
  wire: number
  /** Which build a start would run. */
  program: string
}

interface Speaker {
  link: Link
  hello: Record<string, unknown>
}

/** A home with one session that needs the desk. Both say hello and beat at their own doors, but are no processes. */
export async function aServedHome(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-services-'))
  const world: World = {
    isStoreAway: false,
    isOver: false,
    key: 'one',
    beat: aBeat({ port: null }),
    wire: WIRE_VERSION,
    program: 'one',
  }
  const speakers = new Map<string, Speaker>()
  const { driver, alive, ended } = aDriverOf(speak)
  migrateSqlite(join(dir, 'frota.db'))
  const real = openSqliteStore(join(dir, 'frota.db'))
  const orAway = async <T>(work: () => Promise<T>) => {
    if (world.isStoreAway) throw new StoreUnavailable('sqlite', 'away')
    return work()
  }
  const store = {
    ...real,
    home: (id: HomeId) => {
      const home = real.home(id)
      return {
        ...home,
        snapshot: () => orAway(home.snapshot),
        acquire: (...given: Parameters<typeof home.acquire>) => orAway(() => home.acquire(...given)),
        append: (...given: Parameters<typeof home.append>) => orAway(() => home.append(...given)),
      }
    },
  }
  await store.addTenant(aTenant())
  await store.tenant(ACME).addSession(aSession('a', { home: HOME, kind: 'served' }), null)
  await want('running')
  const ledger = openLedger(join(dir, 'ledger.db'))
  const secrets: OperatorSecrets = {
    names: () => ['DESK_KEY', 'OTHER'],
    version: (names) => `${names.join()} ${world.key}`,
    open: (names) => Object.fromEntries(names.map((name) => [name, world.key])),
  }
  const kinds = await loadKinds([served], [], dir)
  const parts = aSupervisor(
    dir,
    { store, driver, ledger, kinds },
    {
      services: noServices(dir, {
        secrets: () => secrets,
        settings: new Map([['desk', { mode: 'auto', config: { answer: 42 } }]]),
      }),
      host: { isAlive: (pid) => alive.has(pid) },
      settings: {
        maxSessions: 1,
        only: new Set(['acme/a']),
        session: { command: 'x', args: [], cwd: dir, env: {}, program: () => world.program },
      },
    },
  )
  const supervisor = await startSupervisor(parts)
  t.after(async () => {
    world.isOver = true
    await ended()
    await supervisor.close()
    ledger.close()
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  })

  async function speak({ name, run, env }: Spawned, pid: number) {
    const link = openLink(env.FROTA_SOCKET ?? '')
    await sleep(1)
    const { wire } = world
    const { status, body } = await link.post('/hello', { wire, ticket: env.FROTA_TICKET, pid }, 5_000)
    if (status === WIRE_UNKNOWN_STATUS) {
      link.close()
      return driver.exit(run, 1)
    }
    link.setToken(String(body.token))
    speakers.set(name, { link, hello: body })
    while (alive.has(pid) && !world.isOver) {
      const own = { limitsVersion: body.settingsVersion ?? '', secretsVersion: body.secretsVersion }
      await link.post('/beat', { ...world.beat, ...own }, 5_000)
      await sleep(100)
    }
    link.close()
  }

  async function want(wanted: 'running' | 'stopped') {
    await real
      .tenant(ACME)
      .changeSession('id-a' as SessionId, { wanted, ...(wanted === 'running' && { requestStart: true }) })
  }

  const ready = async (name: string) => {
    await until(`${name} ready`, () => stateOf(name) === 'ready')
    return speakers.get(name) ?? assert.fail(name)
  }
  const stateOf = (name: string) =>
    name === DESK ? supervisor.live.services()[0]?.state : supervisor.live.sessions().get('id-a' as SessionId)?.state
  const runOf = (name: string) => driver.starts.findLast((unit) => unit.name === name)?.run ?? assert.fail(name)
  return { world, driver, supervisor, parts, real, want, ready, runOf, stateOf }
}
