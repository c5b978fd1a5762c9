// Tables for people: as wide as their content, never wider than the terminal. A pipe or a file gets all of it.
import { clip, clipMiddle, padTo, widthOf, wrap } from './width.js'

export function table(head: string[], rows: string[][], columns = roomOf(process.stdout)): string {
  const widths = fittedWidths(widestOf(head, rows), columns)
  const line = (cells: string[]) => clip(cells.map((cell, i) => fitted(cell, widths, i)).join('  '), columns).trimEnd()
  return [line(head), ...rows.map(line)].join('\n')
}

export const roomOf = ({ isTTY, columns }: NodeJS.WriteStream) => (isTTY ? columns || 80 : Number.POSITIVE_INFINITY)

const widestOf = (head: string[], rows: string[][]) =>
  head.map((title, i) => Math.max(widthOf(title), ...rows.map((row) => widthOf(row[i] ?? ''))))

const fitted = (cell: string, widths: number[], i: number) =>
  i === widths.length - 1 ? cell : padTo(clipMiddle(cell, widths[i] ?? 0), widths[i] ?? 0)

/** Too wide: the longest names are shortened, a column at a time, so that the last column keeps some room. */
function fittedWidths(widest: number[], columns: number): number[] {
  const widths = [...widest]
  const last = widths.length - 1
  let over = sum(widths) + 2 * last - Math.max(0, (widths[last] ?? 0) - LEAST_LAST) - columns
  for (; over > 0; over--) {
    const before = widths.slice(0, last)
    const longest = Math.max(0, ...before)
    if (longest <= LEAST_NAME) break
    widths[before.indexOf(longest)] = longest - 1
  }
  return widths
}
const LEAST_LAST = 20
const LEAST_NAME = 12

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)

/** The same, with a last column of sentences: they go on below themselves instead of being cut. */
export function textTable(head: string[], rows: string[][], columns = roomOf(process.stdout)): string {
  const last = head.length - 1
  const before = fittedWidths(widestOf(head, rows), columns).slice(0, last)
  const room = columns - sum(before) - 2 * last
  if (room < LEAST_LAST) return table(head, rows, columns)
  const wrapped = rows.flatMap((row) =>
    wrap(row[last] ?? '', room).map((text, i) => [...(i === 0 ? row.slice(0, last) : before.map(() => '')), text]),
  )
  return table(head, wrapped, columns)
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
