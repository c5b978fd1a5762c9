// Tables for people: as wide as their content, never wider than the terminal.
import { stripVTControlCharacters } from 'node:util'

export function table(head: string[], rows: string[][], columns = process.stdout.columns || 120): string {
  const widths = head.map((title, i) => Math.max(width(title), ...rows.map((row) => width(row[i] ?? ''))))
  const line = (cells: string[]) =>
    clip(cells.map((cell, i) => (i === cells.length - 1 ? cell : pad(cell, widths[i] ?? 0))).join('  '), columns)
  return [line(head), ...rows.map(line)].join('\n')
}

const width = (text: string) => stripVTControlCharacters(text).length
const pad = (text: string, to: number) => text + ' '.repeat(Math.max(0, to - width(text)))

function clip(text: string, columns: number): string {
  const trimmed = text.trimEnd()
  if (width(trimmed) <= columns) return trimmed
  return `${stripVTControlCharacters(trimmed).slice(0, Math.max(0, columns - 1))}…`
}

/** Text from outside (messages, reasons, names) must not move the cursor or colour the screen. */
export const plain = (text: string) =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  text.replace(/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, (char) => (/[\n\r\t]/.test(char) ? ' ' : '\ufffd'))

export const bytes = (value: number | null) => (value === null ? '–' : `${Math.round(value / 1024 / 1024)} MB`)

/** How long ago, for people: `12s`, `5m`, `3h`, `2d`. */
export function ago(iso: string | null, nowMs: number): string {
  if (iso === null) return '–'
  const seconds = Math.max(0, Math.round((nowMs - Date.parse(iso)) / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.round(seconds / 60)}m`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)}h` : `${Math.round(seconds / 86_400)}d`
}
