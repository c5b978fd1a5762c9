// The SQL of a view, in the dialects of both databases, from one description. Names, paths and literals come from a closed
// set of characters (`viewProblem`), so none of them can be more than it says.
import { createHash } from 'node:crypto'
import { type ColumnType, pathOf, type View } from '../../core/views.js'
import { IN_ORDER, orderColumn, orderOf } from './page.js'

interface Dialect {
  table: string
  sessions: string
  /** What an index of a view begins with. */
  lead: string[]
  /** Compared byte by byte, wherever the database is. */
  bytewise(expression: string): string
  column: Record<ColumnType, (path: string[]) => string>
}

const MOST = Number.MAX_SAFE_INTEGER
const DIGIT = '[0-9]'
const TIME_GLOB = 'dddd-dd-ddTdd:dd:dd.dddZ'.replaceAll('d', DIGIT)

const inJson = (path: string[]) => `'$${path.map((field) => `."${field}"`).join('')}'`
const sqliteText = (path: string[], condition: string) =>
  `case when json_type(data, ${inJson(path)}) = 'text'${condition} then data ->> ${inJson(path)} end`

const sqlite = (view: View): Dialect => ({
  table: 'events' in view ? 'events' : 'records',
  sessions: 'sessions',
  // The kind is the same in all of it, but a second equality lets SQLite prefer it to an index of the whole table.
  lead: ['tenant_id', 'kind'],
  bytewise: (expression) => expression,
  column: {
    text: (path) => sqliteText(path, ''),
    decimal: (path) =>
      sqliteText(
        path,
        ` and (data ->> ${inJson(path)}) glob '*${DIGIT}*' and (data ->> ${inJson(path)}) not glob '*[^-0-9.]*'`,
      ),
    time: (path) => sqliteText(path, ` and (data ->> ${inJson(path)}) glob '${TIME_GLOB}'`),
    integer: (path) =>
      `case when json_type(data, ${inJson(path)}) = 'integer' and (data ->> ${inJson(path)}) between -${MOST} and ${MOST} ` +
      `then data ->> ${inJson(path)} end`,
    flag: (path) =>
      `case json_type(data, ${inJson(path)}) when 'true' then 1 when 'false' then 0 when 'integer' then ` +
      `case when (data ->> ${inJson(path)}) in (0, 1) then data ->> ${inJson(path)} end end`,
  },
})

const jsonAt = (path: string[]) => `data #> '{${path.join(',')}}'`
const textAt = (path: string[]) => `data #>> '{${path.join(',')}}'`
const C = 'collate "C"'
const postgresText = (path: string[], condition: string) =>
  `case when jsonb_typeof(${jsonAt(path)}) = 'string'${condition} then ${textAt(path)} end ${C}`

const postgres = (view: View): Dialect => ({
  table: `public.frota_${'events' in view ? 'events' : 'records'}`,
  sessions: 'public.frota_sessions',
  lead: ['tenant_id'],
  bytewise: (expression) => `${expression} ${C}`,
  column: {
    text: (path) => postgresText(path, ''),
    decimal: (path) => postgresText(path, ` and (${textAt(path)}) ~ '^[-0-9.]*[0-9][-0-9.]*$'`),
    time: (path) =>
      postgresText(path, ` and (${textAt(path)}) ~ '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$'`),
    // Asked one after the other: what is no number is never cast.
    integer: (path) =>
      `case when jsonb_typeof(${jsonAt(path)}) = 'number' then case ` +
      `when (${textAt(path)})::numeric between -${MOST} and ${MOST} and (${textAt(path)})::numeric % 1 = 0 ` +
      `then (${textAt(path)})::numeric::bigint end end`,
    flag: (path) =>
      `case ${jsonAt(path)} when 'true'::jsonb then 1 when 'false'::jsonb then 0 ` +
      `when '1'::jsonb then 1 when '0'::jsonb then 0 end`,
  },
})

const literal = (value: string | number) => (typeof value === 'number' ? String(value) : `'${value}'`)

