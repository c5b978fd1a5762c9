// What all downloads on this machine may ask of a venue together. The venue counts by address, so the count stands in the
// cache, where every process finds it; half of the venue's limit is left to whoever else trades from here.
import type { CandleCache } from '../cache/cache.js'
import { inTransaction } from '../cache/cache.js'
import type { Venue } from '../venues/venue.js'

/** Of the documented limit. */
const SHARE = 0.5
/** Of what the venue itself says that the address has used: others may be near the limit. */
const FULL = 0.8

export interface Budget {
  /** 0: go ahead, it is counted. Else how long to wait before asking again, and why when the venue wants it. */
  take(weight: number, nowMs: number): { waitMs: number; why: string | null }
  /** Nobody on this machine asks until then. */
  pause(untilMs: number, why: string): void
  /** What the venue counts for this address in this minute, also of others. */
  heard(used: number, nowMs: number): void
}

export function openBudget({ db }: Pick<CandleCache, 'db'>, { name, limit }: Pick<Venue, 'name' | 'limit'>): Budget {
  const most = limit.weight * SHARE
  const pause = (untilMs: number, why: string) =>
    void db
      .prepare(
        `INSERT INTO pause (venue, until_at, reason) VALUES (?, ?, ?)
         ON CONFLICT (venue) DO UPDATE SET reason = iif(excluded.until_at > until_at, excluded.reason, reason),
           until_at = max(until_at, excluded.until_at)`,
      )
      .run(name, Math.ceil(untilMs), why)
  return {
    take: (weight, exactNowMs) =>
      inTransaction(db, () => {
        const nowMs = Math.floor(exactNowMs)
        const paused = db
          .prepare('SELECT until_at, reason FROM pause WHERE venue = ? AND until_at > ?')
          .get(name, nowMs)
        if (paused) return { waitMs: Number(paused.until_at) - nowMs, why: String(paused.reason) }
        // A clock that was set back must not keep anybody waiting: what lies ahead of now does not count either.
        db.prepare('DELETE FROM spent WHERE venue = ? AND (at <= ? OR at > ?)').run(name, nowMs - limit.perMs, nowMs)
        const waitMs = untilRoom(spent(), { weight, most, perMs: limit.perMs, nowMs })
        if (waitMs === 0) db.prepare('INSERT INTO spent (venue, at, weight) VALUES (?, ?, ?)').run(name, nowMs, weight)
        return { waitMs, why: null }
      }),
    pause,
    heard(used, nowMs) {
      // The venue counts by the minute of its clock, which is ours within seconds.
      if (used >= limit.weight * FULL)
        pause(
          Math.ceil(nowMs / limit.perMs) * limit.perMs + 1000,
          `${used} of ${limit.weight} weight used by this address`,
        )
    },
  }

  function spent(): Spent[] {
    return db.prepare('SELECT at, weight FROM spent WHERE venue = ? ORDER BY at').all(name) as unknown as Spent[]
  }
}

interface Spent {
  at: number
  weight: number
}

/** How long until as much as is needed has left the window; 0: there is room. What alone is more than allowed waits for an empty window. */
export function untilRoom(
  spent: readonly Spent[],
  { weight, most, perMs, nowMs }: { weight: number; most: number; perMs: number; nowMs: number },
): number {
  let used = spent.reduce((sum, one) => sum + one.weight, 0)
  let at = nowMs
  for (const one of spent) {
    if (used === 0 || used + weight <= most) break
    used -= one.weight
    at = one.at + perMs
  }
  return Math.max(0, at - nowMs)
}
