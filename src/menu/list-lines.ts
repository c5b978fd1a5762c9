// The live list as text: as many columns as fit, each as wide as its longest value.
import { ago, bytes } from '../cli/table.js'
import { clipRef } from '../cli/width.js'
import { plain } from '../core/plain-text.js'
import type { LsRow } from '../core/states.js'
import { messages as m } from './messages.js'
import { cell, clip, padTo, paint, paintState, widthOf, wrap } from './paint.js'

interface Column {
  title: string
  text(row: LsRow): string
  right?: boolean
}

const { head } = m.sessions
const GAP = 2
/** When it is tried again: the chosen one's reason stands below the list in full. */
const LEAST_REASON = 16
/** Who it is and why come first: in a narrow window they keep this much, and these give way, the first one first. */
const LEAST_NAME = 24
const GIVE_WAY = [head.port, head.pid, head.beat, head.cpu, head.account, head.memory]
/** Below this, what a session is for gives way to how it is. */
const WIDE_ENOUGH_FOR_KIND = 96
const WIDE_ENOUGH_FOR_NAMES = 130
const WIDEST_ACCOUNT = 32

export function listLines(rows: LsRow[], columns: number, nowMs: number): { head: string; lines: string[] } {
  const name: Column = { title: head.session, text: (row) => row.session }
  const all = columnsFor(rows, columns, nowMs)
  const longest = (column: Column) => Math.max(widthOf(column.title), ...rows.map((row) => widthOf(column.text(row))))
  const takenBy = (shown: Column[]) => shown.reduce((sum, column) => sum + GAP + longest(column), 0)
  const leastReason = rows.some((row) => reasonOf(row, nowMs) !== '') ? GAP + LEAST_REASON : 0
  const least = Math.min(longest(name), LEAST_NAME) + leastReason
  const fixed = GIVE_WAY.reduce(
    (shown, title) => (columns - takenBy(shown) >= least ? shown : shown.filter((column) => column.title !== title)),
    all,
  )
  const widths = fixed.map(longest)
  const taken = takenBy(fixed)
  const nameWidth = Math.max(8, Math.min(longest(name), columns - taken - leastReason))
  const reasonWidth = columns - taken - nameWidth - GAP
  const join = (texts: string[], last: string) =>
    `${texts.join(' '.repeat(GAP))}${reasonWidth < LEAST_REASON ? '' : `${' '.repeat(GAP)}${clip(last, reasonWidth)}`}`
  const fit = (column: Column, text: string, i: number) =>
    column.right ? text.padStart(widths[i] ?? 0) : padTo(text, widths[i] ?? 0)
  return {
    head: join([cell(name.title, nameWidth), ...fixed.map((column, i) => fit(column, column.title, i))], head.reason),
    lines: rows.map((row) => {
      const cells = fixed.map((column, i) => {
        const text = fit(column, column.text(row), i)
        return column.title === head.state ? paintState(row.state, text) : text
      })
      return join([padTo(clipRef(row.session, nameWidth), nameWidth), ...cells], reasonOf(row, nowMs))
    }),
  }
}

/** Those that say something, whether or not there is room for them. */
function columnsFor(rows: LsRow[], columns: number, nowMs: number): Column[] {
  const account = (row: LsRow) =>
    clip(columns >= WIDE_ENOUGH_FOR_NAMES ? accountOf(row).join(' ') : (accountOf(row)[0] ?? ''), WIDEST_ACCOUNT)
  return [
    ...(columns >= WIDE_ENOUGH_FOR_KIND ? [{ title: head.kind, text: (row: LsRow) => row.kind }] : []),
    { title: head.state, text: (row) => row.state },
    { title: head.memory, text: (row) => bytes(row.rssBytes), right: true },
    { title: head.cpu, text: (row) => (row.cpuPercent === null ? m.none : `${row.cpuPercent}%`), right: true },
    { title: head.pid, text: (row) => String(row.pid ?? m.none), right: true },
    { title: head.port, text: (row) => String(row.port ?? m.none), right: true },
    { title: head.beat, text: (row) => ago(row.lastBeatAt, nowMs), right: true },
    ...(rows.some((row) => account(row) !== '') ? [{ title: head.account, text: account }] : []),
  ]
}

/** The number and the name of the account that a session says it speaks for: both, one or none. */
export function accountOf({ detail }: LsRow): string[] {
  const phone = typeof detail.phone === 'string' ? detail.phone.replace(/\D/g, '') : ''
  const name = typeof detail.name === 'string' ? plain(detail.name).trim() : ''
  // WhatsApp gives an account without a name its number for one.
  return [phone === '' ? '' : `+${phone}`, name.replace(/^\+/, '') === phone ? '' : name].filter((text) => text !== '')
}

function reasonOf(row: LsRow, nowMs: number): string {
  const texts = [nextTry(row, nowMs), outdatedText(row), plain(row.reason ?? '')]
  return texts.filter((text) => text !== '').join('; ')
}

/** '' when it runs what it should. */
export function outdatedText({ outdated, oldProgram }: LsRow): string {
  if (!outdated) return ''
  return oldProgram ? m.sessions.oldProgram : m.sessions.outdated
}

/** Of what waits for its next try; '' when that is now, or not known. */
function nextTry({ detail }: LsRow, nowMs: number): string {
  const atMs = typeof detail.retryAt === 'string' ? Date.parse(detail.retryAt) : Number.NaN
  return atMs > nowMs ? m.list.nextTry(ago(new Date(nowMs).toISOString(), atMs)) : ''
}

/** Two lines about one session. */
export function detailLines(row: LsRow, columns: number, nowMs: number): string[] {
  const facts = [
    row.session,
    row.since === null ? row.state : m.sessions.since(row.state, ago(row.since, nowMs)),
    ...accountOf(row),
    row.kind,
    m.sessions.wanted[row.wanted],
    ...(row.restarts > 0 ? [m.sessions.restarts(row.restarts)] : []),
  ]
  const reason = reasonOf(row, nowMs)
  return [
    paint.dim(clip(facts.join(' · '), columns)),
    reason === '' ? '' : paintState(row.state, wrap(reason, columns, 1)[0] ?? ''),
  ]
}
