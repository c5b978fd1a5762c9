// Columns that a text takes on a terminal, and texts shortened or broken to fit them, for the CLI's tables and the menu.
import { createRequire } from 'node:module'
import { stripVTControlCharacters } from 'node:util'
import type stringWidth from 'string-width'
import type wrapAnsi from 'wrap-ansi'

/** Pictures and East Asian letters take two columns, colours none. */
export function widthOf(text: string): number {
  const bare = stripVTControlCharacters(text)
  return ONE_COLUMN_EACH.test(bare) ? bare.length : load<typeof stringWidth>('string-width')(bare)
}

/** Nearly every text is of Latin letters and our own marks: loading the tables of all scripts would slow every command. */
const ONE_COLUMN_EACH = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f–—‘’“”…·↑↓→│─█▀▄✔✗❯]*$/

const require = createRequire(import.meta.url)
const load = <T>(library: string): T => (require(library) as { default: T }).default

export const padTo = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - widthOf(text)))

/** At most so many columns; what is cut ends in "…" and loses its colours. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  return columns > 0 ? `${headOf(lettersOf(text), columns - 1)}…` : ''
}

/** Broken between words; a word longer than a line is cut. Every line opens and closes its own colours. */
export function wrap(text: string, columns: number, maxLines = Number.POSITIVE_INFINITY): string[] {
  if (widthOf(text) <= columns) return [text]
  const lines = linesOf(text, Math.max(1, columns))
  if (lines.length <= maxLines) return lines
  return [...lines.slice(0, maxLines - 1), clip(lines.slice(maxLines - 1).join(' '), columns)]
}

/** Plain Latin text again needs no tables: as many words as fit, else as many letters. */
function linesOf(text: string, columns: number): string[] {
  if (!ONE_COLUMN_EACH.test(text)) {
    return load<typeof wrapAnsi>('wrap-ansi')(text, columns, { hard: true }).split('\n')
  }
  const words = columns > 1 ? `\\S(?:.{0,${columns - 2}}\\S)?(?= |$)|` : ''
  return text.match(new RegExp(`${words}\\S{${columns}}`, 'g')) ?? ['']
}

/** At most so many columns, cut in the middle: names that begin alike differ in their ends, so the end keeps two thirds. */
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
