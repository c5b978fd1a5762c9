// Outward acts that must not happen twice. The states and their moves are drawn in types.ts.
import type { DatabaseSync } from 'node:sqlite'
import type { RuntimeEvent } from '../core/events.js'
import type { JsonObject } from '../core/json.js'
import type { Intent, Intents } from './types.js'

type Closed = 'done' | 'unknown' | 'dropped'
type Recorded = (type: RuntimeEvent, data: JsonObject) => void
/** Runs `work` so that it is on the disk, not only in its cache, when this returns. */
type Durably = <T>(work: () => T) => T

export interface IntentTable extends Intents {
  /** Deletes what was closed before this time, at most `limit`. Answers how many. */
  prune(before: Date, limit: number): number
}

export function intentsOf(db: DatabaseSync, now: () => Date, record: Recorded, durably: Durably): IntentTable {
  const insert = db.prepare(
    `INSERT INTO intents (key, type, state, data, due_at, planned_at, changed_at) VALUES (?, ?, 'planned', ?, ?, ?, ?)
     ON CONFLICT (key) DO NOTHING`,
  )
  const act = db.prepare(
    `UPDATE intents SET state = 'acting', changed_at = ? WHERE key = ? AND state IN ('planned', 'acting')`,
  )
  const close = db.prepare('UPDATE intents SET state = ?, result = ?, changed_at = ? WHERE key = ? AND state = ?')
  const find = db.prepare('SELECT type, state FROM intents WHERE key = ?')
  const openOnes = db.prepare(OPEN)
  const actingOnes = db.prepare(ACTING)
  const count = db.prepare(`SELECT count(*) AS n FROM intents WHERE state IN ('planned', 'acting')`)
  const countOfType = db.prepare(`SELECT count(*) AS n FROM intents WHERE type = ? AND state IN ('planned', 'acting')`)
  const remove = db.prepare(
    `DELETE FROM intents WHERE row IN (
       SELECT row FROM intents WHERE state NOT IN ('planned', 'acting') AND changed_at < ? LIMIT ?)`,
  )

  const move = (key: string, from: 'planned' | 'acting', to: Closed, result: JsonObject | undefined) => {
    const text = result === undefined ? null : JSON.stringify(result)
    if (Number(close.run(to, text, now().getTime(), key, from).changes) !== 1) throw illegal(key, to)
  }
  const illegal = (key: string, to: string) => {
    const state = find.get(key)?.state
    return new Error(`intent "${key}": ${state === undefined ? 'never planned' : `${state} → ${to} is not a move`}`)
  }

  return {
    plan(key, type, data, { notBefore } = {}) {
      const at = now().getTime()
      const dueAt = notBefore?.getTime() ?? DUE_AT_ONCE
      return durably(() => Number(insert.run(key, type, JSON.stringify(data), dueAt, at, at).changes) === 1)
    },
    acting(key) {
      durably(() => {
        if (Number(act.run(now().getTime(), key).changes) !== 1) throw illegal(key, 'acting')
      })
    },
    done(key, result) {
      move(key, 'acting', 'done', result)
    },
    unknown(key, why) {
      durably(() => {
        move(key, 'acting', 'unknown', { why })
        record('intent.unknown', { key, type: String(find.get(key)?.type), why })
      })
    },
    drop(key, why) {
      move(key, 'planned', 'dropped', { why })
    },
    open({ type, state, dueAt, limit = NO_LIMIT }) {
      const until = dueAt?.getTime() ?? Number.MAX_SAFE_INTEGER
      return (state === 'acting' ? actingOnes : openOnes).all(type, until, limit).map(toIntent)
    },
    isOpen: (key) => OPEN_STATES.includes(String(find.get(key)?.state)),
    openCount: (type) => Number((type === undefined ? count.get() : countOfType.get(type))?.n ?? 0),
    prune: (before, limit) => Number(remove.run(before.getTime(), limit).changes),
  }
}

const OPEN_STATES = ['planned', 'acting']
/** Not the time of planning: a clock that is put back afterwards must not make it wait. */
const DUE_AT_ONCE = 0
/** SQLite's word for none. */
const NO_LIMIT = -1

// Each is read along an index of exactly this order and stops at the limit, however many there are.
const OPEN = `
SELECT key, type, state, data, due_at, planned_at FROM intents
WHERE type = ? AND due_at <= ? AND state IN ('planned', 'acting') ORDER BY due_at, row LIMIT ?`
const ACTING = `
SELECT key, type, state, data, due_at, planned_at FROM intents
WHERE type = ? AND due_at <= ? AND state = 'acting' ORDER BY due_at, row LIMIT ?`

/** Each with the index that it must be read along. */
export const OPEN_QUERIES = [
  [OPEN, 'intents_open'],
  [ACTING, 'intents_acting'],
] as const

function toIntent(row: Record<string, unknown>): Intent {
  const dueAt = Number(row.due_at)
  return {
    key: String(row.key),
    type: String(row.type),
    state: row.state as Intent['state'],
    data: JSON.parse(String(row.data)) as JsonObject,
    plannedAt: new Date(Number(row.planned_at)),
    notBefore: dueAt === DUE_AT_ONCE ? null : new Date(dueAt),
  }
}
