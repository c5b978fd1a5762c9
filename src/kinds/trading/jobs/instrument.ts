// What is traded: its steps, its smallest order and its fees.
import { BadInput } from '../../../core/bad-input.js'
import type { JsonObject } from '../../../core/json.js'
import { PLAIN_INSTRUMENT } from '../backtest/plain-instrument.js'
import type { Instrument as Listed, VenueName } from '../candles/venues/venue.js'
import type { Instrument } from '../core/types.js'
import { texts as t } from './backtest-texts.js'

/** What each venue asks of a customer without rebates (their fee schedules, November 2026). */
const FEES: Readonly<Record<VenueName, { takerFee: number; makerFee: number }>> = {
  binanceusdm: { takerFee: 0.0005, makerFee: 0.0002 },
  bybit: { takerFee: 0.00055, makerFee: 0.0002 },
  hyperliquid: { takerFee: 0.00045, makerFee: 0.00015 },
}

export const ofVenue = ({ venue, symbol, tick, lot, minNotional }: Listed): Instrument => ({
  ...PLAIN_INSTRUMENT,
  ...FEES[venue],
  symbol,
  tick: tick === null ? PLAIN_INSTRUMENT.tick : Number(tick),
  lot: Number(lot),
  minNotional: Number(minNotional ?? 0),
})

const STEPS = ['tick', 'lot', 'multiplier']

/** @param given keys of `--set instrument.…` @throws BadInput for what is no step or rate */
export function withSettings(instrument: Instrument, given: JsonObject): Instrument {
  const known = Object.keys(PLAIN_INSTRUMENT).filter((key) => key !== 'symbol')
  for (const [key, value] of Object.entries(given)) {
    if (!known.includes(key)) throw new BadInput(`--set instrument.${key}: ${t.unknownKey(key, known)}`)
    const isStep = STEPS.includes(key)
    if (typeof value !== 'number' || !Number.isFinite(value) || (isStep && value <= 0))
      throw new BadInput(t.badStep(key, value, isStep))
  }
  return { ...instrument, ...given }
}
