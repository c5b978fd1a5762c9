// The home and its machine: how it stands, and what may be tidied away.

import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { UserError } from '../core/errors.js'
import { unitName } from '../core/ids.js'
import type { LiveStatus } from '../core/live.js'
import type { StateName } from '../core/states.js'
import { hasCode } from '../node/codes.js'
import { type Acting, entryOf } from './parts.js'
import { listRows } from './rows.js'

export interface StatusView {
  version: string
  host: {
    name: string
    memoryFreeBytes: number
    memoryTotalBytes: number
    cpuPercent: number | null
    diskFreeBytes: number
  }
  home: string
  store: { driver: string; reachable: boolean; outage: { since: string; reason: string } | null }
  supervisor: LiveStatus['supervisor'] | null
  pm2: LiveStatus['pm2']
  sessions: { total: number; byState: Partial<Record<StateName, number>> }
  warnings: string[]
}

export function hostVerbs(parts: Acting) {
  return { status, down, resume, clean, wake: wakeNow, testAlerts }

  async function status(): Promise<StatusView> {
    const live = parts.live ? await parts.live.status() : null
    const { cores: _cores, ...host } = parts.host()
    const rows = await listRows(parts, {})
    const byState: Partial<Record<StateName, number>> = {}
    for (const row of rows) byState[row.state] = (byState[row.state] ?? 0) + 1
    const outage = live?.storeOutage ?? null
    return {
      version: parts.settings.version,
      host: { name: parts.settings.hostName, ...host },
      home: parts.settings.home,
      store: { driver: parts.store.driver, reachable: outage === null, outage },
      supervisor: live?.supervisor ?? null,
      pm2: live?.pm2 ?? null,
      sessions: { total: rows.length, byState },
      warnings: live?.warnings ?? parts.kinds.problems,
    }
  }

  /** Stops everything and keeps what is wanted. The caller ends the supervisor and PM2 afterwards. */
  async function down(): Promise<{ stopped: number; left: string[] }> {
    return needLive().drain()
  }

  async function resume(): Promise<{ resumed: boolean }> {
    return needLive().resume()
  }

  async function wakeNow(): Promise<void> {
    await parts.live?.wake()
  }

  function testAlerts() {
    return needLive().testAlerts()
  }

  /** Logins and logs of sessions that no longer exist. Answers what was (or, with `dryRun`, would be) deleted. */
  async function clean(input: { dryRun: boolean }): Promise<{ deleted: string[] }> {
    // Asked anew: by what the store said before it went away nothing is deleted.
    const { tenants, sessions } = await parts.store.home(parts.homeId).snapshot()
    const slugs = new Map(tenants.map((tenant) => [tenant.id, tenant.slug]))
    const refs = sessions.map((session) => ({ tenant: slugs.get(session.tenantId) ?? '', name: session.name }))
    for (const { session } of parts.findMarked()) {
      const [tenant, name] = session.split('/')
      if (tenant && name) refs.push({ tenant, name }) // it is just being stopped
    }
    const { dirs } = parts.settings
    const known = new Set(refs.map((ref) => path.join(dirs.tokens, ref.tenant, ref.name)))
    const units = new Set(refs.map(unitName))
    const orphans: string[] = []
    for (const tenant of await names(dirs.tokens)) {
      for (const name of await names(path.join(dirs.tokens, tenant))) {
        const dir = path.join(dirs.tokens, tenant, name)
        if (!known.has(dir)) orphans.push(dir)
      }
    }
    for (const file of await names(dirs.logs)) {
      const unit = /^([a-z0-9-]+\.[a-z0-9-]+)\.(jsonl(\.\d)?|crash\.log)$/.exec(file)?.[1]
      if (unit && !units.has(unit)) orphans.push(path.join(dirs.logs, file))
    }
    if (input.dryRun || orphans.length === 0) return { deleted: orphans }
    await parts.store.audit(entryOf(parts, 'host.clean', parts.settings.hostName, { deleted: orphans.length }))
    for (const orphan of orphans) await rm(orphan, { recursive: true, force: true })
    return { deleted: orphans }
  }

  function needLive() {
    if (parts.live) return parts.live
    throw new UserError('FLEET_DOWN', 'The fleet is down.', 'frota up')
  }
}

async function names(dir: string): Promise<string[]> {
  try {
    return await readdir(dir)
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT', 'ENOTDIR')) return []
    throw thrown
  }
}
