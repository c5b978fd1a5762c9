// The driver's twin for tests of the supervisor: no processes, everything scripted, same contract as PM2.
import type { RunId } from '../core/ids.js'
import type { ProcessDriver, Running, Unit } from './driver.js'

/** What a process does; anything left out is the well-behaved answer. */
export interface Behaviour {
  /** `start` rejects with this. */
  startFails?: string
  /** Ends by itself with this code, soon after its start. */
  exitsWith?: number
  /** Goes on after `shutdown`; only `kill` ends it. */
  ignoresStop?: boolean
  /** How it ends when asked to stop; default 0. */
  stopCode?: number
}

export interface MemoryDriver extends ProcessDriver {
  /** All starts so far, the failed ones included. */
  readonly starts: readonly Unit[]
  readonly stopsAsked: readonly RunId[]
  readonly kills: readonly RunId[]
  /** It ends by itself. */
  exit(run: RunId, exitCode: number): void
  /** Its record goes too, as after an operator's `pm2 delete`. */
  vanish(run: RunId): void
  /** From now on every call rejects with this, as with a hung daemon; null: well again. */
  breakCalls(message: string | null): void
  /** The daemon dies; its processes live on until `kill`. */
  loseDaemon(): void
}

interface Row extends Running {
  behaviour: Behaviour
}

/** Above any real pid, so that a mistaken kill hits nothing. */
const FIRST_PID = 5_000_000
export const KILLED_CODE = 137

export function openMemoryDriver(behave: (unit: Unit) => Behaviour = () => ({})): MemoryDriver {
  const rows = new Map<RunId, Row>()
  const starts: Unit[] = []
  const stopsAsked: RunId[] = []
  const kills: RunId[] = []
  const hints: (() => void)[] = []
  const losts: (() => void)[] = []
  const starting = new Set<string>()
  let broken: string | null = null
  let lost = false
  let nextPid = FIRST_PID

  const answer = async () => {
    await Promise.resolve()
    if (broken !== null) throw new Error(broken)
    if (lost) throw new Error('The process daemon is gone.')
  }
  const end = (run: RunId, exitCode: number) => {
    const row = rows.get(run)
    if (!row || row.pid === null) return
    row.pid = null
    row.exitCode = exitCode
    for (const listener of hints) setImmediate(listener)
  }
  const isTaken = (name: string) => starting.has(name) || [...rows.values()].some((row) => row.name === name)

  return {
    starts,
    stopsAsked,
    kills,
    async start(unit) {
      starts.push(unit)
      if (isTaken(unit.name)) throw new Error(`"${unit.name}" is already there.`)
      starting.add(unit.name)
      try {
        await answer()
        const behaviour = behave(unit)
        if (behaviour.startFails !== undefined) throw new Error(behaviour.startFails)
        const pid = nextPid++
        rows.set(unit.run, { run: unit.run, name: unit.name, pid, exitCode: null, behaviour })
        const { exitsWith } = behaviour
        if (exitsWith !== undefined) setImmediate(() => end(unit.run, exitsWith))
        return { pid }
      } finally {
        starting.delete(unit.name)
      }
    },
    async signalStop(run) {
      await answer()
      stopsAsked.push(run)
      const behaviour = rows.get(run)?.behaviour
      if (behaviour && !behaviour.ignoresStop) setImmediate(() => end(run, behaviour.stopCode ?? 0))
    },
    async kill(run) {
      // Needs no daemon: the marker is found in /proc.
      await Promise.resolve()
      kills.push(run)
      end(run, KILLED_CODE)
    },
    async forget(run) {
      await answer()
      end(run, KILLED_CODE)
      rows.delete(run)
    },
    async list() {
      await answer()
      return [...rows.values()].map(({ run, name, pid, exitCode }) => ({ run, name, pid, exitCode }))
    },
    onHint: (listener) => void hints.push(listener),
    onLost: (listener) => void losts.push(listener),
    async info() {
      await Promise.resolve()
      return lost ? null : { pid: FIRST_PID - 1, rssBytes: 90 * 1024 * 1024 }
    },
    async close() {
      await Promise.resolve()
      hints.length = 0
      losts.length = 0
    },
    exit: end,
    vanish(run) {
      rows.delete(run)
      for (const listener of hints) setImmediate(listener)
    },
    breakCalls: (message) => {
      broken = message
    },
    loseDaemon() {
      if (lost) return
      lost = true
      for (const listener of losts) setImmediate(listener)
    },
  }
}
