// ProcessDriver over PM2. PM2 spawns, keeps the pipes and sends messages; it restarts nothing and decides nothing.
//
// Ended processes are noticed by asking the kernel, not over PM2's bus: the bus carries every byte that any process
// writes to stdout, without back pressure, so one flooding session would fill the daemon's memory and our loop.
import { accessSync, constants, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunId } from '../core/ids.js'
import { readStat } from '../node/procfs.js'
import type { ProcessDriver, Unit } from './driver.js'
import { tailOf, truncateAbove } from './log-file.js'
import { openPm2Book } from './pm2-book.js'
import { daemonPidOf, launchPm2Daemon, readDaemonPid } from './pm2-daemon.js'
import { pm2LogPath } from './pm2-log.js'
import { appRecord, NAMESPACE, parseRow, parseRows } from './pm2-rows.js'
import { connectRpc, Pm2TimeoutError } from './pm2-rpc.js'
import { existsPid, hasChannel, terminate, watchDaemon, watchPids } from './pm2-watch.js'
import { CannotKill, killMarked } from './proc.js'
import { gathered, shared } from './together.js'

export interface Pm2DriverOptions {
  pm2Home: string
  /** `if-missing`: the caller holds the home's lock. */
  launch: 'if-missing' | 'never'
  /** For a launched daemon; see `launchPm2Daemon`. */
  env?: Record<string, string | undefined>
  /** For each question to PM2. */
  timeoutMs?: number
  /** Something failed that no caller waits for. */
  report?: (error: unknown) => void
}
export type Pm2Driver = ProcessDriver & { daemonPid(): number }

const RPC_TIMEOUT_MS = 8_000
/** PM2's own SIGKILL comes this long after the session's grace; only when an operator stops it past us. */
const KILL_MARGIN_MS = 5_000
const MAX_LOG_BYTES = 5 * 1024 * 1024
const TRIM_LOG_EVERY_MS = 60_000
/** One that hangs is as good as dead: about 45 s. Counted, so that a time when we ourselves were stopped does not count. */
const TAKEN_FOR_LOST_AFTER = 5
/** A killed process is awaited by the daemon at once, unless the daemon hangs. */
const REAPED_WITHIN_MS = 1_000

