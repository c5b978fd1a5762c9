// Where a session is asked: opaque text to everybody else, here the path of a Unix socket that it makes itself. It is
// named by the run and by nothing else, so a new supervisor knows it at once, and no two runs ever share one.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { messageOf } from '../core/errors.js'
import type { RunId } from '../core/ids.js'
import { hasCode } from '../node/codes.js'
import type { SupervisorLog } from './parts.js'

export interface Addresses {
  of(run: RunId): string
  /** Before a start: whatever clears /tmp away may have taken the directory. */
  prepare(): void
  /** The run has ended. Whoever was killed left its socket. */
  clear(run: RunId): void
  /** At boot: all but those of the runs that live on. */
  sweep(alive: readonly RunId[]): void
}

const ENDING = '.sock'

export function openAddresses(dir: string, log: SupervisorLog): Addresses {
  const of = (run: RunId) => path.join(dir, `${run}${ENDING}`)
  /** What is left over disturbs nobody: a new run has a name of its own. */
  function tryTo(what: string, work: () => void) {
    try {
      work()
    } catch (thrown) {
      log.warn(`${what}: ${messageOf(thrown)}`)
    }
  }
  return {
    of,
    prepare: () => void mkdirSync(dir, { recursive: true, mode: 0o700 }),
    clear: (run) => tryTo(`the socket of ${run} was not removed`, () => rmSync(of(run), { force: true })),
    sweep(alive) {
      const kept = new Set(alive.map((run) => `${run}${ENDING}`))
      tryTo('sockets of earlier runs were not removed', () => {
        for (const name of namesIn(dir)) if (!kept.has(name)) rmSync(path.join(dir, name), { force: true })
      })
    },
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return []
    throw thrown
  }
}
