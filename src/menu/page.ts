// What stands above and below a question: where one is, what just happened, what may be pressed.

import { drawableLine } from '../core/plain-text.js'
import { clip, paint, widthOf, wrap } from './paint.js'
import type { Terminal } from './terminal.js'

export interface Page {
  /** Where one is: `['Customers', 'acme']`. */
  crumbs: string[]
  /** No heading: every row is needed. */
  isBare?: () => boolean
  /** Drawn under the heading; asked again every second when the page refreshes. */
  lines?: (columns: number) => string[]
  /** Brings what `lines` and the choices are drawn from up to date; leads back when it is no longer there. */
  refresh?: () => Promise<'gone' | undefined>
}

export interface Notice {
  kind: 'done' | 'error'
  text: string
}

export interface Frame {
  /** Right of the heading, when it needs saying. */
  state: () => string
  notice: Notice | null
}

const PROGRAM = 'frota'
const MAX_NOTICE_LINES = 4

export function heading(page: Page, frame: Frame, columns: number): string[] {
  if (page.isBare?.()) return []
  const state = frame.state()
  const crumbs = clip([PROGRAM, ...page.crumbs].join(' › '), columns - widthOf(state) - 2)
  const gap = ' '.repeat(Math.max(1, columns - widthOf(crumbs) - widthOf(state) - 1))
  const lines = [`${paint.bold(crumbs)}${gap}${state}`, paint.dim('─'.repeat(columns - 1)), '']
  if (frame.notice) {
    const mark = frame.notice.kind === 'done' ? paint.green('✔') : paint.red('✗')
    const words = wrap(frame.notice.text, columns - 3, MAX_NOTICE_LINES)
    lines.push(...words.map((word, i) => (i === 0 ? `${mark} ${word}` : `  ${word}`)), '')
  }
  const body = page.lines?.(columns - 1) ?? []
  if (body.length > 0) lines.push(...body.map((line) => clip(line, columns - 1)), '')
  return lines
}

/** The whole screen at once: what stands already is written over, so nothing flickers. */
export function drawScreen(terminal: Terminal, lines: string[], hint: string): void {
  const { columns, rows } = terminal.size()
  const shown = lines.slice(0, rows - 1)
  const bottom = `\x1b[${rows};1H${paint.dim(clip(drawableLine(hint), columns - 1))}\x1b[K`
  const top = shown.map((line) => `${drawableLine(line)}\x1b[K`).join('\r\n')
  terminal.write(`\x1b[?2026h\x1b[H${top}\x1b[J${bottom}\x1b[${shown.length + 1};1H\x1b[?2026l`)
}

/**
 * Only the rows that differ from those drawn before, all at once: over a slow line too nothing flickers.
 * @param before null: nobody knows what is on the screen
 */
export function redrawScreen(terminal: Terminal, lines: string[], hint: string, before: string[] | null): string[] {
  const { columns, rows } = terminal.size()
  const shown = Array.from({ length: rows - 1 }, (_, row) => drawableLine(lines[row] ?? ''))
  shown.push(paint.dim(clip(drawableLine(hint), columns - 1)))
  const changed = shown.flatMap((line, row) => (line === before?.[row] ? [] : [`\x1b[${row + 1};1H${line}\x1b[K`]))
  if (changed.length > 0) terminal.write(`\x1b[?2026h${changed.join('')}\x1b[?2026l`)
  return shown
}

/** Only the heading, under a question that goes on: the cursor comes back to where it was. */
export function redrawHeading(terminal: Terminal, lines: string[]): void {
  terminal.write(
    `\x1b[?2026h\x1b7\x1b[H${lines.map((line) => `${drawableLine(line)}\x1b[K`).join('\r\n')}\x1b8\x1b[?2026l`,
  )
}
