// What the CLI and the menu may do besides asking the control API: bring the fleet up and down, be the supervisor.
// main.ts is behind each of these; nothing heavy is loaded before one is opened.
import type { FleetClient } from '../api/verbs.js'
import type { Browser } from '../config/browser.js'
import type { Config } from '../config/config.js'
import type { Kinds } from '../kinds/load.js'
import type { Held, Lock } from '../processes/lock.js'
import type { Store } from '../store/store.js'
import type { Vault } from '../vault/vault.js'

export interface Doors {
  config(): Config
  /** The home's directory, also when it is another user's: nothing in it is read. */
  home(): string
  /** Pids of the PM2 daemons that run there, by what /proc says. */
  daemonsAt(pm2Home: string): Promise<number[]>
  version: string
  /** How this program is called here: `frota`, or `node bin/frota`. */
  program(): string
  checkout: string
  /** The supervisor when it runs, else the same verbs on the store. */
  client(): Promise<FleetClient>
  /** Undefined while the fleet is down. */
  supervisor(): Promise<FleetClient | undefined>
  /** Brings the fleet up first when it is down. */
  liveClient(): Promise<FleetClient>
  /**
   * Answers what was done. STILL_DOWN with the supervisor's last words when it would not come up.
   * `unattended`: then it is left to PM2, which tries again and again.
   */
  up(options?: { unattended?: boolean }): Promise<{ already: boolean }>
  /** Stops all sessions in parallel, the supervisor and PM2; what is wanted stays. */
  down(): Promise<{ stopped: number; left: string[] }>
  /** Is the supervisor, until it is told to stop. Answers the exit code. */
  serve(options: { wait: boolean }): Promise<number>
  /** The interactive menu, until somebody leaves it. */
  menu(): Promise<MenuEnd>
  /** One session in the foreground, without PM2. Answers its exit code. */
  run(ref: string): Promise<number>
  /** Past the verbs, to the parts themselves: for `db`, `key` and `doctor`. */
  admin(): Promise<Admin>
}

/** What was chosen in the menu that needs the terminal for itself. */
export interface MenuEnd {
  wantsDemo: boolean
}

/** What an operator needs when the fleet cannot come up. */
export interface Admin {
  /** The config's, or the named one. Not migrated: ask its `schema()`. */
  openStore(driver?: Store['driver']): Promise<Store>
  /** Makes the local database or brings it up to date. Only while holding the home's lock. */
  /** @param toCopyInto it is made although this home has had sessions: they are in another store */
  migrateLocal(toCopyInto?: boolean): Promise<void>
  openVault(store: Store): Promise<Vault>
  openKinds(): Promise<Kinds>
  browser(): Browser | null
  /** The home's lock: held by its supervisor. */
  lock(note: string): Lock | Held
  /** PM2 daemons of this home; more than one is a fault. */
  daemons(): number[]
}
