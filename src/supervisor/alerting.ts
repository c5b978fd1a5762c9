// What in a session's life deserves an alert, and what goes into its history. How often an alert is sent is notify's.
import { bucketEach } from '../core/bucket.js'
import { formatRef } from '../core/ids.js'
import type { StateName } from '../core/states.js'
import type { Alert } from '../notify/notifier.js'
import type { Context } from './context.js'
import type { Change } from './roster.js'
import type { Unit } from './unit.js'

const TROUBLED: ReadonlySet<StateName> = new Set(['degraded', 'backoff', 'failed', 'fenced'])
/** A reason that counts seconds down would fill the history with nothing else. */
const NEW_REASONS = { perSecond: 1 / 60, burst: 10 }

export function watchForAlerts({ parts, roster, history }: Context): void {
  const mayTell = bucketEach<Unit>({ ...NEW_REASONS, monotonicMs: () => performance.now() })
  roster.onChange((change) => {
    const { unit, before } = change
    if (before.state !== unit.life.state || (before.reason !== unit.life.reason && mayTell(unit))) {
      history.record(unit, 'session.state', { state: unit.life.state, reason: unit.life.reason, was: before.state })
      const { state, reason } = unit.life
      if (TROUBLED.has(state)) parts.log.warn(`${formatRef(unit.ref)} ${state}: ${reason ?? 'no reason was given'}`)
    }
    const key = `session:${unit.id}`
    if (unit.life.state === 'ready' && before.state !== 'ready') parts.clearAlert(key)
    const found = alertFor(change)
    if (found) parts.alert({ ...found, key, session: formatRef(unit.ref), at: parts.now() })
  })
}

/** Pure, for the table test. */
export function alertFor({ unit, before }: Change): Pick<Alert, 'level' | 'title' | 'text'> | null {
  const name = formatRef(unit.ref)
  const { life } = unit
  if (life.state === before.state) return null
  switch (life.state) {
    case 'pairing':
      if (before.state === 'ready')
        return { level: 'critical', title: `${name} was unpaired`, text: `Pair it again: frota pair ${name}` }
      // It had spoken for an account, and was in trouble before it asked for a person: its reason says what is known.
      // One that never had an account was only silent for a while, and says again what it said before.
      if (before.state === 'degraded' && life.live.beat?.accounts?.length)
        return { level: 'critical', title: `${name} needs pairing again`, text: life.reason ?? `frota pair ${name}` }
      return { level: 'info', title: `${name} needs pairing`, text: `frota pair ${name}` }
    case 'failed':
      return { level: 'critical', title: `${name} failed`, text: `${life.reason}. A person must act.` }
    case 'backoff':
      return unit.attempts.flappingTold
        ? {
            level: 'warning',
            title: `${name} keeps crashing`,
            text: `${life.reason}. It is restarted with growing pauses.`,
          }
        : null
    case 'stopping':
      return life.next.state === 'restart' && life.next.byRule
        ? { level: 'warning', title: `${name} is restarted`, text: life.reason }
        : null
    default:
      return null
  }
}
