// The live list of sessions: who is shown, chosen and marked, and what a key means there. Nothing is done here: what a
// key asks for is answered, and the list's screen does it.
import { ALIVE, BY_TROUBLE, type LsRow } from '../core/states.js'
import { accountOf } from './list-lines.js'
import { type Key, move, type Scroll, show } from './live.js'

export type Change = 'start' | 'stop' | 'restart'

/** A change that waits for a "y". */
export interface Question {
  change: Exclude<Change, 'start'>
  refs: string[]
  /** How many of them it would stop at work. */
  working: number
}

export interface List {
  all: LsRow[] | undefined
  /** Those of them that are like what is looked for, in the order that was chosen. */
  rows: LsRow[]
  wanted: string
  /** Letters go to what is looked for. */
  isFinding: boolean
  isTroubleFirst: boolean
  chosen: string | undefined
  marked: Set<string>
  question: Question | null
  scroll: Scroll
}

export type Wish =
  | { is: 'change'; change: Change; refs: string[] }
  | { is: 'open' | 'pair'; row: LsRow }
  | { is: 'logs' | 'events'; refs: string[] }
  | { is: 'all-logs' | 'all-events' | 'order' | 'help' | 'leave' }

export const newList = (): List => ({
  all: undefined,
  rows: [],
  wanted: '',
  isFinding: false,
  isTroubleFirst: false,
  chosen: undefined,
  marked: new Set(),
  question: null,
  scroll: { at: 0, top: 0 },
})

/** New rows: whoever is chosen or marked stays so while others come, go and move. */
export function takeRows(list: List, rows: LsRow[]): void {
  list.all = rows
  const there = new Set(rows.map(({ session }) => session))
  for (const ref of list.marked) if (!there.has(ref)) list.marked.delete(ref)
  arrange(list)
}

export function press(list: List, key: Key, window: number): Wish | undefined {
  if (list.question) return answer(list, list.question, key)
  if (list.isFinding) return find(list, key, window)
  switch (key.letter) {
    case '/':
      list.isFinding = true
      return undefined
    case ' ':
      return mark(list, window)
    case 'a':
      return markAll(list)
    case 'o':
      list.isTroubleFirst = !list.isTroubleFirst
      arrange(list)
      return { is: 'order' }
    case 'L':
      return { is: 'all-logs' }
    case 'E':
      return { is: 'all-events' }
    case '?':
      return { is: 'help' }
    case 'q':
      return { is: 'leave' }
    default:
      return pressOnRows(list, key, window)
  }
}

/** Takes the last thing back; false when there is nothing to take back. */
export function takeBack(list: List): boolean {
  if (list.question) list.question = null
  else if (list.isFinding || list.wanted !== '') {
    list.isFinding = false
    list.wanted = ''
    arrange(list)
  } else if (list.marked.size > 0) list.marked.clear()
  else return false
  return true
}

function pressOnRows(list: List, key: Key, window: number): Wish | undefined {
  const row = list.rows[list.scroll.at]
  if (!row) return undefined
  const refs = refsOf(meant(list))
  if (key.name === 'return' || key.name === 'enter') return { is: 'open', row }
  switch (key.letter) {
    case 's':
      return startOrStop(list)
    case 'r':
      return orAsk(list, 'restart', meant(list))
    case 'p':
      return { is: 'pair', row }
    case 'l':
      return { is: 'logs', refs }
    case 'e':
      return { is: 'events', refs }
    default:
      step(list, key.letter === 'j' ? 'down' : key.letter === 'k' ? 'up' : key.name, window)
      return undefined
  }
}

/** The marked ones, shown or not, or else the chosen one. */
function meant(list: List): LsRow[] {
  const { marked, rows, all, scroll } = list
  return marked.size > 0
    ? (all ?? []).filter(({ session }) => marked.has(session))
    : rows.slice(scroll.at, scroll.at + 1)
}

const isWanted = (row: LsRow) => row.wanted === 'running' && row.state !== 'failed'
const isAtWork = (row: LsRow) => ALIVE.has(row.state) && row.state !== 'stopping'

/** Of several the harmless half goes first: nothing is stopped while one of them is still to be started. */
function startOrStop(list: List): Wish | undefined {
  const rows = meant(list)
  const toStart = rows.filter((row) => !isWanted(row))
  return toStart.length > 0 ? { is: 'change', change: 'start', refs: refsOf(toStart) } : orAsk(list, 'stop', rows)
}

function orAsk(list: List, change: Question['change'], rows: LsRow[]): Wish | undefined {
  const refs = refsOf(rows)
  const working = rows.filter(isAtWork).length
  if (working === 0) return { is: 'change', change, refs }
  list.question = { change, refs, working }
  return undefined
}

const refsOf = (rows: LsRow[]) => rows.map(({ session }) => session)

function answer(list: List, { change, refs }: Question, key: Key): Wish | undefined {
  list.question = null
  return key.letter === 'y' || key.letter === 'Y' ? { is: 'change', change, refs } : undefined
}

function find(list: List, key: Key, window: number): undefined {
  if (key.name === 'return' || key.name === 'enter') list.isFinding = false
  else if (key.name === 'backspace' || key.letter !== null) {
    list.wanted = key.name === 'backspace' ? list.wanted.slice(0, -1) : list.wanted + key.letter
    list.scroll.at = 0
    arrange(list)
  } else step(list, key.name, window)
  return undefined
}

function mark(list: List, window: number): undefined {
  const ref = list.rows[list.scroll.at]?.session
  if (ref === undefined) return undefined
  if (!list.marked.delete(ref)) list.marked.add(ref)
  step(list, 'down', window)
  return undefined
}

function markAll({ rows, marked }: List): undefined {
  const isAll = rows.every(({ session }) => marked.has(session))
  for (const { session } of rows)
    if (isAll) marked.delete(session)
    else marked.add(session)
  return undefined
}

function step(list: List, name: string, window: number): void {
  move(list.scroll, { name }, list.rows.length, window)
  list.chosen = list.rows[list.scroll.at]?.session
}

function arrange(list: List): void {
  const { all = [], wanted, isTroubleFirst, scroll } = list
  const rows = all.filter((row) => isLike(row, wanted))
  list.rows = isTroubleFirst ? rows.toSorted((a, b) => rankOf(a) - rankOf(b)) : rows
  const at = list.rows.findIndex((row) => row.session === list.chosen)
  scroll.at = Math.max(0, at >= 0 ? at : Math.min(scroll.at, list.rows.length - 1))
  if (list.rows.length > 0) list.chosen = list.rows[scroll.at]?.session
}

export const showChosen = (list: List, window: number) => show(list.scroll, list.rows.length, window)

const isLike = (row: LsRow, wanted: string) =>
  [row.session, row.kind, row.state, ...accountOf(row)].some((text) =>
    text.toLowerCase().includes(wanted.toLowerCase()),
  )

/** The same order as in `frota ls --watch`. */
const rankOf = ({ state }: LsRow) => BY_TROUBLE.indexOf(state)
