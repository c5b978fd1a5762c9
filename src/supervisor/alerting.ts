// What in a session's life deserves an alert, and what goes into its history. How often an alert is sent is notify's.
import { bucketEach } from '../core/bucket.js'
import { formatRef } from '../core/ids.js'
import { SESSION_EXIT, type StateName } from '../core/states.js'
import type { Alert } from '../notify/notifier.js'
import type { Context } from './context.js'
import type { Change } from './roster.js'
import { TEXTS } from './texts.js'
import type { Life, Unit } from './unit.js'

const TROUBLED: ReadonlySet<StateName> = new Set(['degraded', 'backoff', 'failed', 'fenced'])
/** A reason that counts seconds down would fill the history with nothing else. */
const NEW_REASONS = { perSecond: 1 / 60, burst: 10 }

export function watchForAlerts({ parts, roster, wanted, history }: Context): void {
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
    const called = wanted.snapshot()?.sessions.find(({ id }) => id === unit.id)?.displayName ?? unit.ref.name
    const found = alertFor(change, called)
    if (!found) return
    const customer = { tenant: unit.tenantId, ...found.customer }
    parts.alert({ ...found, customer, key, session: formatRef(unit.ref), at: parts.now() })
  })
}

type Told = Pick<Alert, 'level' | 'title' | 'text'> & { customer: { title: string; text: string } }

/** Pure, for the table test. @param called as its customer calls the session */
export function alertFor({ unit, before }: Change, called: string): Told | null {
  const name = formatRef(unit.ref)
  const { life } = unit
  const { customer } = TEXTS
  if (life.state === before.state) return null
  switch (life.state) {
    case 'pairing': {
      const hint = `frota pair ${name}`
      if (before.state === 'ready')
        return {
          level: 'critical',
          title: `${name} was unpaired`,
          text: `Pair it again: ${hint}`,
          customer: customer.unpaired(called),
        }
      // It had spoken for an account, and was in trouble before it asked for a person: its reason says what is known.
      // One that never had an account was only silent for a while, and says again what it said before.
      if (before.state === 'degraded' && life.live.beat?.accounts?.length)
        return {
          level: 'critical',
          title: `${name} needs pairing again`,
          text: life.reason ?? hint,
          customer: customer.needsPairingAgain(called),
        }
      return { level: 'info', title: `${name} needs pairing`, text: hint, customer: customer.needsPairing(called) }
    }
    case 'failed':
      return {
        level: 'critical',
        title: `${name} failed`,
        text: `${life.reason}. A person must act.`,
        customer: whyFailed(life)(called),
      }
    case 'backoff':
      return unit.attempts.flappingTold
        ? {
            level: 'warning',
            title: `${name} keeps crashing`,
            text: `${life.reason}. It is restarted with growing pauses.`,
            customer: customer.flapping(called),
          }
        : null
    case 'stopping':
      return life.next.state === 'restart' && life.next.byRule
        ? { level: 'warning', title: `${name} is restarted`, text: life.reason, customer: customer.restarted(called) }
        : null
    default:
      return null
  }
}

/** Its reason is the operator's to read: there may be paths in it, and what to type. */
function whyFailed({ clears, exitCode }: Extract<Life, { state: 'failed' }>) {
  const { customer } = TEXTS
  if (clears === 'config' || exitCode === SESSION_EXIT.badConfig) return customer.badConfig
  if (exitCode === SESSION_EXIT.credentials) return customer.refused
  return exitCode === SESSION_EXIT.planLimit ? customer.overPlan : customer.failed
}
