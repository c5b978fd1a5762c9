// What is traded, where nobody says what it is: of a file of prices, say.
import type { Instrument } from '../core/types.js'

/** Steps so small that no price of a file is rounded, and no fees. */
export const PLAIN_INSTRUMENT: Readonly<Instrument> = {
  symbol: 'X',
  tick: 1e-8,
  lot: 1e-8,
  minNotional: 0,
  multiplier: 1,
  takerFee: 0,
  makerFee: 0,
}
