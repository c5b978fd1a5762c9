// The live list as a screen: head, rows, a line for what is going on, two about the chosen one.
import { detailLines, listLines } from './list-lines.js'
import { type List, showChosen } from './list-state.js'
import { messages as m } from './messages.js'
import { clip, paint, widthOf, wrap } from './paint.js'
import type { Size } from './terminal.js'

/** How the last order went. */
export interface Said {
  kind: 'doing' | 'done' | 'error'
  text: string
}

/** What stands around the rows: the head above, the line of what is going on and two lines of detail below. */
const AROUND = 4
const MOST_SAID_LINES = 3
/** In fewer a question would have no place below the titles and one row. */
const LEAST_ROWS = 3
const BETWEEN = ' · '

export const windowOf = (size: Size) => Math.max(1, size.rows - AROUND)

export function listPage(list: List, said: Said | null, size: Size): string[] {
  const { columns } = size
  const window = windowOf(size)
  if (!list.all) return [m.working]
  showChosen(list, window)
  const now = Date.now()
  const { head, lines } = listLines(list.rows, columns - EDGE, now)
  const shown = lines
    .slice(list.scroll.top, list.scroll.top + window)
    .map((line, i) => rowLine(list, i, clip(line, columns - EDGE)))
  const row = list.rows[list.scroll.at]
  const detail = row ? detailLines(row, columns, now) : []
  if (list.rows.length === 0) shown.push(list.wanted === '' ? m.sessions.none : m.sessions.noneLike(list.wanted))
  const going = goingOn(list, said, columns, window)
  const titles = clip(`${' '.repeat(EDGE)}${paint.dim(head)}`, columns)
  return [...(size.rows < LEAST_ROWS ? [] : [titles]), ...shown, ...going, ...detail.slice(going.length - 1)]
}

/** Left of each row: who is chosen, who is marked. */
const EDGE = 2

function rowLine(list: List, at: number, line: string): string {
  const i = list.scroll.top + at
  const isChosen = i === list.scroll.at
  const mark = list.marked.has(list.rows[i]?.session ?? '') ? paint.yellow('●') : ' '
  return isChosen ? `${paint.cyan('❯')}${mark}${paint.bold(line)}` : ` ${mark}${line}`
}

/** What matters most of it: a question, what is typed, how the last order went, what is shown. */
function goingOn(list: List, said: Said | null, columns: number, window: number): string[] {
  const { question, marked, rows, all = [], wanted, scroll } = list
  if (question) return [paint.yellow(clip(m.list.ask[question.change](question.refs, question.working), columns))]
  if (list.isFinding) return [clip(`${m.list.finding(wanted)}▏ ${paint.dim(`${rows.length}/${all.length}`)}`, columns)]
  if (said) return saidLines(said, columns)
  const end = Math.min(rows.length, scroll.top + window)
  const facts = [
    ...(marked.size > 0 ? [paint.yellow(m.list.marked(marked.size))] : []),
    ...(wanted === '' ? [] : [m.sessions.like(wanted, rows.length, all.length)]),
    ...(list.isTroubleFirst ? [m.list.troubleFirst] : []),
    ...(rows.length > window ? [paint.dim(m.sessions.shown(scroll.top + 1, end, rows.length))] : []),
  ]
  return [clip(facts.join(BETWEEN), columns)]
}

/** A problem is told in full: it may take the place of what is known of the chosen one. */
function saidLines({ kind, text }: Said, columns: number): string[] {
  if (kind === 'doing') return [paint.dim(clip(text, columns))]
  if (kind === 'done') return [clip(`${paint.green('✔')} ${text}`, columns)]
  return wrap(text, columns - EDGE, MOST_SAID_LINES).map((line, i) => `${i === 0 ? paint.red('✗') : ' '} ${line}`)
}

/** The keys that mean something now; in a narrow window those that matter most, and always where the others stand. */
export function keysLine(list: List, columns: number): string {
  if (list.question) return m.list.keysWhileAsked
  if (list.isFinding) return m.list.keysWhileFinding
  const shown = [...m.list.keys]
  const line = () => [...shown, ...m.list.lastKeys].join(BETWEEN)
  while (shown.length > 0 && widthOf(line()) > columns) shown.pop()
  return line()
}
