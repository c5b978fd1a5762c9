// How a column of either store is read: SQLite and Postgres answer flags, numbers and dates differently.
import type { Json } from '../core/json.js'
import type { Limit } from '../core/plans.js'

export type Row = Record<string, unknown>
export type WriteRow = Record<string, Json>

export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value === 'string') return value
  throw new TypeError(`column ${column} is not text`)
}

export function number(row: Row, column: string): number {
  const value = row[column]
  if (typeof value === 'number') return value
  throw new TypeError(`column ${column} is not a number`)
}

export function date(row: Row, column: string): Date {
  const at = new Date(text(row, column))
  if (!Number.isNaN(at.getTime())) return at
  throw new TypeError(`column ${column} is not a time`)
}

export const textOrNull = (row: Row, column: string) => (row[column] === null ? null : text(row, column))
export const limit = (row: Row, column: string): Limit => (row[column] === null ? null : number(row, column))
export const flag = (row: Row, column: string) => row[column] === true || row[column] === 1
/** What somebody writes into Postgres for "never". */
export const NEVER = 'infinity'
export const dateOrNull = (row: Row, column: string) =>
  row[column] === null || row[column] === NEVER ? null : date(row, column)
export const isoOrNull = (at: Date | null) => at?.toISOString() ?? null

/** Our own writes, read back: the shape is the writer's. */
export function json<T>(row: Row, column: string): T {
  const value = row[column]
  return (typeof value === 'string' ? JSON.parse(value) : value) as T
}
