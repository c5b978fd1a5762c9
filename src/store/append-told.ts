import type { Arrival } from '../core/live.js'
import { RowRefused } from '../core/put-aside.js'
import type { StoredEvent } from './events.js'
import type { HomeStore } from './store.js'

/** Notices among the events are told once the store has them. @param arriving asked before the store is */
export async function appendTold(
  home: HomeStore,
  arriving: (events: readonly StoredEvent[]) => Arrival,
  ...said: Parameters<HomeStore['append']>
): Promise<void> {
  const arrival = arriving(said[0])
  try {
    arrival.taken(await home.append(...said))
  } catch (thrown) {
    if (thrown instanceof RowRefused) arrival.turnedAway()
    throw thrown
  }
}
