// Whole numbers that stay whole. Money is added as integers below 2^53; a product that would leave that range is taken in
// BigInt, and a sum that would is refused instead of rounded.

/** A rate or a step as a person wrote it: 0.0005 is 5 / 10,000. Both whole, `over` a power of ten. */
export interface Ratio {
  of: number
  over: number
}

/** @returns the exact value of a number's shortest decimal text; RangeError beyond 15 digits or when it is not finite */
export function ratioOf(value: number, what: string): Ratio {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(`${value}`) ?? []
  if (whole === undefined) throw new RangeError(`${what} must be a number, it is ${value}`)
  const places = fraction.length - Number(exponent)
  const digits = Number(`${sign}${whole}${fraction}`)
  const ratio = places > 0 ? { of: digits, over: 10 ** places } : { of: digits * 10 ** -places, over: 1 }
  if (!Number.isSafeInteger(ratio.of) || ratio.over > 1e15) {
    throw new RangeError(`${what} must have at most 15 digits, it is ${value}`)
  }
  return ratio
}

/** a × b ÷ c to the nearest whole number, halves away from zero. a, b, c whole, c > 0. RangeError beyond 2^53. */
export function mulDiv(a: number, b: number, c: number): number {
  const product = a * b
  if (c === 1 && Number.isSafeInteger(product)) return product + 0
  const half = c / 2
  // With a product below 2^52 neither the sum nor the quotient can be rounded across a whole number.
  if (Math.abs(product) < 2 ** 52 && half < 2 ** 51) {
    return product < 0 ? -Math.floor((-product + half) / c) : Math.floor((product + half) / c)
  }
  if (c <= 1e9) return a < 0 !== b < 0 ? -wide(Math.abs(a), Math.abs(b), c) : wide(Math.abs(a), Math.abs(b), c)
  const exact = BigInt(a) * BigInt(b)
  const over = BigInt(c)
  const twice = 2n * (exact < 0n ? -exact : exact)
  const quotient = (twice + over) / (2n * over)
  return safe(Number(exact < 0n ? -quotient : quotient))
}

const SPLIT = 1e4

/** The same for a product beyond 2^53, without BigInt: both factors are taken apart by c first. None negative, c ≤ 1e9. */
function wide(a: number, b: number, c: number): number {
  const q = Math.floor(b / c)
  const r = b - q * c
  const p = Math.floor(a / c)
  const s = a - p * c
  const high = Math.floor(s / SPLIT)
  const x = high * r
  const y = Math.floor(x / c)
  const rest = (x - y * c) * SPLIT + (s - high * SPLIT) * r
  return safe(a * q + p * r + y * SPLIT + Math.floor((rest + c / 2) / c))
}

/** a × b ÷ (c × d), rounded towards zero. All whole, none negative, c and d > 0. RangeError beyond 2^53. */
export function mulDivDown(a: number, b: number, c: number, d = 1): number {
  const product = a * b
  const over = c * d
  if (product < 2 ** 52 && over < 2 ** 52) return Math.floor(product / over)
  return safe(Number((BigInt(a) * BigInt(b)) / (BigInt(c) * BigInt(d))))
}

/** A figure does not fit into whole numbers below 2^53: whoever chose tick, lot and cash can mend it. */
export class TooLarge extends RangeError {}

/** The same number, which must be whole and below 2^53; TooLarge. */
export function safe(value: number, what = 'the account'): number {
  if (Number.isSafeInteger(value)) return value
  throw new TooLarge(
    `${what} is too large to be counted to the last unit: ${value} units are more than 2^53; take a larger tick or lot, or less cash`,
  )
}
