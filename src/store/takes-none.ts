// A column or a rule that an operator added, or a limit of the database, may refuse every row there is: that is an
// outage, and everything must wait. A row of our own, without anything odd in it, tells it from one row that is refused.
import { randomBytes } from 'node:crypto'
import { messageOf } from '../core/errors.js'
import type { SupervisorEvent } from '../core/events.js'
import { type SessionId, type TenantId, uuidv7 } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { RowRefused } from '../core/put-aside.js'
import type { StoredEvent } from './events.js'
import { type HomeStore, StoreUnavailable } from './store.js'

/** What the store takes none of. */
export type Sort = 'events' | 'records'

export const sortOf = (row: object): Sort => ('collection' in row ? 'records' : 'events')

export class TakesNone extends StoreUnavailable {
  readonly sort: Sort
  constructor(sort: Sort, why: RowRefused, cause: unknown) {
    super(why.driver, new Error(`it takes no ${sort}: ${messageOf(why)}`, { cause }))
    this.sort = sort
  }
}

/** Ours is a removal of what never was: nobody sees it. */
const PROBE = { collection: 'frota-probe', key: 'probe', data: null, subject: null, journal: null, epoch: 0, row: 0 }

export interface Whose {
  tenantId: TenantId
  session: SessionId | null
}

/**
 * Writes our own in the place of one that was refused. An event, taken, says in the history why something is missing there.
 * @throws TakesNone when that is refused as well
 */
export async function throwIfTakesNone(
  append: (...said: Parameters<HomeStore['append']>) => Promise<unknown>,
  { tenantId, session }: Whose,
  sort: Sort,
  why: RowRefused,
  at: Date,
): Promise<void> {
  const reason = `the store does not take some of its ${sort}`
  try {
    if (sort === 'records' && session !== null)
      await append([], [], { keeps: [{ tenantId, session, at, ...PROBE }], forgets: [] })
    await append([ownEvent({ tenantId, session }, at, 'session.refused', { reason })])
  } catch (thrown) {
    if (!(thrown instanceof RowRefused)) throw thrown
    throw new TakesNone(sort, why, thrown)
  }
}

export function ownEvent(whose: Whose, at: Date, type: SupervisorEvent, data: JsonObject): StoredEvent {
  return { id: uuidv7(at.getTime(), randomBytes(10)), ...whose, at, type, data }
}
