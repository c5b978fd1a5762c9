// Rows for a spreadsheet (RFC 4180, with plain line ends: no control but those goes to a terminal). Customers' words stand in them: none may be run as a formula.
import type { Json } from '../core/json.js'

export const csv = (rows: (Json | undefined)[][]): string => rows.map((row) => `${row.map(cell).join(',')}\n`).join('')

function cell(value: Json | undefined): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? harmless(value) : JSON.stringify(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A number written as text stays one; anything else that a spreadsheet would reckon is shown as it is. */
const harmless = (text: string) => (/^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text) ? `'${text}` : text)
