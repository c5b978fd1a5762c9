// What stops trading by itself: a day that lost enough, a drawdown, stops that follow one another. All of it is remembered in
// the state, so that a restart resets nothing.
import type { RiskSettings } from './settings.js'
import type { NoteCode, Protections } from './types.js'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

export function freshProtections(equity: number): Protections {
  return {
    peakEquity: equity,
    dayEquity: equity,
    day: 0,
    isDayOver: false,
    halted: null,
    quietUntil: {},
    pausedUntil: 0,
    stops: [],
  }
}

/** A new UTC day begins with what the account was worth then. Ask before the candle counts. */
export function rollDay(protections: Protections, at: number, equity: () => number): void {
  if (at >= protections.day && at < protections.day + DAY_MS) return
  protections.day = at - (at % DAY_MS)
  protections.dayEquity = equity()
  protections.isDayOver = false
}

export interface Alarm {
  code: NoteCode
  text: string
  /** Close everything and wait for `resume`. */
  isHalt: boolean
}

/**
 * Looks at the equity (cash units) after a candle.
 * @param unitsPerQuote cash units in one unit of quote currency
 */
export function watchEquity(
  protections: Protections,
  equity: number,
  risk: Readonly<RiskSettings>,
  unitsPerQuote: number,
): Alarm | null {
  if (equity > protections.peakEquity) protections.peakEquity = equity
  if (protections.halted) return null
  if (equity <= 0) return { code: 'OUT_OF_MONEY', text: 'nothing is left of the account', isHalt: true }
  const { maxDrawdownPercent, dailyLossLimit } = risk
  if (maxDrawdownPercent !== null && equity <= protections.peakEquity * (1 - maxDrawdownPercent / 100)) {
    return { code: 'DRAWDOWN_HALT', text: `the account fell ${maxDrawdownPercent}% from its peak`, isHalt: true }
  }
  if (dailyLossLimit === null || protections.isDayOver) return null
  if (equity > protections.dayEquity - dailyLossLimit * unitsPerQuote) return null
  protections.isDayOver = true
  return { code: 'DAILY_LOSS', text: `the day lost ${dailyLossLimit}: no entries until the next one`, isHalt: false }
}

/** A stop was hit: cooldown of its symbol, and a pause of all when too many followed one another. */
export function countStop(
  protections: Protections,
  { symbol, at, isLoss }: { symbol: string; at: number; isLoss: boolean },
  { cooldownMinutes, stopGuard }: Readonly<RiskSettings>,
): Alarm | null {
  if (cooldownMinutes > 0) protections.quietUntil[symbol] = at + cooldownMinutes * MINUTE_MS
  if (!stopGuard || !isLoss) return null
  const since = at - stopGuard.withinMinutes * MINUTE_MS
  protections.stops = [...protections.stops.filter((stop) => stop > since), at]
  if (protections.stops.length < stopGuard.stops) return null
  protections.pausedUntil = at + stopGuard.pauseMinutes * MINUTE_MS
  protections.stops = []
  return {
    code: 'STOP_GUARD',
    text: `${stopGuard.stops} stops within ${stopGuard.withinMinutes} minutes: no entries for ${stopGuard.pauseMinutes}`,
    isHalt: false,
  }
}
