// The only recovery there is. Crash, reboot, upgrade and the daemon's death all end here:
// find every process with our marker → adopt what the driver still lists and the ledger knows → end and await the rest.
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunId } from '../core/ids.js'
import type { Ends } from './ends.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'
import { liveOf } from './unit.js'

export interface BootReport {
  adopted: number
  ended: number
}

export async function recover(parts: SupervisorParts, roster: Roster, ends: Ends): Promise<BootReport> {
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
  await endStrays(parts, roster, strays)
  for (const row of listed) if (!adopted.has(row.run)) await driver.forget(row.run)
  for (const unit of roster.units()) {
    const live = liveOf(unit)
    if (live && !adopted.has(live.run)) ends.endedUnwatched(unit)
  }
  return { adopted: adopted.size, ended: strays.size }
}

const STRAY_GRACE_MS = 8_000

/** Softly first: after a daemon's death they are draining already, and a killed browser may spoil its profile. */
async function endStrays({ driver, host }: SupervisorParts, roster: Roster, strays: ReadonlySet<RunId>) {
  const roots = roster.units().flatMap((unit) => {
    const live = liveOf(unit)
    return live && live.pid > 0 && strays.has(live.run) && isMarked(host, live.pid, live.run) ? [live.pid] : []
  })
  for (const pid of roots) host.terminate(pid)
  const deadline = performance.now() + STRAY_GRACE_MS
  while (roots.some((pid) => host.isAlive(pid)) && performance.now() < deadline) await sleep(50)
  for (const run of strays) await driver.kill(run)
}

const isMarked = (host: SupervisorParts['host'], pid: number, run: RunId) =>
  host.findMarked().some((found) => found.pid === pid && found.run === run)
