// The table of `frota ls`: who, how it is and why are always there; the other columns give way in a narrow window.
import { styleText } from 'node:util'
import { bySession } from '../core/order.js'
import { plain } from '../core/plain-text.js'
import { BY_TROUBLE, type LsRow, type StateName } from '../core/states.js'
import { ago, bytes, roomOf, table, textTable } from './table.js'
import { clipRef, widthOf } from './width.js'

const COLOUR = {
  ready: 'green',
  pairing: 'yellow',
  degraded: 'yellow',
  starting: 'cyan',
  stopping: 'cyan',
  waiting: 'yellow',
  backoff: 'red',
  failed: 'red',
  fenced: 'red',
  stopped: 'dim',
} as const satisfies Record<StateName, string>

/** A restart mends both. */
function outdatedText({ outdated, oldProgram }: LsRow): string {
  if (!outdated) return ''
  return oldProgram ? '(older program) ' : '(config not taken yet) '
}

interface Column {
  title: string
  text(row: LsRow, nowMs: number): string
}

const SESSION: Column = { title: 'SESSION', text: (row) => row.session }
const REASON: Column = {
  title: 'REASON',
  text: (row) => `${outdatedText(row)}${plain(row.reason ?? '')}`,
}
const BETWEEN: Column[] = [
  { title: 'KIND', text: (row) => row.kind },
  { title: 'STATE', text: (row) => styleText(COLOUR[row.state], row.state) },
  { title: 'MEM', text: (row) => bytes(row.rssBytes) },
  { title: 'CPU', text: (row) => (row.cpuPercent === null ? '–' : `${row.cpuPercent}%`) },
  { title: 'PID', text: (row) => String(row.pid ?? '–') },
  { title: 'PORT', text: (row) => String(row.port ?? '–') },
  { title: 'BEAT', text: (row, nowMs) => ago(row.lastBeatAt, nowMs) },
]
/** In this order. */
const GIVE_WAY = ['PORT', 'PID', 'BEAT', 'KIND', 'CPU', 'MEM']
const GAP = 2
const LEAST_NAME = 24
const LEAST_REASON = 20

/** @param eachInOneLine a long reason is cut instead of going on below itself */
export function lsTable(rows: LsRow[], columns = roomOf(process.stdout), eachInOneLine = false): string {
  const nowMs = Date.now()
  const widest = ({ title, text }: Column) => Math.max(widthOf(title), ...rows.map((row) => widthOf(text(row, nowMs))))
  const [name, reason] = [widest(SESSION), Math.min(widest(REASON), LEAST_REASON)]
  const room = (between: Column[]) =>
    columns - reason - GAP - between.reduce((sum, column) => sum + GAP + widest(column), 0)
  let between = BETWEEN
  for (const title of GIVE_WAY) {
    if (room(between) >= Math.min(name, LEAST_NAME)) break
    between = between.filter((column) => column.title !== title)
  }
  const nameWidth = Math.max(8, Math.min(name, room(between)))
  const shown = [SESSION, ...between, REASON]
  const cells = rows.map((row) =>
    shown.map((column) => (column === SESSION ? clipRef(row.session, nameWidth) : column.text(row, nowMs))),
  )
  const head = shown.map(({ title }) => title)
  return eachInOneLine ? table(head, cells, columns) : textTable(head, cells, columns)
}

/** What stands on the screen of `ls --watch`: never higher than the window, trouble first, and what is not shown is said. */
export function watchScreen(rows: LsRow[], size: { columns: number; rows: number }): string {
  const rank = ({ state }: LsRow) => BY_TROUBLE.indexOf(state)
  const sorted = rows.toSorted((a, b) => rank(a) - rank(b) || bySession(a, b))
  const window = Math.max(1, size.rows - HEAD_LINE - CURSOR_LINE)
  if (sorted.length <= window) return lsTable(sorted, size.columns, true)
  const shown = sorted.slice(0, Math.max(1, window - 1))
  return `${lsTable(shown, size.columns, true)}\n${notShown(sorted.slice(shown.length), size.columns)}`
}
const HEAD_LINE = 1
const CURSOR_LINE = 1

function notShown(rows: LsRow[], columns: number): string {
  const counts = BY_TROUBLE.flatMap((state) => {
    const count = rows.filter((row) => row.state === state).length
    return count === 0 ? [] : [`${count} ${state}`]
  })
  return `… and ${rows.length} more: ${counts.join(', ')}`.slice(0, columns)
}
