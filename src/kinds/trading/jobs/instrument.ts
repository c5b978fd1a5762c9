// What is traded, where no venue says it: steps so small that no price of a file is rounded.
import { BadInput } from '../../../core/bad-input.js'
import type { JsonObject } from '../../../core/json.js'
import type { Instrument } from '../core/types.js'
import { texts as t } from './backtest-texts.js'

const USUAL: Omit<Instrument, 'symbol'> = {
  tick: 1e-8,
  lot: 1e-8,
  minNotional: 0,
  multiplier: 1,
  takerFee: 0,
  makerFee: 0,
}

/** @throws BadInput for what is no step or rate */
export function instrumentOf(symbol: string, given: JsonObject): Instrument {
  const known = Object.keys(USUAL)
  for (const [key, value] of Object.entries(given)) {
    if (!known.includes(key)) throw new BadInput(`--set instrument.${key}: ${t.unknownKey(key, known)}`)
    const isStep = ['tick', 'lot', 'multiplier'].includes(key)
    if (typeof value !== 'number' || !(isStep ? value > 0 : Math.abs(value) < Number.POSITIVE_INFINITY))
      throw new BadInput(t.badStep(key, value, isStep))
  }
  return { ...USUAL, ...given, symbol }
}
