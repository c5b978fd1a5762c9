// Who spawns and signals session processes. Few methods, a fake twin (memory.ts), one contract suite over both.
// A driver decides nothing: no restarts of its own, no readiness, no backoff.
import type { RunId } from '../core/ids.js'

/** One process to be. Nothing secret is in it: PM2 keeps all of this in clear. */
export interface Unit {
  run: RunId
  /** `acme.vendas`: PM2's name and the log file's. */
  name: string
  /** An executable and its arguments; no shell. */
  command: string
  args: string[]
  /** The child's whole environment: nothing is inherited. */
  env: Record<string, string>
  cwd: string
  /** What the process writes to stderr: crashes only. */
  errorFile: string
  /** After `signalStop`, how long the driver's own clean-up may wait at most. */
  stopWithinMs: number
}

export interface Running {
  run: RunId
  name: string
  /** Null when it has ended. */
  pid: number | null
  /** Set when it has ended and the driver saw how; 128 + signal as in a shell, so 137 after a SIGKILL. */
  exitCode: number | null
}

export interface ProcessDriver {
  /** Spawns and answers the pid. Rejects when it could not. Never called for a name that is still listed. */
  start(unit: Unit): Promise<{ pid: number }>
  /**
   * Ask it to stop. Resolves when asked, not when ended. Unknown runs are ignored.
   * Over IPC a session gets `{ type: 'shutdown', … }` from here and the bare string `'shutdown'` from an operator's
   * own `pm2 stop`; SIGTERM when it has closed its channel. All three mean the same.
   */
  signalStop(run: RunId): Promise<void>
  /** SIGKILL every process that carries the run's marker, descendants included, and wait until they are gone. */
  kill(run: RunId): Promise<void>
  /** Drop the record of a run, so that its name is free. Kills it first if it lives. */
  forget(run: RunId): Promise<void>
  list(): Promise<Running[]>
  /** A hint that something ended: look with `list()`. */
  onHint(listener: () => void): void
  /** The daemon that holds the processes is gone; it will not come back by itself. */
  onLost(listener: () => void): void
  /** For `frota status`. */
  info(): Promise<{ pid: number; rssBytes: number } | null>
  /** Lets go of the processes without touching them. */
  close(): Promise<void>
}