export async function openPm2Driver(options: Pm2DriverOptions): Promise<Pm2Driver> {
  const { pm2Home, timeoutMs = RPC_TIMEOUT_MS, report = () => undefined } = options
  if (options.launch === 'if-missing') await launchPm2Daemon({ pm2Home, env: options.env ?? {} })
  const daemonPid = daemonPidOf(pm2Home)
  const rpc = await connectRpc(pm2Home, timeoutMs)
  const book = openPm2Book()
  const processes = watchPids()
  const daemon = watchDaemon(daemonPid, () => readDaemonPid(pm2Home))
  rpc.onClosed(() => daemon.lose())
  let unanswered = 0
  daemon.onLost(() => rpc.close())
  const trimLog = repeat(TRIM_LOG_EVERY_MS, () => truncateAbove(pm2LogPath(pm2Home), MAX_LOG_BYTES), report)

  const ask = async () => {
    const answer = await rpc.call('getMonitorData', {}).catch((error: unknown) => {
      if (error instanceof Pm2TimeoutError && ++unanswered === TAKEN_FOR_LOST_AFTER) {
        report(new Error(`${error.message} Nor to ${unanswered - 1} questions before: it is taken for lost.`))
        daemon.lose()
      }
      throw error
    })
    unanswered = 0
    return parseRows(answer)
  }
  const freshRows = shared(async () => {
    const askedAtMs = performance.now()
    const { rows, abandoned } = book.sort(await ask(), askedAtMs)
    for (const run of abandoned) forget(run).catch(report)
    for (const { pid } of rows) if (pid !== null) processes.add(pid)
    return rows
  })
  const rawRows = shared(ask)
  const killAll = gathered<RunId>(killMarked)

  async function kill(run: RunId): Promise<void> {
    await killAll(run).catch((error: unknown) => {
      // Asked together with others: what will not go of those is not this one's trouble.
      if (!(error instanceof CannotKill) || error.runs.has(run)) throw error
    })
    const pid = book.lastPidOf(run)
    const giveUpAt = performance.now() + REAPED_WITHIN_MS
    while (pid !== undefined && existsPid(pid) && performance.now() < giveUpAt) await sleep(10)
  }

  /** One at a time for a run: by the time a second one acts, PM2 may have given the same id to somebody else. */
  const forgetting = new Map<RunId, Promise<void>>()
  function forget(run: RunId): Promise<void> {
    const underWay = forgetting.get(run) ?? forgetNow(run).finally(() => forgetting.delete(run))
    forgetting.set(run, underWay)
    return underWay
  }

  async function forgetNow(run: RunId): Promise<void> {
    await kill(run)
    const giveUpAt = performance.now() + timeoutMs
    for (;;) {
      const row = (await rawRows()).find((one) => one.run === run)
      if (!row) break
      // Not before PM2 has seen the end too: it would take the row for a live process and wait for it.
      if (row.pid === null) {
        await rpc.call('deleteProcessId', row.pmId).catch(async (error: unknown) => {
          // An operator's own `pm2 delete` may have been faster: what counts is that it is gone.
          if ((await rawRows()).some((one) => one.run === run)) throw error
        })
        break
      }
      if (performance.now() > giveUpAt) throw new Error(`PM2 still takes ${row.name} (pid ${row.pid}) for alive.`)
      await sleep(20)
    }
    book.removed(run)
  }

  await freshRows()
  return {
    daemonPid: () => daemonPid,

    async start(unit) {
      if (book.isTaken(unit.name)) throw new Error(`"${unit.name}" is already there.`)
      throwIfCannotRun(unit)
      const record = appRecord(pm2Home, {
        ...unit,
        env: { ...unit.env, FROTA_RUN: unit.run },
        killTimeoutMs: unit.stopWithinMs + KILL_MARGIN_MS,
        restartDelayMs: null,
      })
      book.reserve(unit.name, unit.run)
      try {
        const answer = await rpc.call('prepare', record)
        const row = parseRow(Array.isArray(answer) ? answer[0] : null)
        if (row?.run !== unit.run || row.pid === null) {
          await forget(unit.run)
          throw new Error(`${unit.command} could not be spawned.`)
        }
        book.started(unit.run, row.pid)
        processes.add(row.pid)
        return { pid: row.pid }
      } catch (error) {
        book.failed(unit.name, unit.run, error instanceof Pm2TimeoutError)
        throw error
      }
    },

    async signalStop(run) {
      const row = (await freshRows()).find((one) => one.run === run)
      if (!row || row.pid === null) return
      if (!hasChannel(row.pid)) return terminate(row.pid)
      if (!book.askOnce(run)) return
      try {
        await rpc.call('sendDataToProcessId', { id: row.pmId, type: 'shutdown', topic: NAMESPACE, data: {} })
      } catch (error) {
        book.askFailed(run)
        const now = (await freshRows()).find((one) => one.run === run)
        if (now && now.pid !== null) throw error
      }
    },

    kill,
    forget,

    async list() {
      let tail: string | undefined
      const log = () => {
        tail ??= tailOf(pm2LogPath(pm2Home))
        return tail
      }
      return (await freshRows()).flatMap((row) => {
        const { run, name, pid } = row
        return run === null ? [] : [{ run, name, pid, exitCode: book.exitCodeOf(row, run, log) }]
      })
    },

    onHint: (listener) => processes.onGone(listener),
    onLost: (listener) => daemon.onLost(listener),

    async info() {
      const stat = daemon.isLost() ? null : readStat(daemonPid)
      return stat ? { pid: daemonPid, rssBytes: stat.rssBytes } : null
    },

    async close() {
      clearInterval(trimLog)
      processes.close()
      daemon.close()
      rpc.close()
    },
  }
}

/** What PM2 would answer only with a row that has no process. */
function throwIfCannotRun(unit: Unit): void {
  accessSync(unit.command, constants.X_OK)
  for (const dir of [unit.cwd, dirname(unit.errorFile)]) {
    if (!statSync(dir).isDirectory()) throw new Error(`${dir} is not a directory.`)
  }
}

function repeat(everyMs: number, work: () => void, report: (error: unknown) => void) {
  return setInterval(() => {
    try {
      work()
    } catch (error) {
      report(error)
    }
  }, everyMs).unref()
}
