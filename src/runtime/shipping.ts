// The outbox on its way to the store: in batches, soon after something was recorded, acknowledged up to a row.
import { messageOf } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import { firstRowOf, lastRowOf, MAX_EVENTS_PER_BATCH } from '../core/protocol.js'
import type { Outbox } from '../journal/outbox.js'
import { openBell, pause, settlesWithin } from '../node/waits.js'
import { type Link, refusalIn } from './link.js'
import { retryDelayMs } from './retry.js'

const SHIP_TIMEOUT_MS = 20_000
const COALESCE_MS = 50
/** Nothing rings for what an earlier run left, or when the last try failed in an odd way. */
const LOOK_EVERY_MS = 30_000

export interface Shipping {
  /** Something was recorded. */
  soon(): void
  /** Ships what is there, until it is empty or this long; then no more. */
  flush(withinMs: number): Promise<void>
}

export function startShipping(
  link: Link,
  outbox: Outbox,
  log: { warn(message: string, fields?: JsonObject): void },
): Shipping {
  const bell = openBell()
  let ended = false
  let failures = 0
  let turn: Promise<boolean> = Promise.resolve(true)
  void loop()

  async function loop() {
    while (!ended) {
      turn = shipAll()
      // What is recorded meanwhile does not hurry a retry.
      if (!(await turn)) await pause(retryDelayMs(failures))
      else if (await bell.wait(LOOK_EVERY_MS)) await pause(COALESCE_MS)
    }
  }

  /** True when nothing is left. */
  async function shipAll(): Promise<boolean> {
    try {
      for (let batch = outbox.pending(MAX_EVENTS_PER_BATCH); lastRowOf(batch) > 0; ) {
        const { status, body } = await link.post('/events', { journal: outbox.journalId, ...batch }, SHIP_TIMEOUT_MS)
        if (status !== 200 || typeof body.acked !== 'number') {
          throw new Error(`the supervisor answered ${status}${refusalIn(body)}`)
        }
        if (body.acked < firstRowOf(batch)) throw new Error(`the supervisor acknowledged nothing (${body.acked})`)
        outbox.ack(body.acked)
        failures = 0
        batch = outbox.pending(MAX_EVENTS_PER_BATCH)
      }
      return true
    } catch (error) {
      // An outage is told by the beats; a refusal only here.
      if (++failures % 50 === 5) log.warn('events are not taken; they wait in the journal', { error: messageOf(error) })
      return false
    }
  }

  return {
    soon: () => bell.ring(),
    async flush(withinMs) {
      ended = true
      const underWay = turn
      await settlesWithin(
        underWay.then(() => shipAll()),
        withinMs,
      )
    },
  }
}
