// A supervisor comes up while its project is away or hangs, by the mirror. Its key is then taken unchecked, and until the
// project has said that it is the right one, the project counts as away: nothing is read from it, nothing written to it.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { Config } from '../config/config.js'
import { UserError } from '../core/errors.js'
import type { HomeId } from '../core/ids.js'
import { TimedOut, within } from '../node/waits.js'
import { emptied, type HomeStore, type Store, StoreUnavailable } from '../store/store.js'
import { openVaultOffline, type Vault } from '../vault/vault.js'
import { MIRROR_FILE, openVaultOf } from './parts.js'

/** A hosted project answers in 20 to 200 ms; the first time there is a connection to make. */
const PATIENCE_MS = 1_500

export interface Serving {
  store: Store
  vault: Vault
  /** The vault, once the store has said that its key is the right one: for sealing. */
  checked(): Promise<Vault>
}

/** With a mirror whatever keeps the project from answering is an outage; without one it is told to whoever starts it. */
export async function openForServing(config: Config, store: Store): Promise<Serving> {
  const mirrored = store.driver !== 'sqlite' && existsSync(path.join(config.paths.data, MIRROR_FILE))
  const checked = once(() => openVaultOf(config, mirrored ? { ...store, keyCheck: () => keyCheckIn(store) } : store))
  try {
    const vault = await (mirrored ? within(PATIENCE_MS, checked()) : checked())
    return { store, vault, checked }
  } catch (thrown) {
    const vault =
      isNoAnswer(thrown, mirrored) && openVaultOffline({ masterKey: config.masterKey, keyFile: config.paths.keyFile })
    if (!vault) return { store, vault: await checked(), checked } // it says what is missing
    return { store: { ...store, home: (id: HomeId) => homeAfter(checked, store.home(id)) }, vault, checked }
  }
}

async function keyCheckIn(store: Store): Promise<string> {
  const check = await store.keyCheck()
  if (check === undefined) throw new StoreUnavailable(store.driver, emptied())
  return check
}

function isNoAnswer(thrown: unknown, mirrored: boolean): boolean {
  if (thrown instanceof StoreUnavailable || thrown instanceof TimedOut) return true
  return mirrored && thrown instanceof UserError && thrown.code.startsWith('SCHEMA_')
}

/** Asked again until it was answered once. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  return () => {
    answer ??= ask().catch((thrown: unknown) => {
      answer = null
      throw thrown
    })
    return answer
  }
}

function homeAfter(check: () => Promise<unknown>, home: HomeStore): HomeStore {
  const gated =
    <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
    async (...args: A) => {
      await check().catch(asOutage)
      return method(...args)
    }
  return {
    register: gated(home.register),
    snapshot: gated(home.snapshot),
    changeWanted: gated(home.changeWanted),
    move: gated(home.move),
    acquire: gated(home.acquire),
    renew: gated(home.renew),
    release: gated(home.release),
    keepJournal: gated(home.keepJournal),
    beat: gated(home.beat),
    heartbeats: gated(home.heartbeats),
    append: gated(home.append),
    events: gated(home.events),
    prune: gated(home.prune),
  }
}

/** Also a wrong key: what lies under another one is not for this home to act on. */
function asOutage(thrown: unknown): never {
  throw thrown instanceof StoreUnavailable ? thrown : new StoreUnavailable('supabase', thrown)
}
