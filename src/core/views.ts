// Read models: what a kind shows of its records or events as a table, the same in both stores. A kind only describes it;
// the SQL of both databases is made from the description, so that they cannot come to differ.

/**
 * What a value must be; anything else, and what is missing, is null in both databases.
 * `text`: any text · `integer`: a whole number that JavaScript holds exactly · `flag`: 0, 1 or a boolean, read as 0 or 1 ·
 * `decimal`: decimal text ("12.50"), never a number · `time`: text as `toISOString` writes it
 */
export const COLUMN_TYPES = ['text', 'integer', 'flag', 'decimal', 'time'] as const
export type ColumnType = (typeof COLUMN_TYPES)[number]

export interface ViewColumn {
  type: ColumnType
  /** Where in the data: a field, or fields within fields. The column's own name unless said. */
  path?: string | string[]
  /** It may be asked for. With `index` a page of it is found at once; else the rows are looked through in their order. */
  filter?: true | 'index'
}

interface ViewBase {
  help: string
  columns: Record<string, ViewColumn>
}

/** Of a collection, by key unless `order` says otherwise. */
export interface RecordsView extends ViewBase {
  records: string
  /** An `integer` or `time` column, or `updated_at`. What changes while it is read page by page may be passed over. */
  order?: { by: string; descending?: boolean }
}

/** Of these types, newest first. */
export interface EventsView extends ViewBase {
  events: string[]
}

export type ViewSpec = RecordsView | EventsView

/** @property name as both databases have it, in Postgres behind `frota_`: `whatsapp_messages` */
export type View = ViewSpec & { name: string; kind: string }

export const viewName = (kind: string, view: string) => `${kind.replaceAll('-', '_')}_${view}`

export interface ShownColumn {
  name: string
  type: ColumnType
  filter: boolean
}

/** What every view has before its own columns. A session that is gone has no name any more. */
export function columnsOf(view: ViewSpec): ShownColumn[] {
  const text = (name: string, filter: boolean): ShownColumn => ({ name, type: 'text', filter })
  const own = Object.entries(view.columns).map(([name, { type, filter }]) => ({ name, type, filter: Boolean(filter) }))
  const place: ShownColumn[] =
    'events' in view
      ? [text('id', false), { name: 'at', type: 'time', filter: true }, text('type', true)]
      : [text('key', true), { name: 'updated_at', type: 'time', filter: true }]
  return [text('session', true), text('session_id', false), ...place, ...own]
}

/** Of each store; a view may not be called as one of them, nor as what belongs to one. */
export const TABLES = [
  ...['schema_version', 'settings', 'plans', 'tenants', 'sessions', 'secrets', 'data_keys', 'claims', 'leases'],
  ...['journals', 'heartbeats', 'events', 'records', 'forgotten', 'kept_sessions', 'audit', 'homes', 'channels'],
  'operator_secrets',
]

/** Postgres cuts longer names off; `frota_`, and what its indexes are called, come on top. */
const MAX_NAME = 50
const NAME = /^[a-z][a-z0-9_]*$/
const FIELD = /^[A-Za-z_][A-Za-z0-9_]*$/
const COLLECTION = /^[a-z][a-z0-9_-]{0,62}$/
const EVENT_TYPE = /^[A-Za-z0-9_.:-]{1,100}$/
const TAKEN = [
  'tenant_id',
  'session_id',
  'session',
  'id',
  'at',
  'seq',
  'type',
  'key',
  'updated_at',
  'kind',
  'data',
  'in_order',
]

/** Why this cannot be a view of the kind; null when it can. */
export function viewProblem(kind: string, own: string, spec: ViewSpec): string | null {
  const name = viewName(kind, own)
  if (!NAME.test(own)) return 'its name must be lower-case letters, digits and "_"'
  if (name.length > MAX_NAME) return `its name is longer than ${MAX_NAME} characters (${name})`
  if (name.startsWith('sqlite_') || TABLES.some((table) => name === table || name.startsWith(`${table}_`)))
    return `"${name}" is a name of the store's own`
  if (typeof spec !== 'object' || spec === null || typeof spec.help !== 'string') return '`help` is missing'
  return sourceProblem(spec) ?? columnsProblem(spec) ?? orderProblem(spec)
}

function sourceProblem(spec: ViewSpec): string | null {
  if ('events' in spec === 'records' in spec) return 'it shows either `records` or `events`'
  if ('records' in spec) return COLLECTION.test(String(spec.records)) ? null : '`records` must name a collection'
  const isListed = Array.isArray(spec.events) && spec.events.length > 0
  return isListed && spec.events.every((type) => EVENT_TYPE.test(type)) ? null : '`events` must list types of events'
}

function columnsProblem({ columns }: ViewSpec): string | null {
  if (typeof columns !== 'object' || columns === null) return '`columns` is missing'
  for (const [name, { type, path, filter }] of Object.entries(columns)) {
    if (!NAME.test(name) || name.length > MAX_NAME) return `\`${name}\` cannot be a column's name`
    if (TAKEN.includes(name)) return `\`${name}\` is a column that every view may have`
    if (!COLUMN_TYPES.includes(type)) return `\`${name}\`: its type must be one of ${COLUMN_TYPES.join(', ')}`
    if (!pathOf(name, path).every((field) => FIELD.test(field))) return `\`${name}\`: its path must be names of fields`
    // As text "9" is more than "10", and "1.50" is not "1.5".
    if (type === 'decimal' && filter) return `\`${name}\`: decimals cannot be asked for`
  }
  return null
}

function orderProblem(spec: ViewSpec): string | null {
  if (!('records' in spec) || spec.order === undefined || spec.order.by === 'updated_at') return null
  const column = Object.hasOwn(spec.columns, spec.order.by) ? spec.columns[spec.order.by] : undefined
  return column?.type === 'integer' || column?.type === 'time'
    ? null
    : 'its order must be by an integer, a time or updated_at'
}

export const pathOf = (name: string, path: ViewColumn['path'] = name): string[] => (Array.isArray(path) ? path : [path])
