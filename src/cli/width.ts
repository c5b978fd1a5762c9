// Columns that a text takes on a terminal, and texts shortened to them. The CLI's tables and the menu share these.
import { stripVTControlCharacters } from 'node:util'
import stringWidth from 'string-width'

/** Pictures and East Asian letters take two columns, colours none. */
export const widthOf = (text: string): number => stringWidth(text)

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

const graphemes = new Intl.Segmenter()
const lettersOf = (text: string) =>
  Array.from(graphemes.segment(stripVTControlCharacters(text)), ({ segment }) => segment)

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
