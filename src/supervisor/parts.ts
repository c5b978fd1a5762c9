// What a supervisor is made of. main.ts puts the real parts in, tests put in twins.
import type { HomeId } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { Log } from '../core/log.js'
import type { Kinds } from '../kinds/load.js'
import type { SessionAlert } from '../notify/notifier.js'
import type { ProcessDriver } from '../processes/driver.js'
import type { HostStatus } from '../processes/host.js'
import type { Snapshot, Store } from '../store/store.js'
import type { Vault } from '../vault/vault.js'
import type { Ledger } from './ledger.js'
import type { Tickets } from './tickets.js'

export interface SupervisorParts {
  homeId: HomeId
  store: Store
  driver: ProcessDriver
  kinds: Kinds
  ledger: Ledger
  tickets: Tickets
  host: Host
  vault: Pick<Vault, 'tenant' | 'operator' | 'claim'>
  services: ServiceParts
  /** Null with a local store. */
  mirror: { save(snapshot: Snapshot): void; load(): { snapshot: Snapshot; at: Date } | undefined } | null
  settings: SupervisorSettings
  alert(alert: SessionAlert): void
  /** Hears each alert as often as it is said, repeats held back: for whoever else is to be told. */
  onSay(listener: (alert: SessionAlert) => void): void
  testAlerts(): Promise<{ channel: string; error: string | null }[]>
  /** The trouble with this key is over. */
  clearAlert(key: string): void
  log: SupervisorLog
  now(): Date
  random(): number
}

/** What host services are given of the home. */
export interface ServiceParts {
  /** Where they speak to the supervisor. */
  socket: string
  /** Directory of the sockets that they listen at. */
  sockets: string
  /** The arguments of the Node binary that run one. */
  args: string[]
  /** Neither door takes the other's. */
  tickets: Tickets
  /** By name: when it runs, and what it may know of the home's settings. What is not named runs while it is needed. */
  settings: ReadonlyMap<string, ServiceSettings>
  /** @param snapshot what was last read */
  secrets(snapshot: () => Snapshot | null): OperatorSecrets
  /** What stands for a session, or a host service, in public addresses; the same in all homes of one master key. */
  opaque(id: string): string
}

export interface ServiceSettings {
  mode: 'auto' | 'on' | 'off'
  config: JsonObject
}

/** The operator's own, for host services that declare them. As last read from the store: nothing here waits for it. */
export interface OperatorSecrets {
  names(): string[]
  /** Another text whenever one of these has changed. */
  version(names: readonly string[]): string
  open(names: readonly string[]): Record<string, string>
}

export interface SupervisorSettings {
  home: string
  hostName: string
  version: string
  dirs: { logs: string; tokens: string }
  sessionsSocket: string
  /** Directory of the sessions' own sockets. */
  addresses: string
  /** The Node binary and arguments that run a session. */
  session: {
    command: string
    args: string[]
    cwd: string
    env: Record<string, string>
    /** Another text for another build of what a start would run now; '' when nobody can say. */
    program(): string
  }
  browser: { path: string | null; libs: string | null; sandbox: boolean }
  basePort: number
  maxSessions: number
  only: ReadonlySet<string> | null
  /** Run these whatever is wanted. */
  force: ReadonlySet<string>
  storeReadEveryMs: number
  beatsToStoreEveryMs: number
  /** Nothing starts while less host memory than this is free. */
  memoryFloorBytes: number
}

/** The machine as the supervisor sees it. */
export interface Host {
  cores: number
  /** Every process that carries a marker of this home. */
  findMarked(): { pid: number; run: string; session: string }[]
  isAlive(pid: number): boolean
  /** Whether this very process listens on the port. */
  listensOn(pid: number, port: number): boolean
  /** SIGTERM to one process. */
  terminate(pid: number): void
  /** By root pid: the whole tree. `cpuMs` counts up. */
  treeUsage(pids: number[]): Map<number, { rssBytes: number; cpuMs: number }>
  renice(pid: number): void
  status(): HostStatus
}

export type SupervisorLog = Omit<Log, 'debug'>
