// One instrument's prices, sizes and money between what people write and the whole numbers that the core adds up.
import { mulDiv, mulDivDown, type Ratio, ratioOf, safe } from './exact.js'
import type { Instrument } from './types.js'

/** Decimals of the cash unit: 8, fewer when the account is so large that a thousandfold of it would leave 2^53. */
export function cashDecimalsFor(cash: number): number {
  if (!(cash > 0 && cash <= 1e12)) throw new RangeError(`cash must be a number from 0 to 1e12, it is ${cash}`)
  return Math.min(8, 12 - Math.ceil(Math.log10(cash)))
}

export class Measure {
  readonly instrument: Readonly<Instrument>
  readonly cashDecimals: number
  /** Cash units in one unit of quote currency. */
  readonly unitsPerQuote: number
  readonly taker: Ratio
  readonly maker: Ratio
  /** Cash units; 0 for none. */
  readonly minNotional: number
  /** Half a tick: a lower price would be none. */
  readonly leastPrice: number
  readonly #tick: Ratio
  readonly #lot: Ratio
  /** Cash units that one lot is worth for each tick of its price. */
  readonly #value: Ratio
  /** The same as a float, for figures that are only looked at. */
  readonly #valueFloat: number

  /** RangeError for a tick, lot or multiplier that is not positive, and for figures that leave 2^53. */
  constructor(instrument: Readonly<Instrument>, cashDecimals: number) {
    this.instrument = instrument
    this.cashDecimals = cashDecimals
    this.unitsPerQuote = 10 ** cashDecimals
    this.#tick = positive(instrument.tick, 'tick')
    this.#lot = positive(instrument.lot, 'lot')
    this.taker = ratioOf(instrument.takerFee, 'takerFee')
    this.maker = ratioOf(instrument.makerFee, 'makerFee')
    this.#value = tickValueOf(this.#tick, this.#lot, positive(instrument.multiplier, 'multiplier'), cashDecimals)
    this.#valueFloat = this.#value.of / this.#value.over
    this.minNotional = this.units(instrument.minNotional)
    const half = this.price(0.5)
    // The division may be rounded to a hair under the half.
    this.leastPrice = this.ticks(half) < 1 ? half * (1 + 1e-12) : half
  }

  /** To the nearest tick. */
  ticks(price: number): number {
    return safe(Math.round((price * this.#tick.over) / this.#tick.of), 'a price')
  }

  /** Whether it comes to at least one tick, and to no more than can be counted. */
  isPrice(price: number): boolean {
    return price >= this.leastPrice && Number.isSafeInteger(Math.round((price * this.#tick.over) / this.#tick.of))
  }

  ticksUp(price: number): number {
    return safe(Math.ceil(roundOff((price * this.#tick.over) / this.#tick.of)))
  }

  ticksDown(price: number): number {
    return safe(Math.floor(roundOff((price * this.#tick.over) / this.#tick.of)))
  }

  price(ticks: number): number {
    return (ticks * this.#tick.of) / this.#tick.over
  }

  /** Rounded down to the lot. */
  lots(size: number): number {
    const { of, over } = ratioOf(size, 'size')
    return mulDivDown(of, this.#lot.over, over, this.#lot.of)
  }

  size(lots: number): number {
    return (lots * this.#lot.of) / this.#lot.over
  }

  /** What so many lots are worth at a price, in cash units, to the nearest unit. Exact wherever tick × lot is a whole number of units. */
  notional(lots: number, ticks: number): number {
    const { of, over } = this.#value
    if (of === 1) return mulDiv(lots, ticks, over)
    const product = lots * ticks
    if (Number.isSafeInteger(product)) return mulDiv(product, of, over)
    const twice = 2n * BigInt(lots) * BigInt(ticks) * BigInt(of)
    return safe(Number((twice + BigInt(over)) / (2n * BigInt(over))))
  }

  /** The same within a float's error; for figures that are looked at and never added to money. */
  notionalFloat(lots: number, ticks: number): number {
    return lots * ticks * this.#valueFloat
  }

  /** The most lots whose notional and fee at this price are not more than so many cash units. */
  lotsFor(units: number, ticks: number, fee: Ratio): number {
    if (units <= 0) return 0
    const paid = fee.of > 0 ? fee.over + fee.of : fee.over
    const { of, over } = this.#value
    const worth = BigInt(units) * BigInt(over) * BigInt(fee.over)
    const lots = Number(worth / (BigInt(ticks) * BigInt(of) * BigInt(paid)))
    return safe(lots)
  }

  /** The most lots that lose no more than so many cash units over so many ticks. */
  lotsLosing(units: number, ticks: number): number {
    return this.lotsFor(units, ticks, NO_FEE)
  }

  /** Of a notional in cash units, to the nearest unit; negative when we are paid. */
  fee(notional: number, { of, over }: Ratio): number {
    return mulDiv(notional, of, over)
  }

  /** Quote currency in cash units, to the nearest one. */
  units(quote: number): number {
    return safe(Math.round(quote * this.unitsPerQuote))
  }

  quote(units: number): number {
    return units / this.unitsPerQuote
  }
}

const NO_FEE: Ratio = { of: 0, over: 1 }

function positive(value: number, what: string): Ratio {
  if (!(value > 0)) throw new RangeError(`${what} must be above 0, it is ${value}`)
  return ratioOf(value, what)
}

/** 0.29 / 0.01 is 28.999999999999996: what lies this near to a whole tick is on it. */
function roundOff(ticks: number): number {
  const nearest = Math.round(ticks)
  return Math.abs(ticks - nearest) <= Math.abs(ticks) * 1e-13 ? nearest : ticks
}

function tickValueOf(tick: Ratio, lot: Ratio, multiplier: Ratio, cashDecimals: number): Ratio {
  const of = BigInt(tick.of) * BigInt(lot.of) * BigInt(multiplier.of) * 10n ** BigInt(Math.max(0, cashDecimals))
  const over =
    BigInt(tick.over) * BigInt(lot.over) * BigInt(multiplier.over) * 10n ** BigInt(Math.max(0, -cashDecimals))
  const common = greatestCommon(of, over)
  return { of: safe(Number(of / common)), over: safe(Number(over / common)) }
}

function greatestCommon(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommon(b, a % b)
}
