// The core and the paper venue of one backtest, put together from its input.
import { BadInput } from '../../../core/bad-input.js'
import { timeframeMs } from '../candles/timeframe.js'
import { type Core, createCore } from '../core/core.js'
import { DEFAULT_FILL, DEFAULT_RISK, type FillModel, type RiskSettings } from '../core/settings.js'
import type { Instrument } from '../core/types.js'
import { PaperVenue } from '../paper/venue.js'
import type { WholeInput } from './types.js'

export interface Parts {
  core: Core
  venue: PaperVenue
  fill: Readonly<FillModel>
}

/** BadInput, naming the field, for what cannot be run. */
export function partsOf(input: WholeInput, parameters: object): Parts {
  const fill: FillModel = { ...DEFAULT_FILL, ...input.fill }
  throwIfBadFill(fill)
  const risk = riskOf(input.risk ?? {}, fill)
  try {
    const core = createCore({
      instruments: [instrumentOf(input.instrument, fill)],
      timeframe: input.timeframe,
      strategy: input.strategy,
      parameters,
      risk,
      sizing: fill.size,
      cash: fill.cash,
      doesVenueTrail: fill.rules === 'freqtrade',
    })
    const { measures } = core.setup
    const baseMs = timeframeMs(input.timeframe)
    const venue = new PaperVenue({ measures, fill, leverage: risk.leverage, baseMs, equity: core.equity })
    return { core, venue, fill }
  } catch (error) {
    if (error instanceof RangeError) throw new BadInput(error.message)
    throw error
  }
}

/**
 * Exposure limits have their usual values only where the size comes from risk: who says all-in, a part or a number of units
 * means it, and is limited by what is given alone.
 */
export function riskOf(given: Partial<RiskSettings>, fill: Readonly<FillModel>): RiskSettings {
  const free = fill.size.type === 'risk' ? {} : { maxGlobalExposure: null, maxSingleExposure: null }
  const risk = { ...DEFAULT_RISK, ...free, ...given }
  if (fill.allowShort || risk.tradeMode === 'long-only') return risk
  if (risk.tradeMode === 'short-only')
    throw new BadInput('tradeMode short-only and no shorts allowed leave nothing to trade')
  return { ...risk, tradeMode: 'long-only' }
}

function instrumentOf(instrument: Readonly<Instrument>, { fee, maker, wholeUnits }: FillModel): Instrument {
  const { takerFee, makerFee, lot } = instrument
  return {
    ...instrument,
    lot: wholeUnits ? Math.max(1, lot) : lot,
    takerFee: fee ?? takerFee,
    makerFee: maker ?? fee ?? makerFee,
  }
}

function throwIfBadFill({ fee, maker, slippage, spread, size, funding }: FillModel): void {
  const within = (name: string, value: number | null, least: number, most: number) => {
    if (value !== null && !(value >= least && value <= most)) {
      throw new BadInput(`${name} must be from ${least} to ${most}, it is ${value}`)
    }
  }
  within('fee', fee, -0.1, 0.5)
  within('maker', maker, -0.1, 0.5)
  within('slippage', slippage, 0, 0.5)
  within('spread', spread, 0, 0.5)
  within('funding rate', funding?.rate ?? null, -0.5, 0.5)
  within('funding hours', funding?.everyHours ?? null, 1, 24)
  if (size.type === 'fraction') within('size', size.fraction, Number.MIN_VALUE, 1)
  if (size.type === 'fixed') within('size', size.size, Number.MIN_VALUE, 1e12)
}
