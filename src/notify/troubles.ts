// What is known of each trouble, by its key. Pure: alerts.ts keeps the time and does the sending.
//
//   (none) → open      told at once
//   open → open        again within the cool-down: counted; told when the cool-down ends. A worse level is told at once
//   open → over        told ("over"), when the trouble had been told and was more than a piece of information
//   over → open        within the cool-down: counted like the rest, so that flapping does not fill the chat
//   over → (none)      once the cool-down has passed
import type { SessionAlert } from './notifier.js'
import { TEXTS } from './texts.js'

export interface Trouble {
  latest: SessionAlert
  /** What was told last. */
  toldAs: SessionAlert
  /** Raised, and not over. */
  open: boolean
  /** It was told that it is open. */
  told: boolean
  /** Repeats since it was last told. */
  held: number
  /** Epoch milliseconds. */
  toldAt: number
  /** Doubles with every repeat that is told. */
  cooldownMs: number
}

export const LONGEST_COOLDOWN_MS = 24 * 60 * 60 * 1000
const WEIGHT = { info: 0, warning: 1, critical: 2 } as const

export interface Step {
  next: Trouble | null
  say: SessionAlert | null
}

export function raised(known: Trouble | undefined, alert: SessionAlert, nowMs: number, cooldownMs: number): Step {
  const quietUntil = known ? known.toldAt + known.cooldownMs : 0
  if (known && nowMs < quietUntil && WEIGHT[alert.level] <= WEIGHT[known.toldAs.level]) {
    return {
      next: { ...known, latest: alert, open: true, told: known.told && known.open, held: known.held + 1 },
      say: null,
    }
  }
  const grown = known?.open && nowMs >= quietUntil ? Math.min(known.cooldownMs * 2, LONGEST_COOLDOWN_MS) : cooldownMs
  return {
    next: { latest: alert, toldAs: alert, open: true, told: true, held: 0, toldAt: nowMs, cooldownMs: grown },
    say: withCount(alert, known?.held ?? 0),
  }
}

export function over(known: Trouble | undefined, now: Date): Step {
  if (!known?.open) return { next: known ?? null, say: null }
  const { toldAs, told } = known
  const say: SessionAlert | null =
    told && toldAs.level !== 'info'
      ? { ...inBoth(toldAs, ({ title }) => ({ title: TEXTS.over(title), text: TEXTS.well })), level: 'info', at: now }
      : null
  return { next: { ...known, open: false, told: false }, say }
}

/** At the end of the cool-down: tell what was held back, or forget what is over. */
export function cooledDown(known: Trouble, nowMs: number): Step {
  if (!known.open) return { next: null, say: null }
  if (known.held === 0) return { next: known, say: null }
  const cooldownMs = Math.min(known.cooldownMs * 2, LONGEST_COOLDOWN_MS)
  return {
    next: { ...known, toldAs: known.latest, told: true, held: 0, toldAt: nowMs, cooldownMs },
    say: withCount(known.latest, known.held - (known.told ? 0 : 1)),
  }
}

function withCount(alert: SessionAlert, held: number): SessionAlert {
  return held === 0 ? alert : inBoth(alert, ({ title, text }) => ({ title, text: TEXTS.more(text, held) }))
}

type Words = Pick<SessionAlert, 'title' | 'text'>

/** The operator's words and the customer's. */
function inBoth(alert: SessionAlert, change: (words: Words) => Words): SessionAlert {
  const { customer } = alert
  return { ...alert, ...change(alert), ...(customer && { customer: { ...customer, ...change(customer) } }) }
}
