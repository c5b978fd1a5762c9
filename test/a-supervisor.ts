// What a whole supervisor is put together of in tests: real store, ledger and sockets, on processes of the driver's twin.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HomeId } from '../src/core/ids.js'
import type { Unit as Spawned } from '../src/processes/driver.js'
import { openMemoryDriver } from '../src/processes/memory.js'
import type { Host, SupervisorParts, SupervisorSettings } from '../src/supervisor/parts.js'
import { openTickets } from '../src/supervisor/tickets.js'
import { noServices } from './no-services.js'

export const HOME = 'home' as HomeId
export const MB = 1024 * 1024
const noSecrets = () => assert.fail('no secrets here')

/** A driver whose processes are a few lines each: `live` is what one does from its start. */
export function aDriverOf(live: (unit: Spawned, pid: number) => Promise<void>) {
  const driver = openMemoryDriver()
  const alive = new Set<number>()
  const lives: Promise<void>[] = []
  const start = driver.start
  driver.start = async (unit) => {
    const { pid } = await start(unit)
    alive.add(pid)
    lives.push(live(unit, pid))
    return { pid }
  }
  driver.onHint(async () => {
    const listed = new Set((await driver.list()).map((row) => row.pid))
    for (const pid of alive) if (!listed.has(pid)) alive.delete(pid)
  })
  return { driver, alive, ended: () => Promise.all(lives) }
}

type Own = Pick<SupervisorParts, 'store' | 'driver' | 'ledger' | 'kinds'>
type Special = Omit<Partial<SupervisorParts>, 'host' | 'settings'> & {
  host: Pick<Host, 'isAlive'> & Partial<Host>
  settings?: Partial<SupervisorSettings>
}

/** Ordinary parts in this directory: a test names only what is special. */
export const aSupervisor = (dir: string, own: Own, { host, settings, ...special }: Special): SupervisorParts => ({
  ...own,
  homeId: HOME,
  tickets: openTickets(new Uint8Array(32)),
  vault: { tenant: noSecrets, operator: { seal: noSecrets, open: noSecrets }, claim: (account) => account },
  services: noServices(dir),
  mirror: null,
  onSay: () => undefined,
  alert: () => undefined,
  clearAlert: () => undefined,
  testAlerts: async () => [],
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  now: () => new Date(),
  random: () => 0,
  ...special,
  host: {
    cores: 2,
    findMarked: () => [],
    listensOn: () => false,
    terminate: () => undefined,
    treeUsage: () => new Map(),
    renice: () => undefined,
    status: () => aHostStatus(),
    ...host,
  },
  settings: {
    home: dir,
    hostName: 'test',
    version: '0',
    dirs: { logs: dir, tokens: dir },
    sessionsSocket: join(dir, 's.sock'),
    addresses: join(dir, 'sessions'),
    session: { command: 'x', args: [], cwd: dir, env: {}, program: () => 'one' },
    browser: { path: null, libs: null, sandbox: true },
    basePort: 3001,
    maxSessions: 0,
    only: null,
    force: new Set(),
    storeReadEveryMs: 200,
    beatsToStoreEveryMs: 200,
    memoryFloorBytes: 0,
    ...settings,
  },
})

export const aHostStatus = (memoryFreeBytes = 4_000 * MB) => ({
  memoryFreeBytes,
  memoryTotalBytes: 8_000 * MB,
  cpuPercent: 1,
  diskFreeBytes: 9_000 * MB,
  cores: 2,
})

export async function until(what: string, look: () => unknown) {
  const giveUpAt = performance.now() + 30_000
  while (!(await look())) {
    if (performance.now() > giveUpAt) assert.fail(`not seen: ${what}`)
    await sleep(20)
  }
}
