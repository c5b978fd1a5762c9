// What is known of each trouble, by its key. Pure: alerts.ts keeps the time and does the sending.
//
//   (none) → open      told at once
//   open → open        again within the cool-down: counted; told when the cool-down ends. A worse level is told at once
//   open → over        told ("over"), when the trouble had been told and was more than a piece of information
//   over → open        within the cool-down: counted like the rest, so that flapping does not fill the chat
//   over → (none)      once the cool-down has passed
import type { Alert } from './notifier.js'

export interface Trouble {
  latest: Alert
  /** What was told last. */
  toldAs: Alert
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
  say: Alert | null
}

export function raised(known: Trouble | undefined, alert: Alert, nowMs: number, cooldownMs: number): Step {
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
  const say: Alert | null =
    told && toldAs.level !== 'info'
      ? { ...toldAs, level: 'info', title: `Over: ${toldAs.title}`, text: 'It is well again.', at: now }
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

function withCount(alert: Alert, held: number): Alert {
  return held === 0 ? alert : { ...alert, text: `${alert.text} (${held} more since the last message)` }
}
