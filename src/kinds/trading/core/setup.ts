// What one run of the core is made of: instruments, a strategy with its parameters, limits. It does not change during the run
// and is not part of the state.
import { BadInput } from '../../../core/bad-input.js'
import { timeframeMs } from '../candles/timeframe.js'
import type { Higher } from './aggregate.js'
import { cashDecimalsFor, Measure } from './measure.js'
import type { Entitlements, RiskSettings, Sizing } from './settings.js'
import { ALL_ALLOWED } from './settings.js'
import type { AnyStrategy } from './strategy.js'
import type { Instrument } from './types.js'

export interface CoreSetup {
  instruments: readonly Readonly<Instrument>[]
  /** Of the candles that come. */
  timeframe: string
  strategy: AnyStrategy
  /** Checked, defaults filled in. */
  parameters: object
  risk: Readonly<RiskSettings>
  sizing: Readonly<Sizing>
  entitlements?: Readonly<Entitlements>
  /** What the account begins with, in quote currency. */
  cash: number
  /** The venue trails stops and moves targets by itself: the core tells it how and leaves them alone. */
  doesVenueTrail?: boolean
}

/** The set-up, looked up once. */
export interface Ready extends CoreSetup {
  entitlements: Readonly<Entitlements>
  baseMs: number
  /** Longest first; that of the candles themselves is among them when the strategy asks for it. */
  higher: Higher[]
  unitsPerQuote: number
  cashUnits: number
  measures: ReadonlyMap<string, Measure>
}

/** BadInput for what cannot be run, or what the plan does not allow. */
export function readSetup(setup: CoreSetup): Ready {
  const { strategy, parameters, timeframe, instruments, cash, entitlements = ALL_ALLOWED } = setup
  const baseMs = timeframeMs(timeframe)
  const higher = [...new Set(strategy.timeframes?.(parameters) ?? [])]
    .map((name) => ({ timeframe: name, ms: timeframeMs(name) }))
    .sort((a, b) => b.ms - a.ms)
  for (const { timeframe: name, ms } of higher) {
    if (ms < baseMs || ms % baseMs !== 0) {
      throw new BadInput(`${strategy.name} needs candles of ${name}, which ${timeframe} candles do not make up`)
    }
  }
  throwIfNotAllowed(setup, new Set([baseMs, ...higher.map(({ ms }) => ms)]).size, entitlements)
  const cashDecimals = cashDecimalsFor(cash)
  const measures = new Map(instruments.map((instrument) => [instrument.symbol, new Measure(instrument, cashDecimals)]))
  if (measures.size !== instruments.length) throw new BadInput('two instruments have the same symbol')
  const unitsPerQuote = 10 ** cashDecimals
  return {
    ...setup,
    entitlements,
    baseMs,
    higher,
    unitsPerQuote,
    cashUnits: Math.round(cash * unitsPerQuote),
    measures,
  }
}

function throwIfNotAllowed(
  { strategy, instruments }: CoreSetup,
  timeframes: number,
  plan: Readonly<Entitlements>,
): void {
  const over = (most: number | null, count: number, what: string) => {
    if (most !== null && count > most) throw new BadInput(`the plan allows ${most} ${what}, this needs ${count}`)
  }
  over(plan.symbols, instruments.length, 'symbols')
  over(plan.timeframes, timeframes, 'timeframes at once')
  if (plan.strategies && !plan.strategies.includes(strategy.name)) {
    throw new BadInput(`the plan does not allow the strategy ${strategy.name}`)
  }
}
