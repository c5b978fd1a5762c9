// The only recovery there is. Crash, reboot, upgrade and the daemon's death all end here:
// find every process with our marker → adopt what the driver still lists and the ledger knows → end and await the rest.
import { setTimeout as sleep } from 'node:timers/promises'
import { formatRef, type RunId } from '../core/ids.js'
import type { Context } from './context.js'
import { type Ends, whyItLives } from './ends.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'
import { type LiveRun, liveOf, type Unit } from './unit.js'

export interface BootReport {
  adopted: number
  ended: number
}

export async function recover({ parts, roster, addresses }: Context, ends: Ends): Promise<BootReport> {
  const { driver, host } = parts
  const listed = await driver.list()
  const alive = new Map(listed.filter((row) => row.pid !== null && host.isAlive(row.pid)).map((row) => [row.run, row]))
  const nowMs = parts.now().getTime()
  const adopted = new Set<RunId>()
  for (const unit of roster.units()) {
    const live = liveOf(unit)
    const row = live && alive.get(live.run)
    // A run that has not said hello may have lost its answer with the old supervisor: it starts afresh.
    if (!live || !row?.pid || !live.helloed) continue
    live.pid = row.pid
    live.lastBeatAt = nowMs
    adopted.add(live.run)
  }
  const strays = new Set<RunId>()
  for (const found of host.findMarked()) if (!adopted.has(found.run as RunId)) strays.add(found.run as RunId)
  const left = await endStrays(parts, roster, strays)
  for (const unit of roster.units()) keepFromStarting(parts, unit, left, ends)
  const rows = listed.filter(({ run }) => !adopted.has(run) && !left.some((one) => one.run === run))
  for (const row of rows) await driver.forget(row.run)
  for (const unit of roster.units()) {
    const live = liveOf(unit)
    if (live && !adopted.has(live.run) && !left.some(({ run }) => run === live.run)) ends.endedUnwatched(unit)
  }
  addresses.sweep(roster.units().flatMap((unit) => liveOf(unit)?.run ?? []))
  return { adopted: adopted.size, ended: strays.size - new Set(left.map(({ run }) => run)).size }
}

/** What lives on of a session's earlier run keeps this session from starting, and no other: it is tried again later. */
function keepFromStarting(parts: SupervisorParts, unit: Unit, left: readonly Left[], ends: Ends) {
  const stray = left.find(({ session }) => session === formatRef(unit.ref))
  if (!stray) return
  const { run, pid, why } = stray
  const live = liveOf(unit)
  if (live && live.run !== run)
    return parts.log.error(`a process of an earlier run of ${stray.session} is left: ${why}`)
  ends.cannotEnd(unit, live ?? unknownRun(unit, run as RunId, pid, parts.now().getTime()), why)
}

/** Of a run that the ledger does not know (any more), as much as is needed to go on ending it. */
const unknownRun = (unit: Unit, run: RunId, pid: number, nowMs: number): LiveRun => ({
  run,
  pid,
  epoch: unit.epoch,
  ports: [],
  helloed: true,
  wire: null,
  program: '',
  configVersion: 0,
  secretsVersion: '',
  limitsVersion: '',
  startedAt: nowMs,
  beat: null,
  lastBeatAt: nowMs,
  readySince: null,
  wasReady: false,
})

type Left = ReturnType<SupervisorParts['host']['findMarked']>[number] & { why: string }

const STRAY_GRACE_MS = 8_000

/**
 * Softly first: after a daemon's death they are draining already, and a killed browser may spoil its profile.
 * Answers what would not go: that must keep nobody else's session from being looked after.
 */
async function endStrays(parts: SupervisorParts, roster: Roster, strays: ReadonlySet<RunId>): Promise<Left[]> {
  const { driver, host } = parts
  const roots = roster.units().flatMap((unit) => {
    const live = liveOf(unit)
    return live && live.pid > 0 && strays.has(live.run) && isMarked(host, live.pid, live.run) ? [live.pid] : []
  })
  for (const pid of roots) host.terminate(pid)
  const deadline = performance.now() + STRAY_GRACE_MS
  while (roots.some((pid) => host.isAlive(pid)) && performance.now() < deadline) await sleep(50)
  const whys = await Promise.all([...strays].map((run) => driver.kill(run).then(() => null, whyItLives)))
  const why = whys.find((word) => word !== null)
  if (why === undefined) return []
  parts.log.error(`not all of what was left could be ended: ${why}`)
  return host
    .findMarked()
    .filter(({ run }) => strays.has(run as RunId))
    .map((found) => ({ ...found, why }))
}

const isMarked = (host: SupervisorParts['host'], pid: number, run: RunId) =>
  host.findMarked().some((found) => found.pid === pid && found.run === run)
