// Tables for people: as wide as their content, never wider than the terminal. A pipe or a file gets all of it.
import { stripVTControlCharacters } from 'node:util'

export function table(head: string[], rows: string[][], columns = roomOf(process.stdout)): string {
  const widths = head.map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))))
  const line = (cells: string[]) =>
    clip(cells.map((cell, i) => (i === cells.length - 1 ? cell : pad(cell, widths[i] ?? 0))).join('  '), columns)
  return [line(head), ...rows.map(line)].join('\n')
}

const roomOf = ({ isTTY, columns }: NodeJS.WriteStream) => (isTTY ? columns || 80 : Number.POSITIVE_INFINITY)

/** The same, with a last column of sentences: they go on below themselves instead of being cut. */
export function textTable(head: string[], rows: string[][], columns = roomOf(process.stdout)): string {
  const last = head.length - 1
  const before = head
    .slice(0, last)
    .map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))))
  const room = columns - before.reduce((sum, cell) => sum + cell + 2, 0)
  if (room < MIN_TEXT_COLUMNS) return table(head, rows, columns)
  const wrapped = rows.flatMap((row) =>
    wrap(row[last] ?? '', room).map((text, i) => [...(i === 0 ? row.slice(0, last) : before.map(() => '')), text]),
  )
  return table(head, wrapped, columns)
}
const MIN_TEXT_COLUMNS = 20

function wrap(text: string, room: number): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (width(line) + 1 + width(word) <= room) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}

const width = (text: string) => stripVTControlCharacters(text).length
const pad = (text: string, to: number) => text + ' '.repeat(Math.max(0, to - width(text)))

function clip(text: string, columns: number): string {
  const trimmed = text.trimEnd()
  if (width(trimmed) <= columns) return trimmed
  return `${stripVTControlCharacters(trimmed).slice(0, Math.max(0, columns - 1))}…`
}

export const bytes = (value: number | null) => (value === null ? '–' : `${Math.round(value / 1024 / 1024)} MB`)

/** How long ago, for people: `12s`, `5m`, `3h`, `2d`. */
export function ago(iso: string | null, nowMs: number): string {
  if (iso === null) return '–'
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(iso)) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.round(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)}h` : `${Math.round(seconds / 86_400)}d`
}
