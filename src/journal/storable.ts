// Postgres refuses NUL and lone surrogates in jsonb: one hostile message must not block all that is behind it.

/** @param text JSON */
export const storableText = (text: string): string =>
  UNSTORABLE.test(text) ? JSON.stringify(storable(JSON.parse(text))) : text

const UNSTORABLE = /\\u0000|\\ud[89a-f]/

function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '')
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [storable(key), storable(inner)]))
}
