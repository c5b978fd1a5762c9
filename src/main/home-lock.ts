// Who has the home: one supervisor, and for moments a command that looks whether to migrate the database.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config/config.js'
import { type Held, type Lock, tryLock } from '../processes/lock.js'

const ASK_EVERY_MS = 50
const SUPERVISOR_LEAVES_WITHIN_MS = 1_500
/** On a busy machine it takes its time. */
const COMMAND_LOOKS_WITHIN_MS = 15_000

/** Waits for whoever is about to let go; answers who holds it when that is a supervisor that stays. */
export async function takeHome(config: Config, note: string): Promise<Lock | Held> {
  const askedAt = performance.now()
  for (;;) {
    const lock = tryLock(config.paths.lock, note)
    if ('release' in lock) return lock
    const isSupervisor = /^frota (serve|run) /.test(lock.heldBy)
    const patienceMs = isSupervisor ? SUPERVISOR_LEAVES_WITHIN_MS : COMMAND_LOOKS_WITHIN_MS
    if (performance.now() - askedAt > patienceMs) return lock
    await sleep(ASK_EVERY_MS)
  }
}