/** The statements that make it; each carries its mark. */
export function sqliteSql(view: View): string[] {
  const { table, select, indexes, mark } = partsOf(view, sqlite(view))
  return [
    `create view ${view.name} as /* ${mark} */\n${select}`,
    ...indexes.map(({ name, on }) => `create index ${name} on ${table} /* ${mark} */ ${on}`),
  ]
}

export function postgresSql(view: View): string {
  const { table, select, indexes, mark } = partsOf(view, postgres(view))
  const name = `public.frota_${view.name}`
  return [
    `select public.frota_drop_view('${view.name}');`,
    `create view ${name} with (security_invoker = true) as\n${select};`,
    `comment on view ${name} is '${mark}';`,
    `revoke all on ${name} from public, anon, authenticated;`,
    `grant select on ${name} to service_role;`,
    ...indexes.flatMap((index) => [
      `create index frota_${index.name} on ${table} ${index.on};`,
      `comment on index public.frota_${index.name} is 'frota view ${view.name}';`,
    ]),
    '',
  ].join('\n')
}

/** By what a view that is there is known to be of this description. */
export const sqliteMark = (view: View): string => partsOf(view, sqlite(view)).mark
export const postgresMark = (view: View): string => partsOf(view, postgres(view)).mark

function partsOf(view: View, dialect: Dialect) {
  const select = selectOf(view, dialect)
  const indexes = indexesOf(view, dialect)
  const sql = [select, ...indexes.map(({ on }) => on)].join('\n')
  const mark = `frota view ${createHash('sha256').update(sql).digest('hex').slice(0, 16)}`
  return { table: dialect.table, select, indexes, mark }
}

function selectOf(view: View, dialect: Dialect): string {
  const place = 'events' in view ? ['id', 'at', 'seq', 'type'] : ['key', 'updated_at']
  const columns = [
    'tenant_id',
    `${dialect.bytewise('session_id')} as session_id`,
    `(select ${dialect.bytewise('s.name')} from ${dialect.sessions} s where s.id = session_id) as session`,
    ...place.map((name) => (name === 'id' || name === 'type' ? `${dialect.bytewise(name)} as ${name}` : name)),
    ...Object.keys(view.columns).map((name) => `${expressionOf(view, name, dialect)} as "${name}"`),
    ...(orderColumn(view) ? [`${expressionOf(view, IN_ORDER, dialect)} as ${IN_ORDER}`] : []),
  ]
  return `select\n  ${columns.join(',\n  ')}\nfrom ${dialect.table}\nwhere ${conditionOf(view)}`
}

function conditionOf(view: View): string {
  const of = `kind = '${view.kind}' and `
  if ('records' in view) return `${of}collection = '${view.records}' and data is not null`
  return `${of}type in (${view.events.map((type) => `'${type}'`).join(', ')})`
}

/** One that leads through a page in the order of the view, one for each column that has its own. */
function indexesOf(view: View, dialect: Dialect): { name: string; on: string }[] {
  const places = orderOf(view).places.map(({ column }) => expressionOf(view, column, dialect))
  const onto = (columns: string[]) =>
    `(${[...dialect.lead, ...columns, ...places].join(', ')})\nwhere ${conditionOf(view)}`
  const filtered = Object.entries(view.columns).filter(([, { filter }]) => filter === 'index')
  return [
    { name: `${view.name}_order`, on: onto([]) },
    ...filtered.map(([column], n) => ({
      name: `${view.name}_by${n + 1}`,
      on: onto([`(${expressionOf(view, column, dialect)})`]),
    })),
  ]
}

function expressionOf(view: View, name: string, dialect: Dialect): string {
  const order = name === IN_ORDER ? orderColumn(view) : undefined
  if (order) return `coalesce(${expressionOf(view, order.of, dialect)}, ${literal(order.missing)})`
  const column = Object.hasOwn(view.columns, name) ? view.columns[name] : undefined
  if (column) return dialect.column[column.type](pathOf(name, column.path))
  return name === 'session_id' ? dialect.bytewise(name) : name
}
