// What is really there: processes in /proc and the driver's list every 5 s and after a hint that one has ended, memory and
// CPU of each session's whole tree every 5 s. It only looks; what has ended is handed to the carrier.

import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../core/errors.js'
import type { Running } from '../processes/driver.js'
import type { HostStatus } from '../processes/host.js'
import type { Carrier } from './carry.js'
import type { Context } from './context.js'
import { whyItLives } from './ends.js'
import { liveOf } from './unit.js'

const LIST_EVERY_MS = 5_000
/** Less than what the loop takes for a pause of its own. */
const DRIVER_PATIENCE_MS = 3_000
const CPU_HOT_PERCENT = 90
const DISK_LOW_BYTES = 500 * 1024 * 1024

export interface Observer {
  /** Waits for the driver's answer, but not for long, and never rejects: without it nothing starts, that is all. */
  lookAtProcesses(): Promise<void>
  lookAtHost(): Promise<void>
  host(): HostStatus
  /** Why nothing may start now; null when it may. */
  mayNotStart(): string | null
}

export function openObserver({ parts, roster }: Context, carrier: Carrier): Observer {
  const { driver, host, settings } = parts
  let status = host.status()
  let listedAtMs = Number.NEGATIVE_INFINITY
  let hinted = true
  let cpuBefore = new Map<number, { cpuMs: number; atMs: number }>()
  /** Alive but no longer listed at the last look: the driver cannot reach them. */
  let unlisted = new Set<string>()
  let looking: Promise<unknown> | null = null
  /** Why the driver's list is not known. */
  let trouble: string | null = null
  const unending = new Set<string>()
  driver.onHint(() => {
    hinted = true
  })
  return { lookAtProcesses, lookAtHost, host: () => status, mayNotStart }

  async function lookAtProcesses() {
    if (!looking && !isTimeToLook()) return
    looking ??= look()
      .then((asked) => asked && tellOfDriver(null), tellOfDriver)
      .finally(() => {
        looking = null
      })
    const enough = new AbortController()
    const { signal } = enough
    const slow = sleep(DRIVER_PATIENCE_MS, new Error('PM2 does not answer'), { signal })
    await Promise.race([looking, slow.then(tellOfDriver)]).finally(() => enough.abort())
  }

  function tellOfDriver(thrown: unknown) {
    const before = trouble
    trouble = thrown === null ? null : messageOf(thrown)
    if (trouble === null && before !== null) parts.log.info('PM2 answers again')
    // Only a change of it: a daemon that hangs would fill the log.
    if (trouble !== null && before === null) parts.log.error(`nothing is started for now: ${trouble}`)
  }

  /** A hundred sessions that get ready ring for a hundred turns, and each would look at a hundred: who ends is hinted at. */
  function isTimeToLook(): boolean {
    return hinted || trouble !== null || performance.now() - listedAtMs >= LIST_EVERY_MS
  }

  /** Answers whether it had a reason to ask the driver. */
  async function look(): Promise<boolean> {
    // Runs and not units: by the time the driver answers another run may be there.
    const ended = new Set(
      roster.units().flatMap((unit) => {
        const live = liveOf(unit)
        return live && !unit.busy && live.pid > 0 && !host.isAlive(live.pid) ? [live.run] : []
      }),
    )
    const dueMs = performance.now() - listedAtMs
    const isDue = dueMs >= LIST_EVERY_MS || (hinted && dueMs > 500) || trouble !== null
    if (ended.size === 0 && !isDue) return false
    hinted = false
    listedAtMs = performance.now()
    // Only runs that were there before the question may be missed in the answer: looks overlap, and lists are slow.
    const askedFor = new Set(roster.units().flatMap((unit) => (unit.busy ? [] : (liveOf(unit)?.run ?? []))))
    const listed = await driver.list()
    const codes = new Map(listed.map((row) => [row.run, row.exitCode]))
    for (const unit of roster.units()) {
      const run = liveOf(unit)?.run
      // The driver's word counts as well: the pid may be somebody else's by now.
      if (!run || !(ended.has(run) || listed.some((row) => row.run === run && row.pid === null))) continue
      // Somebody is at work on it and will ring when that is done: then this is looked at again.
      if (unit.busy) hinted = true
      else void carrier.ended(unit, { exitCode: codes.get(run) ?? null, reason: null })
    }
    await putRight(listed, askedFor)
    return true
  }

  /** One that nobody knows and that cannot be ended keeps nothing else from being decided. The next boot looks at it again. */
  async function forget({ run, name }: Running) {
    const why = await driver.forget(run).then(() => null, whyItLives)
    if (why === null) return
    unending.add(run)
    parts.log.error(`PM2 lists ${name}, of a run that nobody knows, and it stays: ${why}`)
  }

  /** An operator's own `pm2 restart` or `delete` in our PM2_HOME, and rows of runs nobody knows. */
  async function putRight(listed: Running[], askedFor: ReadonlySet<string>) {
    const known = new Set(roster.units().flatMap((unit) => liveOf(unit)?.run ?? []))
    for (const row of listed) if (!known.has(row.run) && !unending.has(row.run)) await forget(row)
    const runs = new Set<string>(listed.map((row) => row.run))
    const missing = new Set<string>()
    for (const unit of roster.units()) {
      const live = liveOf(unit)
      if (!live || unit.busy || live.pid === 0 || runs.has(live.run) || !askedFor.has(live.run)) continue
      if (unlisted.has(live.run)) void carrier.ended(unit, { exitCode: null, reason: 'its process was taken from PM2' })
      else missing.add(live.run)
    }
    unlisted = missing
  }

  async function lookAtHost() {
    status = host.status()
    const pids = roster.units().flatMap((unit) => liveOf(unit)?.pid || [])
    const usage = host.treeUsage(pids)
    const atMs = performance.now()
    const before = cpuBefore
    cpuBefore = new Map([...usage].map(([pid, { cpuMs }]) => [pid, { cpuMs, atMs }]))
    for (const unit of roster.units()) {
      const pid = liveOf(unit)?.pid
      const now = pid === undefined ? undefined : usage.get(pid)
      if (pid === undefined || !now) continue
      const then = before.get(pid)
      const cpuPercent = then ? Math.max(0, ((now.cpuMs - then.cpuMs) / (atMs - then.atMs)) * 100) : 0
      const hot = cpuPercent > CPU_HOT_PERCENT
      if (!hot && unit.usage?.reniced) parts.clearAlert(`cpu:${unit.id}`)
      unit.usage = {
        rssBytes: now.rssBytes,
        cpuPercent,
        hotSince: hot ? (unit.usage?.hotSince ?? parts.now().getTime()) : null,
        reniced: hot && (unit.usage?.reniced ?? false),
      }
    }
    tellOfHost()
  }

  function tellOfHost() {
    const at = parts.now()
    tell('host:memory', lowMemory(), 'Host memory is low')
    const low = status.diskFreeBytes < DISK_LOW_BYTES
    tell('host:disk', low ? `${mb(status.diskFreeBytes)} of disk are free` : null, 'Host disk is low')
    function tell(key: string, text: string | null, title: string) {
      if (text === null) parts.clearAlert(key)
      else parts.alert({ key, level: 'critical', title: `${settings.hostName}: ${title}`, text, session: null, at })
    }
  }

  function mayNotStart(): string | null {
    return trouble ?? lowMemory()
  }

  function lowMemory(): string | null {
    return status.memoryFreeBytes < settings.memoryFloorBytes
      ? `host memory is low: ${mb(status.memoryFreeBytes)} free, ${mb(settings.memoryFloorBytes)} are kept`
      : null
  }
}

const mb = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`
