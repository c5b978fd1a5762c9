// Read models of a customer: what its sessions keep and recorded, as the tables that their kinds describe. Read from the
// store, also while the sessions are stopped.
import { notFound, usage } from '../core/errors.js'
import { didYouMean, parseSlug } from '../core/ids.js'
import { columnsOf, type ShownColumn, type View } from '../core/views.js'
import { viewsOf } from '../kinds/views.js'
import type { TenantStore } from '../store/store.js'
import type { ViewCondition, ViewRow } from '../store/views/page.js'
import { readSince } from './history.js'
import { type FleetParts, needTenant } from './parts.js'

export interface ViewView {
  name: string
  kind: string
  help: string
  columns: ShownColumn[]
}

export interface ViewPageView {
  columns: ShownColumn[]
  rows: ViewRow[]
  /** Where the next page begins; null when that was all. */
  cursor: string | null
}

/** As many as a page of records: a value may be long, and whoever wants more asks again. */
const MOST = 200

export function viewVerbs(parts: FleetParts) {
  return { list, view }

  async function list({ slug }: { slug: string }): Promise<ViewView[]> {
    await needTenant(parts, parseSlug(slug, 'tenant'))
    return loaded().map((view) => ({
      name: view.name,
      kind: view.kind,
      help: view.help,
      columns: columnsOf(view),
    }))
  }

  /** @param where `column=value`, also with `<`, `<=`, `>`, `>=`; all must hold */
  async function view(input: {
    slug: string
    name: string
    where?: string[] | undefined
    limit?: number | undefined
    cursor?: string | undefined
  }): Promise<ViewPageView> {
    const { limit = 100, cursor } = input
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
      throw usage('BAD_LIMIT', `limit must be between 1 and ${MOST}.`)
    const view = needView(input.name)
    const asked = (input.where ?? []).map((text) => readCondition(view, text, parts.now()))
    const { id } = await needTenant(parts, parseSlug(input.slug, 'tenant'))
    const store = parts.store.tenant(id)
    const where = await Promise.all(asked.map((condition) => bySessionId(store, condition, input.slug)))
    const page = await store.view({ view, where, limit, ...(cursor !== undefined && { after: cursor }) })
    return { columns: columnsOf(view), rows: page.rows, cursor: page.next }
  }

  function loaded(): View[] {
    return viewsOf(parts.kinds.list())
  }

  function needView(name: string): View {
    const views = loaded()
    const view = views.find((known) => known.name === name)
    if (view) return view
    const names = views.map((known) => known.name)
    const hint = didYouMean(name, names) || (names.length === 0 ? 'no kind has one' : names.join(', '))
    throw notFound('VIEW_UNKNOWN', `There is no view "${name}".`, hint)
  }
}

function readCondition(view: View, text: string, now: Date): ViewCondition {
  const [, name, is, value] = /^([a-z][a-z0-9_]*)(<=|>=|=|<|>)(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw usage('BAD_FILTER', `"${text}" is no condition.`, 'column=value, column>=value, column<value')
  const filterable = columnsOf(view).filter(({ filter }) => filter)
  const column = filterable.find((known) => known.name === name)
  if (!column) {
    const names = filterable.map((known) => known.name)
    throw usage(
      'BAD_FILTER',
      `${view.name} cannot be asked for "${name}".`,
      didYouMean(name, names) || names.join(', '),
    )
  }
  if (is !== '=' && (column.type === 'flag' || name === 'session'))
    throw usage('BAD_FILTER', `${name} is asked for by = only.`)
  return { column: name, is: is as ViewCondition['is'], value: readValue(column, value, now) }
}

const FLAGS: Record<string, number> = { 0: 0, 1: 1, no: 0, yes: 1, false: 0, true: 1 }

function readValue({ name, type }: ShownColumn, text: string, now: Date): string | number {
  switch (type) {
    case 'integer':
      if (/^-?\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
      throw usage('BAD_FILTER', `${name} is a whole number; "${text}" is none.`)
    case 'flag': {
      const flag = Object.hasOwn(FLAGS, text) ? FLAGS[text] : undefined
      if (flag !== undefined) return flag
      throw usage('BAD_FILTER', `${name} is 0 or 1; "${text}" is neither.`)
    }
    case 'time':
      return readSince(text, now).toISOString()
    default:
      return text
  }
}

/** A session is known in the store by its id. @throws SESSION_UNKNOWN */
async function bySessionId(store: TenantStore, condition: ViewCondition, slug: string): Promise<ViewCondition> {
  if (condition.column !== 'session') return condition
  const name = String(condition.value).replace(`${slug}/`, '')
  const session = await store.session(name)
  if (!session) throw notFound('SESSION_UNKNOWN', `${slug} has no session "${name}".`, `frota ls ${slug}`)
  return { ...condition, column: 'session_id', value: session.id }
}
