// A page of a view: what is asked, in what order it lies, and where the next page begins.
import { usage } from '../../core/errors.js'
import { columnsOf, type View } from '../../core/views.js'
import { date, type Row } from '../columns.js'

export interface ViewCondition {
  /** One of the view's columns that may be asked for. */
  column: string
  is: '=' | '<' | '<=' | '>' | '>='
  value: string | number
}

export interface ViewQuery {
  view: View
  where: ViewCondition[]
  /** The `next` of an earlier page. BAD_CURSOR when it is none of this view's. */
  after?: string
  limit: number
}

/** By the view's columns. A flag is 0 or 1, a time ISO text. */
export type ViewRow = Record<string, string | number | null>

export interface ViewPage {
  rows: ViewRow[]
  /** Null: that was all. */
  next: string | null
}

export interface Place {
  column: string
  type: 'text' | 'integer' | 'time'
}

/** A column in which something else stands for null: that compares with nothing, and would end a reading page by page. */
export const IN_ORDER = 'in_order'
export interface OrderColumn {
  of: string
  missing: string | number
}

/** All in one direction: two rows are compared place by place, as both databases compare rows. */
export function orderOf(view: View): { places: Place[]; descending: boolean } {
  const key: Place[] = [at('session_id', 'text'), at('key', 'text')]
  if ('events' in view) return { places: [at('at', 'time'), at('seq', 'integer')], descending: true }
  if (view.order === undefined) return { places: key, descending: false }
  const { by, descending = false } = view.order
  if (by === 'updated_at') return { places: [at(by, 'time'), ...key], descending }
  const type = typeof orderColumn(view)?.missing === 'number' ? 'integer' : 'time'
  return { places: [at(IN_ORDER, type), ...key], descending }
}

const at = (column: string, type: Place['type']): Place => ({ column, type })

/** Of views in the order of a column of their own. */
export function orderColumn(view: View): OrderColumn | undefined {
  if (!('records' in view) || view.order === undefined || view.order.by === 'updated_at') return undefined
  const { by } = view.order
  return { of: by, missing: view.columns[by]?.type === 'integer' ? Number.MIN_SAFE_INTEGER : '' }
}

/** @param found one more than was asked for, when there are more */
export function pageOf({ view, limit }: ViewQuery, found: Row[]): ViewPage {
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  const columns = columnsOf(view)
  return {
    rows: rows.map((row) => Object.fromEntries(columns.map(({ name }) => [name, shown(row, name)]))),
    next: last ? cursorAt(view, last) : null,
  }
}

function shown(row: Row, name: string): string | number | null {
  const value = row[name]
  // Kept as a time in Postgres: of whatever zone its answer is.
  if (name === 'at' || name === 'updated_at') return date(row, name).toISOString()
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, HALF_A_PAIR)
  return typeof value === 'number' ? value : null
}

/** What SQLite answers for each of its three bytes. */
const HALF_A_PAIR = '\ufffd\ufffd\ufffd'

const cursorAt = (view: View, row: Row): string => {
  const values = orderOf(view).places.map(({ column }) => row[column])
  return Buffer.from(JSON.stringify([view.name, ...values])).toString('base64url')
}

/** Where the page before ended, place by place. @throws BAD_CURSOR */
export function placeIn(view: View, cursor: string): (string | number)[] {
  const [name, ...values] = listIn(cursor)
  const { places } = orderOf(view)
  if (name === view.name && values.length === places.length && places.every((place, n) => isAt(place, values[n])))
    return values as (string | number)[]
  throw usage('BAD_CURSOR', `That is no cursor of ${view.name}.`)
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:\d\d)?)$/

function isAt({ type, column }: Place, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (typeof value !== 'string') return false
  return type === 'text' || TIME.test(value) || (column === IN_ORDER && value === '')
}

function listIn(cursor: string): unknown[] {
  try {
    const list: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(list) ? list : []
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return []
    throw thrown
  }
}
