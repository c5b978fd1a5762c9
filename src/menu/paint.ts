// Colours, and text that fits a terminal. NO_COLOR and dumb terminals are asked of the terminal itself.
import { stripVTControlCharacters } from 'node:util'
import { Chalk } from 'chalk'
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

/** Pictures and East Asian letters take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]/u
const INVISIBLE = /[\p{Mn}\p{Me}\p{Cf}]/u

/** Columns that a text takes; colours take none. */
export function widthOf(text: string): number {
  let width = 0
  for (const char of stripVTControlCharacters(text)) width += INVISIBLE.test(char) ? 0 : WIDE.test(char) ? 2 : 1
  return width
}

/** At most so many columns; what is cut ends in "…" and loses its colours. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let kept = ''
  let width = 0
  for (const char of stripVTControlCharacters(text)) {
    width += widthOf(char)
    if (width > columns - 1) break
    kept += char
  }
  return columns > 0 ? `${kept}…` : ''
}

export const padTo = (text: string, columns: number) => text + ' '.repeat(Math.max(0, columns - widthOf(text)))

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
