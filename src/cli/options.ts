// Readers for the values of options: a clear word and exit 2 for what does not fit.
import { usage } from '../core/errors.js'

/** For commander: `.option('--tail <lines>', …, wholeNumber('--tail'))`. */
export const wholeNumber =
  (name: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}) =>
  (text: string): number => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return value
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`
    throw usage('BAD_NUMBER', `${name} is "${text}": it must be a whole number ${range}.`)
  }

/** `60s`, `5m`, `500ms`, or plain seconds. Answers milliseconds. */
export function readDuration(text: string): number {
  const match = /^(\d{1,9})(ms|s|m|h)?$/.exec(text)
  const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  if (!match?.[1]) throw usage('BAD_DURATION', `"${text}" is not a duration.`, 'e.g. 60s, 5m')
  return Number(match[1]) * unitMs[(match[2] ?? 's') as keyof typeof unitMs]
}
