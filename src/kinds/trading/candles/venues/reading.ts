// What the venues' answers have in common: JSON of which nothing is believed, and decimals as text.
import type { Row } from '../cache/columns.js'
import type { Judgement, Reply } from './venue.js'

/** The venue answered something else than its documentation says. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer'
}

export function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BadAnswer(`no JSON: ${text.slice(0, 80)}`)
  }
}

export function listIn(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw new BadAnswer(`no list of ${what}`)
  return value
}

export function fieldsOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new BadAnswer('no object')
  return value as Record<string, unknown>
}

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** NaN for what is no number: one candle that cannot be read is told, and spoils no other. */
export function numberOf(value: unknown): number {
  if (typeof value === 'number') return value
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
}

export const rowFrom = (at: unknown, values: readonly unknown[]): Row => {
  const [open, high, low, close, volume] = values.map(numberOf)
  const or = (value: number | undefined) => value ?? Number.NaN
  return [numberOf(at), or(open), or(high), or(low), or(close), or(volume)]
}

const SECOND_MS = 1000

/** `Retry-After` in seconds, or the usual time when there is none that makes sense. */
export function retryAfterMs({ headers }: Reply, usualMs: number): number {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * SECOND_MS : usualMs
}

/** What no venue has words of its own for; null: it is an answer, as far as HTTP goes. */
export function judgeStatus({ status, text }: Reply): Judgement | null {
  if (status >= 200 && status < 300) return null
  if (status === 451) {
    const why = 'it does not serve the country of this address (451)'
    return { is: 'refused', why, hint: 'run the download from a server elsewhere' }
  }
  if (status === 408 || status >= 500) return { is: 'trouble', why: `it answered ${status}` }
  return { is: 'refused', why: `it answered ${status}: ${text.slice(0, 200)}` }
}

/** The fewest decimals: `0.10` → `0.1`. */
export const shortDecimal = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

/** `10 ** -decimals` as text. */
export const stepOf = (decimals: number): string => (decimals <= 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`)
