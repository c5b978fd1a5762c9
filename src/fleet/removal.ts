// Taking a session away for good: stop it, log it out, ship what its journal still holds, then delete.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf, UserError } from '../core/errors.js'
import { formatRef, parseRef, unitName } from '../core/ids.js'
import { shipLeft } from './left.js'
import { type Acting, entryOf, type FleetParts, type Found, needSession, wake } from './parts.js'

const STOP_WITHIN_MS = 30_000

export interface Removed {
  session: string
  eventsShipped: number
  /** What could not be done and was gone on without. */
  warnings: string[]
}

export async function removeSession(
  parts: Acting,
  input: { ref: string; keepData?: boolean | undefined },
): Promise<Removed> {
  const found = await needSession(parts, parseRef(input.ref))
  const name = formatRef(found.ref)
  throwIfUnwatched(parts, name)
  const warnings: string[] = []
  if (!input.keepData) await logOut(parts, found, warnings)
  // Told by itself: a removal that gets stuck further on has stopped it all the same.
  const told = found.session.wanted === 'running' ? { audit: entryOf(parts, 'session.stop', name, {}) } : {}
  await found.store.changeSession(found.session.id, { wanted: 'stopped' }, told)
  await wake(parts)
  await untilStopped(parts, found)
  await parts.live?.retire(found.session.id)
  const dir = dataDir(parts, found.ref)
  const eventsShipped = await shipJournal(found, parts, path.join(dir, 'journal.db'), warnings)
  const keepData = input.keepData ?? false
  const audit = entryOf(parts, 'session.remove', name, keepData ? { keepData } : {})
  await found.store.removeSession(found.session.id, audit, { keepData })
  await wake(parts)
  if (!input.keepData) {
    await rm(dir, { recursive: true, force: true })
    await removeLogs(parts, unitName(found.ref))
  }
  return { session: name, eventsShipped, warnings }
}

export const dataDir = (parts: FleetParts, ref: Found['ref']) =>
  path.join(parts.settings.dirs.tokens, ref.tenant, ref.name)

/** With no supervisor to stop it, a process of it may still be there: then nothing is deleted under it. */
export function throwIfUnwatched(parts: FleetParts, name: string) {
  if (parts.live || !parts.findMarked().some((process) => process.session === name)) return
  throw new UserError(
    'STILL_RUNNING',
    `${name} still runs and no supervisor is there to stop it.`,
    'frota up, then again',
  )
}

async function logOut(parts: FleetParts, { session, ref }: Found, warnings: string[]) {
  const running = parts.live?.sessions().get(session.id)
  const hasLogout = parts.kinds.get(session.kind)?.commands?.logout !== undefined
  if (!hasLogout || running?.state === 'pairing') return
  if (running?.state !== 'ready') {
    // Its login is deleted here, but whatever it was linked to goes on listing it.
    if (existsSync(dataDir(parts, ref))) warnings.push('not logged out on the other side: it was not ready')
    return
  }
  try {
    await parts.live?.command(session.id, 'logout', {})
  } catch (thrown) {
    warnings.push(`not logged out: ${messageOf(thrown)}`)
  }
}

async function untilStopped(parts: FleetParts, { session, ref }: Found) {
  const deadline = performance.now() + STOP_WITHIN_MS
  while (parts.live?.sessions().get(session.id)?.pid) {
    if (performance.now() > deadline)
      throw new UserError('NOT_STOPPED', `${formatRef(ref)} did not stop.`, 'frota logs')
    await sleep(50)
  }
}

async function shipJournal(found: Found, parts: FleetParts, file: string, warnings: string[]) {
  const { events, damage, refused } = await shipLeft(parts, found, file)
  if (refused.length > 0) warnings.push(`${refused.length} events are lost, no store takes them: ${refused[0]}`)
  if (damage !== null) warnings.push(`what its journal still held is lost: ${damage}`)
  return events
}

async function removeLogs(parts: FleetParts, name: string) {
  for (const suffix of ['.jsonl', '.jsonl.1', '.jsonl.2', '.jsonl.3', '.crash.log']) {
    await rm(path.join(parts.settings.dirs.logs, `${name}${suffix}`), { force: true })
  }
}
