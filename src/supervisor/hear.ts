// What hello and beats change of what is known of a run, be it a session's or a host service's.
import type { Beat } from '../core/protocol.js'
import type { Context } from './context.js'
import type { LiveRun, Unit } from './unit.js'
import { throwUnlessServed } from './wire.js'

export function hear({ parts, roster, bell }: Context, unit: Unit, live: LiveRun, said: Beat): void {
  const at = parts.now().getTime()
  const before = live.beat
  live.beat = said
  live.lastBeatAt = at
  const isUp = said.state === 'ready' || said.state === 'pairing'
  if (isUp) {
    live.readySince ??= at
    live.wasReady = true
  } else {
    live.readySince = null
  }
  const { life } = unit
  // Paired, and its chats load: the time a person took to scan is not held against it. One that was only silent for a
  // while has no more time.
  if (said.state === 'starting' && before !== null && before.state !== 'starting') live.startedAt = at
  // A session that says it stops keeps its state here: its end decides what comes next, this is only the reason.
  if (life.state !== 'stopping' && said.state !== 'stopping') {
    if (life.state !== said.state || life.reason !== said.reason) {
      roster.change(unit, { state: said.state, since: Date.parse(said.since) || at, reason: said.reason, live })
      bell.ring()
    }
  } else if (before === null) {
    roster.save(unit)
  }
}

/** @throws WIRE_UNKNOWN; then it ends by itself, its ticket not spent, and it is known why */
export function hearProgram({ roster }: Context, unit: Unit, live: LiveRun, wire: number): void {
  live.wire = wire
  roster.save(unit)
  throwUnlessServed(wire)
}
