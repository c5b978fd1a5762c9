// Risk: may this entry be made, and how large? A pure function over what is asked, the account, the limits and the plan. It
// never opens more than any limit allows: what is too large is made smaller, and refused when nothing tradable is left.
import type { Measure } from './measure.js'
import type { Entitlements, RiskSettings, Sizing } from './settings.js'
import type { Order, Portfolio, Protections, RefusalCode, Side } from './types.js'

/** An entry as a strategy asks for it. Prices in ticks. */
export interface Ask {
  symbol: string
  side: Side
  /** What it will cost for all we know: the last close, or the limit. */
  price: number
  /** 0 for none. */
  stop: number
  takeProfit: number
  at: number
}

export interface Account {
  portfolio: Readonly<Portfolio>
  /** Cash units, open positions at their last price. */
  equity: number
  /** Entries on their way. */
  waiting: readonly Readonly<Order>[]
  protections: Readonly<Protections>
}

export interface Limits {
  risk: Readonly<RiskSettings>
  entitlements: Readonly<Entitlements>
  sizing: Readonly<Sizing>
}

export type Assessment =
  | { ok: true; size: number; spend: number; maxNotional: number }
  | { ok: false; code: RefusalCode; text: string }

/** @returns lots (`size`) or the part of the free margin (`spend`), and the most that the fill may come to in cash units */
export function assess(ask: Ask, account: Account, limits: Limits, measure: Measure): Assessment {
  return pausedBy(ask, account, limits) ?? misplaced(ask) ?? sized(ask, account, limits, measure)
}

const refused = (code: RefusalCode, text: string): Assessment => ({ ok: false, code, text })

/** Reasons that have nothing to do with how large it is. */
function pausedBy(ask: Ask, { portfolio, waiting, protections }: Account, { risk }: Limits): Assessment | null {
  if (protections.halted) return refused('HALTED', `trading is halted: ${protections.halted.reason}`)
  if (ask.at < protections.pausedUntil) return refused('STOP_GUARD', 'too many stops were hit lately')
  if (ask.at < (protections.quietUntil[ask.symbol] ?? 0)) return refused('COOLDOWN', 'a stop was hit a short while ago')
  if (protections.isDayOver) return refused('DAILY_LOSS', 'the day has lost as much as it may')
  if (risk.tradeMode !== 'both' && risk.tradeMode !== `${ask.side}-only`) {
    return refused('TRADE_MODE', `the trade mode is ${risk.tradeMode}`)
  }
  const open = portfolio.positions.filter(({ symbol }) => symbol !== ask.symbol).length
  if (open + waiting.length >= risk.maxPositions)
    return refused('MAX_POSITIONS', `at most ${risk.maxPositions} positions`)
  return null
}

/** Stop and target lie one tick away from the entry at least: on it there is nothing to lose, and nothing to size by. */
function misplaced({ side, price, stop, takeProfit }: Ask): Assessment | null {
  const isBelow = side === 'long'
  if (stop > 0 && (isBelow ? stop >= price : stop <= price)) {
    return refused('STOP_ON_WRONG_SIDE', `the stop of a ${side} must lie ${isBelow ? 'below' : 'above'} its entry`)
  }
  if (takeProfit > 0 && (isBelow ? takeProfit <= price : takeProfit >= price)) {
    return refused('TARGET_ON_WRONG_SIDE', `the target of a ${side} must lie ${isBelow ? 'above' : 'below'} its entry`)
  }
  return null
}

function sized(ask: Ask, account: Account, limits: Limits, measure: Measure): Assessment {
  const { sizing, risk } = limits
  const used = usedBy(account, ask.symbol)
  const bound = narrowest(used, limits, measure)
  if (bound.units <= 0) return refused(bound.code, bound.text)
  const free = Math.floor(account.equity * risk.leverage) - used
  const most = measure.lotsFor(Math.min(free, bound.units), ask.price, measure.taker)
  const scarce = free < bound.units ? LEVERAGE : bound
  const maxNotional = Number.isFinite(bound.units) ? bound.units : 0
  let size = 0
  if (sizing.type === 'fixed') {
    size = measure.lots(sizing.size)
    if (size > most) return refused(scarce.code, scarce.text)
  } else if (sizing.type === 'risk') {
    if (ask.stop === 0) return refused('NO_STOP', 'sizing by risk needs a stop')
    size = Math.min(most, measure.lotsLosing(measure.units(risk.targetLossUsd), Math.abs(ask.price - ask.stop)))
  } else {
    // How much it comes to is known at its fill alone.
    if (free <= 0) return refused(scarce.code, scarce.text)
    return { ok: true, size: 0, spend: sizing.type === 'fraction' ? sizing.fraction : 1, maxNotional }
  }
  if (size < 1) return most < 1 ? refused(scarce.code, scarce.text) : refused('BELOW_LOT', 'less than one lot')
  if (measure.notional(size, ask.price) < measure.minNotional) {
    return refused('BELOW_MIN_NOTIONAL', `less than the least notional of ${measure.instrument.minNotional}`)
  }
  return { ok: true, size, spend: 0, maxNotional: sizing.type === 'risk' ? Math.min(free, bound.units) : maxNotional }
}

interface Bound {
  /** Cash units that a further position may be worth at its entry; Infinity where nothing is set. */
  units: number
  code: RefusalCode
  text: string
}

const LEVERAGE: Omit<Bound, 'units'> = { code: 'LEVERAGE', text: 'the account does not cover more' }

/** The narrowest of the limits that were set. */
function narrowest(used: number, { risk, entitlements }: Limits, measure: Measure): Bound {
  const capital = leastOf(risk.capital, entitlements.capital)
  let bound: Bound = { units: Number.POSITIVE_INFINITY, ...LEVERAGE }
  const narrow = (limit: number | null, taken: number, code: RefusalCode) => {
    if (limit === null) return
    const units = measure.units(limit) - taken
    if (units < bound.units) bound = { units, code, text: `${WHAT[code]} may be worth ${limit} at most` }
  }
  narrow(risk.maxSingleExposure, 0, 'SINGLE_EXPOSURE')
  narrow(risk.maxGlobalExposure, used, 'GLOBAL_EXPOSURE')
  narrow(capital === null ? null : capital * risk.leverage, used, 'CAPITAL')
  return bound
}

const WHAT: Partial<Record<RefusalCode, string>> = {
  SINGLE_EXPOSURE: 'one position',
  GLOBAL_EXPOSURE: 'all positions together',
  CAPITAL: 'what the session opens with its capital',
}

/** What is open, at its cost, and what may come to be. What is open of the same symbol is on its way out when this is asked. */
function usedBy({ portfolio, waiting }: Account, asked: string): number {
  let used = 0
  for (const { symbol, cost } of portfolio.positions) if (symbol !== asked) used += cost
  for (const { maxNotional } of waiting) used += maxNotional || Number.MAX_SAFE_INTEGER
  return used
}

const leastOf = (a: number | null, b: number | null) => (a === null || b === null ? (a ?? b) : Math.min(a, b))
