// The flags --from and --to: a day, or a moment; UTC unless it says otherwise.
import { BadInput } from '../../../core/bad-input.js'

const DAY_MS = 86_400_000
const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOMENT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:?\d{2})?$/i
const HINT = 'as in 2026-11-21 or 2026-11-21T10:00:00Z'

/** @returns ms since the epoch; @throws BadInput that names the flag */
export function momentOf(flag: string, text: string): number {
  const trimmed = text.trim()
  const isDay = DAY.test(trimmed)
  if (!isDay && !MOMENT.test(trimmed)) throw notTime(flag, text)
  const hasZone = isDay || /(Z|[+-]\d{2}:?\d{2})$/i.test(trimmed.slice(10))
  const at = Date.parse(`${trimmed.replace(' ', 'T')}${hasZone ? '' : 'Z'}`)
  // 2023-02-30 is no day, whatever some readers make of it.
  const isReal = Number.isFinite(at) && (!isDay || new Date(at).toISOString().startsWith(trimmed))
  if (!isReal) throw notTime(flag, text)
  return at
}

/** The first moment that is not wanted any more: a day is wanted whole. */
export const endOf = (flag: string, text: string): number => momentOf(flag, text) + (DAY.test(text.trim()) ? DAY_MS : 1)

const notTime = (flag: string, text: string) =>
  new BadInput(`${flag} must be a date or time, not ${JSON.stringify(text)}`, HINT)
