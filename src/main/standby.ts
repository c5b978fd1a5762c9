// `frota serve --wait`: another supervisor has the home, and this one is to come after it. In containers, where a new copy
// may be started before the old one has left. It answers `frota health` meanwhile: a manager that stops the old copy only
// when the new one is well would otherwise wait for ever.
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { HEALTH_PATH } from '../api/health.js'
import type { Config } from '../config/config.js'
import { healthOf } from '../core/health.js'
import { listenOnOwnSocket } from '../node/own-socket.js'
import { type Held, type Lock, tryLock } from '../processes/lock.js'

const LOOK_EVERY_MS = 250

export interface Standby {
  /** What the next one to ask is told of us, once we have the home. */
  note: string
  signal: AbortSignal
  /** Told at first, and when another one takes the home. */
  onWait(heldBy: string): void
}

/** The home's lock, as soon as nobody has it; null when told to stop before. */
export async function waitForHome(config: Config, { note, signal, onWait }: Standby): Promise<Lock | null> {
  let lock: Lock | Held = tryLock(config.paths.lock, note)
  if ('release' in lock) return lock
  let told = ''
  let lookedAt = performance.now()
  let waitsFor = lock.heldBy
  const server = createServer((request, response) => {
    const isAsked = request.method === 'GET' && request.url === HEALTH_PATH
    response.writeHead(isAsked ? 200 : 404, { 'content-type': 'application/json' })
    response.end(JSON.stringify(isAsked ? { ...healthOf(performance.now() - lookedAt), waitsFor } : {}))
  })
  await listenOnOwnSocket(server, config.paths.standbySocket)
  try {
    while (!('release' in lock)) {
      waitsFor = lock.heldBy
      if (waitsFor !== told) onWait(waitsFor)
      told = waitsFor
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return null
      lock = tryLock(config.paths.lock, note)
      lookedAt = performance.now()
    }
    return lock
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
