// `frota recover`: a session whose journal is gone, damaged or another one begins with a new one. Everything that can
// still be shipped of the old one is; the file is set aside; the new one is filled with the session's records from the
// store; only then does the store expect it.
import path from 'node:path'
import { formatRef, parseRef } from '../core/ids.js'
import { beginJournalAnew } from '../journal/anew.js'
import type { KeptRecord } from '../journal/types.js'
import { shipLeft } from './left.js'
import { type Acting, entryOf, type Found, needSession, wake } from './parts.js'
import { dataDir, throwIfUnwatched } from './removal.js'

export interface Recovered {
  session: string
  /** Where the old journal lies now; null when there was none. */
  setAside: string | null
  eventsShipped: number
  /** How things stand, taken from the store into the new journal. */
  records: number
  /** It was wanted, and is started with its new journal. */
  starts: boolean
  warnings: string[]
}

export async function recoverSession(parts: Acting, input: { ref: string }): Promise<Recovered> {
  const found = await needSession(parts, parseRef(input.ref))
  const name = formatRef(found.ref)
  throwIfUnwatched(parts, name)
  const anew = () => beginAnew(parts, found)
  const done = await (parts.live ? parts.live.whileStopped(found.session.id, name, anew) : anew())
  const starts = found.session.wanted === 'running'
  // `failed` is cleared by an explicit start, and this is one: why it failed is over.
  const audit = entryOf(parts, 'session.start', name, {})
  if (starts) await found.store.changeSession(found.session.id, { requestStart: true }, { audit })
  await wake(parts)
  return { session: name, ...done, starts }
}

/** Cut short anywhere, the store still expects the old journal: the session fails again, and this is done again. */
async function beginAnew(parts: Acting, found: Found): Promise<Omit<Recovered, 'session' | 'starts'>> {
  const { session, store } = found
  const file = path.join(dataDir(parts, found.ref), 'journal.db')
  const warnings: string[] = []
  const shipped = await shipLeft(parts, found, file)
  if (shipped.damage !== null) warnings.push(`what the old journal still held could not be read: ${shipped.damage}`)
  if (shipped.refused.length > 0)
    warnings.push(`${shipped.refused.length} events no store takes: ${shipped.refused[0]}`)
  const records = await keptRecords(found)
  const { id, setAside } = beginJournalAnew(file, parts.now(), records)
  const told = { setAside, eventsShipped: shipped.events, records: records.length }
  await store.replaceJournal(session.id, id, entryOf(parts, 'session.recover', formatRef(found.ref), told))
  return { setAside, eventsShipped: shipped.events, records: records.length, warnings }
}

const RECORDS_AT_ONCE = 500

/** How things stand with it, as the store knows it. */
export async function keptRecords({ session, store }: Found): Promise<KeptRecord[]> {
  const records: KeptRecord[] = []
  for (;;) {
    const last = records.at(-1)
    const page = await store.records({ session: session.id, limit: RECORDS_AT_ONCE, ...(last && { after: last }) })
    for (const { collection, key, data, subject } of page) {
      if (data !== null) records.push({ collection, key, data, subject })
    }
    if (page.length < RECORDS_AT_ONCE) return records
  }
}
