// Colours, and text that fits a terminal. NO_COLOR and dumb terminals are asked of the terminal itself.
import { Chalk } from 'chalk'
import { clip, padTo, widthOf } from '../cli/width.js'
import type { StateName } from '../core/states.js'

export const paint = new Chalk({ level: process.stdout.isTTY && process.stdout.hasColors() ? 1 : 0 })

const STATE_COLOUR: Record<StateName, (text: string) => string> = {
  ready: paint.green,
  pairing: paint.yellow,
  degraded: paint.yellow,
  starting: paint.cyan,
  stopping: paint.cyan,
  waiting: paint.yellow,
  backoff: paint.red,
  failed: paint.red,
  fenced: paint.red,
  stopped: paint.dim,
}
export const paintState = (state: StateName, text: string = state) => STATE_COLOUR[state](text)

export { clip, padTo, widthOf }

/** Exactly so many columns. */
export const cell = (text: string, columns: number) => padTo(clip(text, columns), columns)

/** Broken between words; a word longer than a line is cut. */
export function wrap(text: string, columns: number, maxLines = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (widthOf(longer) <= columns) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    line = word
    while (widthOf(line) > columns) {
      const [head, tail] = cut(line, columns)
      lines.push(head)
      line = tail
    }
  }
  lines.push(line)
  if (lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines - 1), clip(lines.slice(maxLines - 1).join(' '), columns)]
}

const COLOUR_OR_CHAR = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m|.`, 'gsu')

/** Never inside a colour's code. */
function cut(text: string, columns: number): [string, string] {
  let width = 0
  let at = 0
  for (const [piece] of text.matchAll(COLOUR_OR_CHAR)) {
    width += widthOf(piece)
    if (width > columns) break
    at += piece.length
  }
  return [text.slice(0, Math.max(1, at)), text.slice(Math.max(1, at))]
}
