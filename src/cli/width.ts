// Columns that a text takes on a terminal, and texts shortened to them. The CLI's tables and the menu share these.
import { createRequire } from 'node:module'
import { stripVTControlCharacters } from 'node:util'
import type stringWidth from 'string-width'

/** Pictures and East Asian letters take two columns, colours none. */
export function widthOf(text: string): number {
  const bare = stripVTControlCharacters(text)
  return ONE_COLUMN_EACH.test(bare) ? bare.length : measured()(bare)
}
/** Nearly every text is of Latin letters and our own marks: loading the tables of all scripts would slow every command. */
const ONE_COLUMN_EACH = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f–—‘’“”…·↑↓→│─█▀▄✔✗❯]*$/

let measure: typeof stringWidth | undefined
function measured(): typeof stringWidth {
  measure ??= (createRequire(import.meta.url)('string-width') as { default: typeof stringWidth }).default
  return measure
}

export const padTo = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - widthOf(text)))

/** At most so many columns; what is cut ends in "…" and loses its colours. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  return columns > 0 ? `${headOf(lettersOf(text), columns - 1)}…` : ''
}

/** The same, cut in the middle: names that begin alike differ in their ends, so the end keeps two thirds. */
export function clipMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  if (columns < LEAST_FOR_BOTH_ENDS) return clip(text, columns)
  const letters = lettersOf(text)
  const end = headOf(letters.toReversed(), Math.ceil((columns * 2) / 3), (kept, letter) => letter + kept)
  return `${headOf(letters, columns - 1 - widthOf(end))}…${end}`
}
const LEAST_FOR_BOTH_ENDS = 4

/** `tenant/name`: the customer's part gives way first, since the sessions of one customer differ in the other. */
export function clipRef(ref: string, columns: number): string {
  if (widthOf(ref) <= columns) return ref
  const [tenant = '', name = ''] = ref.split('/')
  const room = columns - widthOf(name) - 1
  return room < LEAST_TENANT ? clipMiddle(ref, columns) : `${clip(tenant, room)}/${name}`
}
const LEAST_TENANT = 4

const lettersOf = (text: string) =>
  Array.from(new Intl.Segmenter().segment(stripVTControlCharacters(text)), ({ segment }) => segment)

function headOf(letters: string[], columns: number, join = (kept: string, letter: string) => kept + letter): string {
  let kept = ''
  let width = 0
  for (const letter of letters) {
    width += widthOf(letter)
    if (width > columns) break
    kept = join(kept, letter)
  }
  return kept
}
