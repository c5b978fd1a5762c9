// Is a strategy honest? It is run again and again: on cut and on whole data, twice on the same, through restarts. What it
// answered to a candle may not depend on anything but the candles up to that one.
import type { Candle } from '../candles/candle.js'
import { utc } from '../core/quality.js'
import type { AnyStrategy } from '../core/strategy.js'
import { type Trial, type TrialOptions, tryStrategy } from './trial.js'

export type CheckCode =
  | 'looks-ahead'
  | 'not-repeatable'
  | 'asks-the-time'
  | 'asks-for-chance'
  | 'lost-in-restart'
  | 'throws'

export interface CheckFinding {
  code: CheckCode
  /** Number of the candle, from 0, and when it opens (milliseconds since 1970 UTC). */
  candle: number
  at: number
  text: string
}

export interface Checked {
  candles: number
  /** How many candles it answered a signal to. */
  signals: number
  findings: CheckFinding[]
}

const RESTART_EVERY = 97

/** @param candles at least a hundred or so, or there is little to see; @param parameters checked, defaults filled in */
export function checkStrategy(
  strategy: AnyStrategy,
  { candles, ...options }: Pick<TrialOptions, 'candles' | 'parameters' | 'timeframe'>,
): Checked {
  const findings: CheckFinding[] = []
  const find = (code: CheckCode, candle: number, text: string) => {
    if (candle === -1 || findings.some((finding) => finding.code === code)) return
    findings.push({ code, candle, at: candles[candle]?.at ?? Number.NaN, text: `${place(candles, candle)}: ${text}` })
  }
  const attempt = (count: number, more: Partial<TrialOptions> = {}) =>
    tryStrategy(strategy, { ...options, candles: candles.slice(0, count), ...more })

  // From the shortest on: what comes later has not been seen by anything yet.
  const cuts = [0.4, 0.6, 0.8].map((part) => Math.floor(candles.length * part))
  const short = cuts.map((count) => attempt(count))
  const whole = attempt(candles.length)
  if (whole.thrown) find('throws', whole.thrown.candle, `it throws ${whole.thrown.message}`)
  find('asks-the-time', whole.askedTime, 'it asks for the time; a candle has its own, `candle.at`')
  find('asks-for-chance', whole.askedChance, 'it asks for a random number')
  const isSteady = whole.askedTime === -1 && whole.askedChance === -1
  for (const trial of isSteady ? [...short, ...cuts.map((count) => attempt(count))] : []) {
    const candle = firstDifference(trial, whole)
    find(
      'looks-ahead',
      candle,
      `it answers ${shown(trial, candle)} when the data ends at candle ${trial.answers.length}, and ${shown(whole, candle)} when there is more: it looked ahead`,
    )
  }
  // Who looked ahead answers otherwise in every further trial too; that would say nothing new.
  if (!findings.some(({ code }) => code === 'looks-ahead')) {
    const again = attempt(candles.length, { isElsewhere: true })
    const changed = firstDifference(again, whole)
    const [once, twice] = [shown(whole, changed), shown(again, changed)]
    find('not-repeatable', changed, `it answers ${once} once and ${twice} the second time`)
    const restarted = attempt(candles.length, { restartEvery: RESTART_EVERY })
    if (restarted.thrown && !whole.thrown) find('lost-in-restart', restarted.thrown.candle, restarted.thrown.message)
    const lost = isSteady ? firstDifference(restarted, whole) : -1
    const [then, now] = [shown(whole, lost), shown(restarted, lost)]
    find(
      'lost-in-restart',
      lost,
      `after a restart it answers ${now} instead of ${then}: what it remembers must be in its memory`,
    )
  }
  return { candles: candles.length, signals: whole.answers.filter((answer) => answer !== '').length, findings }
}

/** The first candle that both have and answered otherwise; −1 for none. */
function firstDifference({ answers: a }: Trial, { answers: b }: Trial): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return i
  return -1
}

const shown = ({ answers }: Trial, candle: number) => answers[candle] || 'nothing'

const place = (candles: readonly Readonly<Candle>[], candle: number) =>
  `candle ${candle + 1}, ${utc(candles[candle]?.at ?? Number.NaN)}`

/** A market that nobody ever saw, the same each time: a walk with trends, gaps of price and quiet hours. */
export function madeUpCandles(count: number, baseMs: number): Candle[] {
  const next = lcg(20_240_229)
  let close = 1000
  let drift = 0
  return Array.from({ length: count }, (_, i) => {
    if (i % 150 === 0) drift = (next() - 0.5) * 0.004
    const open = close * (next() < 0.02 ? 1 + (next() - 0.5) * 0.02 : 1)
    close = Math.max(1, open * (1 + drift + (next() - 0.5) * 0.02))
    const high = Math.max(open, close) * (1 + next() * 0.006)
    const low = Math.min(open, close) * (1 - next() * 0.006)
    const [o, h, l, c] = [open, high, low, close].map((price) => Math.round(price * 100) / 100) as [
      number,
      number,
      number,
      number,
    ]
    close = c
    return { at: i * baseMs, open: o, high: h, low: l, close: c, volume: Math.round(next() ** 3 * 10_000) }
  })
}

/** Numerical Recipes' generator: enough for candles, and the same everywhere. */
function lcg(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
