// The same trades in another order: how much of a curve was the luck of their order. The random numbers are always the same ones,
// so that two reports of one backtest are equal.

export interface OrderBands {
  /** How many orders were tried. */
  orders: number
  /** At equal steps of trades, from 0 to all of them: equity below which 5, 25, 50, 75 and 95 per cent of the orders lay. */
  trades: number[]
  p5: number[]
  p25: number[]
  p50: number[]
  p75: number[]
  p95: number[]
  /** The order that really was. */
  actual: number[]
  /** Largest drawdowns as shares: of the real order, of the middle one, and of the one that 95 per cent are better than. */
  drawdown: { actual: number; median: number; worst5: number }
}

const MOST_ORDERS = 1_000
const FEWEST_ORDERS = 100
/** Trades that are drawn in all orders together. */
const WORK = 2e7
const STEPS = 120

/**
 * Every trade is taken as the growth of the equity that it met, so that a trade weighs the same wherever it stands.
 * @param start equity before the first trade
 * @param profits of each trade, in the order in which they closed
 * @returns null for fewer than two trades, or when all is lost
 */
export function orderBands(start: number, profits: readonly number[], seed = 1): OrderBands | null {
  const growth = growthOf(start, profits)
  if (growth === null || growth.length < 2) return null
  const count = growth.length
  const orders = Math.max(FEWEST_ORDERS, Math.min(MOST_ORDERS, Math.floor(WORK / count)))
  const steps = Math.min(STEPS, count)
  const marks = Array.from({ length: steps + 1 }, (_, i) => Math.round((i * count) / steps))
  const real = walk(start, growth, marks)
  const random = randomNumbers(seed)
  const paths: number[][] = []
  const drawdowns: number[] = []
  const order = Float64Array.from(growth)
  for (let i = 0; i < orders; i++) {
    shuffle(order, random)
    const { equity, drawdown } = walk(start, order, marks)
    paths.push(equity)
    drawdowns.push(drawdown)
  }
  drawdowns.sort((a, b) => a - b)
  const at = marks.map((_, mark) => paths.map((path) => path[mark] as number).sort((a, b) => a - b))
  const band = (part: number) => at.map((sorted) => quantile(sorted, part))
  return {
    orders,
    trades: marks,
    p5: band(0.05),
    p25: band(0.25),
    p50: band(0.5),
    p75: band(0.75),
    p95: band(0.95),
    actual: real.equity,
    drawdown: { actual: real.drawdown, median: quantile(drawdowns, 0.5), worst5: quantile(drawdowns, 0.95) },
  }
}

function growthOf(start: number, profits: readonly number[]): Float64Array | null {
  const growth = new Float64Array(profits.length)
  let equity = start
  for (const [i, profit] of profits.entries()) {
    const next = equity + profit
    if (!(equity > 0) || !(next > 0)) return null
    growth[i] = next / equity
    equity = next
  }
  return growth
}

function walk(start: number, growth: Float64Array, marks: readonly number[]) {
  const equity: number[] = []
  let [value, peak, drawdown, mark] = [start, start, 0, 0]
  for (let i = 0; i <= growth.length; i++) {
    if (i === marks[mark]) {
      equity.push(value)
      mark++
    }
    if (i === growth.length) break
    value *= growth[i] as number
    if (value > peak) peak = value
    else drawdown = Math.max(drawdown, 1 - value / peak)
  }
  return { equity, drawdown }
}

const quantile = (sorted: readonly number[], part: number) => sorted[Math.round(part * (sorted.length - 1))] as number

/** Fisher and Yates. */
function shuffle(values: Float64Array, random: () => number) {
  for (let i = values.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1))
    const value = values[i] as number
    values[i] = values[other] as number
    values[other] = value
  }
}

/** Mulberry32 (T. Ettinger, public domain): 32 bits of state are plenty for a picture. From 0, below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
