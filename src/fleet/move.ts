// `frota move`: a session that another home has is taken to this one, once nobody holds its lease. Login and journal lie in
// the other home's `tokens/`: what was brought along of them is taken up, else it begins here with a new journal, filled
// with its records. All is made ready beside its place; one statement of the store then moves it, or nothing has happened.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { UserError } from '../core/errors.js'
import { filesIn, pathOfFile } from '../core/files.js'
import { formatRef, parseRef } from '../core/ids.js'
import { type JournalMark, journalProblem } from '../core/journals.js'
import { SessionExit } from '../core/states.js'
import { draftJournal, putDirectoryAside } from '../journal/anew.js'
import { isDamage, markIn } from '../journal/schema.js'
import type { HeldLease } from '../store/store.js'
import { type Acting, entryOf, type Found, findSession, wake } from './parts.js'
import { keptRecords } from './recovery.js'
import { dataDir, throwIfUnwatched } from './removal.js'

export interface Moved {
  session: string
  /** The home that had it. */
  from: string
  /** `brought`: its own lay here already, with all that the store knows of; `none`: it never had one. */
  journal: 'brought' | 'new' | 'none'
  /** Where what lay here and is not used now lies; null when there was nothing. */
  setAside: string | null
  /** How things stand, taken from the store into the new journal. */
  records: number
  /** It is wanted, and starts here. */
  starts: boolean
  warnings: string[]
}

/** @param input.dryRun only looks: what would be done, or why not */
export async function moveSession(parts: Acting, input: { ref: string; dryRun?: boolean | undefined }): Promise<Moved> {
  const found = await findSession(parts, parseRef(input.ref))
  const { session, ref } = found
  const name = formatRef(ref)
  if (session.home === parts.homeId)
    throw new UserError('ALREADY_HERE', `${name} is this home’s already.`, `frota show ${name}`)
  parts.kinds.need(session.kind)
  throwIfUnwatched(parts, name)
  const take = async () => {
    const plan = await planMove(parts, found)
    return input.dryRun ? { setAside: null, records: 0, ...plan } : takeHere(parts, found, plan)
  }
  const done = await (parts.live ? parts.live.whileStopped(session.id, name, take) : take())
  if (!input.dryRun) await wake(parts)
  const { journal, setAside, records, warnings } = done
  const starts = session.wanted === 'running'
  return { session: name, from: session.home, journal, setAside, records, starts, warnings }
}

interface Plan extends Pick<Moved, 'journal' | 'warnings'> {
  /** A journal lies here that is not the session's. */
  isStrange: boolean
}

/** @throws LEASE_HELD */
async function planMove(parts: Acting, { session, ref, store }: Found): Promise<Plan> {
  const lease = await store.lease(session.id)
  if (lease && isHeld(parts, lease)) throw stillHeld(formatRef(ref), lease)
  const kept = await store.journal(session.id)
  const here = lookAt(journalFile(parts, ref))
  const isBrought = kept !== null && here !== 'unreadable' && journalProblem(kept, here) === null
  const isStrange = here === 'unreadable' || (here !== null && here.id !== kept?.id)
  const left = filesIn(session.config).filter(
    ([, { sha256 }]) => isStrange || !existsSync(path.join(dataDir(parts, ref), pathOfFile(sha256))),
  )
  return {
    journal: isBrought ? 'brought' : kept === null ? 'none' : 'new',
    isStrange,
    warnings: [...mayRunOn(parts, lease), ...left.map(([key, { name }]) => fileStays(formatRef(ref), key, name))],
  }
}

async function takeHere(parts: Acting, found: Found, plan: Plan): Promise<Omit<Moved, 'session' | 'from' | 'starts'>> {
  const { session, ref } = found
  const { journal, warnings } = plan
  const records = journal === 'new' ? await keptRecords(found) : []
  const draft = journal === 'new' ? draftJournal(`${dataDir(parts, ref)}.moving/journal.db`, records) : null
  const audit = entryOf(parts, 'session.move', formatRef(ref), { from: session.home, journal, records: records.length })
  try {
    const answer = await parts.store.home(parts.homeId).move(session.id, session.home, draft?.id ?? null, audit)
    if (!answer.moved) throw stillHeld(formatRef(ref), answer)
  } catch (thrown) {
    draft?.discard()
    throw thrown
  }
  const strange = plan.isStrange ? putDirectoryAside(dataDir(parts, ref), parts.now()) : null
  const old = draft?.putAt(journalFile(parts, ref), parts.now()) ?? null
  // A login beside a journal of another life may be of another account by now: nobody is to speak for that unasked.
  return { journal, setAside: strange ?? old, records: records.length, warnings }
}

const journalFile = (parts: Acting, ref: Found['ref']) => path.join(dataDir(parts, ref), 'journal.db')

type Here = JournalMark | null | 'unreadable'

function lookAt(file: string): Here {
  try {
    // What is left beside a file that is gone is no journal either.
    return existsSync(file) ? markIn(file) : existsSync(`${file}-wal`) ? 'unreadable' : null
  } catch (thrown) {
    if (isDamage(thrown) || thrown instanceof SessionExit) return 'unreadable'
    throw thrown
  }
}

const fileStays = (ref: string, key: string, name: string) =>
  `${name} stays in the other home: frota config set ${ref} ${key}=PATH, or copy tokens/${ref} first`

const isHeld = ({ homeId, now }: Acting, { heldBy, untilMs }: HeldLease) =>
  heldBy !== homeId && untilMs > now().getTime()

function stillHeld(name: string, lease: HeldLease): UserError {
  const until = new Date(lease.untilMs).toISOString()
  return new UserError(
    'LEASE_HELD',
    `${name} is held by ${homeText(lease)} until ${until}, and longer while it runs there.`,
    `frota stop ${name} --wait on that host; a host that is lost lets go of it at that time`,
  )
}

/** It ran out, and nobody said that it was let go: a host that is only cut off from the store runs its sessions on. */
function mayRunOn({ homeId }: Acting, lease: HeldLease | null): string[] {
  if (!lease || lease.heldBy === homeId) return []
  const at = new Date(lease.untilMs).toISOString()
  return [`${homeText(lease)} never said that it stopped it; its lease ran out at ${at}: make sure that host is off`]
}

const homeText = ({ heldBy, host }: HeldLease) =>
  host === null ? `another home (${heldBy.slice(0, 8)})` : `the home on ${host} (${heldBy.slice(0, 8)})`
