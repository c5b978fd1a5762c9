// The supervisor's turns: look at what is there, decide (plan.ts), act (carry.ts), and look again. Once a second, and at
// once when the bell rings.

import { pause } from '../node/waits.js'
import type { Carrier } from './carry.js'
import { moveTimes, watchClock } from './clock.js'
import type { Context } from './context.js'
import type { Observer } from './observe.js'
import { planActions } from './plan.js'
import { liveOf } from './unit.js'

const TURN_EVERY_MS = 1_000
/** What happens within a moment is looked at in one turn: while many sessions start, every few milliseconds one rings. */
const MOMENT_MS = 10
/** After a pause this long (a hung loop, a suspended host) silence is not held against sessions. */
const PAUSE_MS = 5_000

export interface Turns {
  /** Decides and begins to act. Acting is not awaited: one slow stop holds nobody up. */
  turn(): Promise<void>
  /** Until the supervisor leaves. */
  forEver(): Promise<void>
  /** From now on silence counts: sessions can be heard. */
  begin(): void
  lastTurnMs(): number
}

export function openTurns(
  { parts, roster, wanted, bell, loops, closing }: Context,
  { carrier, observer, isDraining }: { carrier: Carrier; observer: Observer; isDraining(): boolean },
): Turns {
  const nowMs = () => parts.now().getTime()
  const clockJumpMs = watchClock(nowMs, () => performance.now())
  let beatsCountFromMs = 0
  let lastTurn = 0
  return { turn, forEver, begin, lastTurnMs: () => lastTurn }

  function begin() {
    beatsCountFromMs = nowMs()
    lastTurn = performance.now()
  }

  async function forEver() {
    while (!closing.aborted) {
      await turn().catch(loops.told('reconcile'))
      await bell.wait(TURN_EVERY_MS, closing)
      await pause(MOMENT_MS, closing)
    }
  }

  async function turn() {
    const at = performance.now()
    if (at - lastTurn > PAUSE_MS) beatsCountFromMs = nowMs()
    lastTurn = at
    moveWithClock(clockJumpMs())
    await observer.lookAtProcesses()
    // To go down is an operator's word: it needs no store.
    if (!wanted.snapshot() && !isDraining()) return
    roster.align(wanted.units(), nowMs())
    countAsObeyed()
    const actions = planActions(wanted.units(), roster.units(), {
      nowMs: nowMs(),
      startingAtOnce: 2 * parts.host.cores,
      mayNotStart: observer.mayNotStart(),
      draining: isDraining(),
      beatsCountFromMs,
    })
    for (const action of actions) {
      const done = carrier.carryOut(action, wanted.units().get(action.id))
      loops.background(action.do, action.do === 'mark' ? done : done.finally(bell.ring))
    }
  }

  /** Asked to start while it runs: obeyed already, and no reason to skip a backoff later. */
  function countAsObeyed() {
    for (const unit of roster.units()) {
      if (liveOf(unit) && unit.life.state !== 'stopping')
        unit.startRequestsSeen = wanted.units().get(unit.id)?.startRequests ?? unit.startRequestsSeen
    }
  }

  function moveWithClock(ms: number) {
    if (ms === 0) return
    parts.log.warn(`the clock was set by ${Math.round(ms / 1000)} s`)
    beatsCountFromMs += ms
    for (const unit of roster.units()) {
      moveTimes(unit, ms)
      roster.save(unit)
    }
  }
}
