// The moving-average cross as backtesting.py runs it: market orders at the next open, all of the account in whole units, a fee
// at both ends, the other side entered as the first is left, what is open at the end closed at the last open. Its order
// handling is written down here once more, in floats and for this one strategy, and every trade must be the same.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { backtest, type Candle, type FillModel, type Trade, toColumns } from '../public.js'
import { smaCross } from '../strategies/sma-cross.js'

const FILE = new URL('../../../../node_modules/vega-datasets/data/sp500-2000.csv', import.meta.url)
const SP500 = readFileSync(FILE, 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line): Candle => {
    const [date, open, high, low, close, , volume] = line.split(',')
    const [o, h, l, c, v] = [open, high, low, close, volume].map(Number) as [number, number, number, number, number]
    return { at: Date.parse(`${date}T00:00:00Z`), open: o, high: h, low: l, close: c, volume: v }
  })

interface Simple {
  size: number
  entryPrice: number
  exitPrice: number
  entryCandle: number
  exitCandle: number
  profit: number
}

/** @param size positive for longs, as that project writes it */
function reference(
  candles: readonly Candle[],
  [fast, slow]: [number, number],
  cash: number,
  fee: number,
  spread: number,
) {
  const mean = (end: number, count: number) => {
    let sum = 0
    for (let i = end - count + 1; i <= end; i++) sum += candles[i]?.close ?? Number.NaN
    return sum / count
  }
  const trades: Simple[] = []
  let held: { size: number; price: number; candle: number } | undefined
  let account = cash
  const leave = (price: number, candle: number) => {
    if (!held) return
    const fees = fee * Math.abs(held.size) * (held.price + price)
    const profit = held.size * (price - held.price) - fees
    account += held.size * (price - held.price) - fee * Math.abs(held.size) * price
    trades.push({
      size: held.size,
      entryPrice: held.price,
      exitPrice: price,
      entryCandle: held.candle,
      exitCandle: candle,
      profit,
    })
    held = undefined
  }
  for (let i = slow; i < candles.length - 1; i++) {
    const [before, now] = [mean(i - 1, fast) - mean(i - 1, slow), mean(i, fast) - mean(i, slow)]
    const side = before < 0 && now > 0 ? 1 : before > 0 && now < 0 ? -1 : 0
    if (side === 0) continue
    const open = candles[i + 1]?.open ?? Number.NaN
    leave(open, i + 1)
    const price = open * (1 + side * spread)
    const size = side * Math.floor(account / (price * (1 + fee)))
    if (size === 0) continue
    account -= fee * Math.abs(size) * price
    held = { size, price, candle: i + 1 }
  }
  leave(candles.at(-1)?.open ?? Number.NaN, candles.length - 1)
  return { trades, account }
}

async function ours(candles: readonly Candle[], [fast, slow]: [number, number], fill: Partial<FillModel>) {
  const trades: Trade[] = []
  const equity: number[] = []
  const result = await backtest({
    candles: [toColumns(candles)],
    timeframe: '1d',
    instrument: { symbol: 'SPX', tick: 1e-8, lot: 1, minNotional: 0, multiplier: 1, takerFee: 0, makerFee: 0 },
    strategy: smaCross,
    parameters: { fast, slow },
    fill: { size: { type: 'all-in' }, wholeUnits: true, closeAtEnd: true, ...fill },
    sink: { trade: (trade) => trades.push(trade), equity: (_at, value) => equity.push(value) },
  })
  return { trades, equity, result }
}

for (const [lengths, cash, fee, spread] of [
  [[10, 20], 10_000, 0.002, 0],
  [[10, 30], 100_000, 0, 0],
  [[5, 60], 1_000_000, 0.0005, 0.001],
] as [[number, number], number, number, number][]) {
  test(`a cross of ${lengths} with ${cash}, fee ${fee} and spread ${spread} trades as backtesting.py does`, async () => {
    const { trades, equity, result } = await ours(SP500, lengths, { cash, fee, spread })
    const expected = reference(SP500, lengths, cash, fee, spread)
    assert.ok(expected.trades.length > 30)
    assert.equal(trades.length, expected.trades.length)
    for (const [i, trade] of trades.entries()) {
      const other = expected.trades[i] as Simple
      assert.deepEqual([trade.entryCandle, trade.exitCandle], [other.entryCandle, other.exitCandle])
      assert.equal(trade.side === 'long' ? trade.size : -trade.size, other.size)
      assert.ok(Math.abs(trade.entryPrice - other.entryPrice) < 1e-7)
      assert.ok(Math.abs(trade.exitPrice - other.exitPrice) < 1e-7)
      assert.ok(Math.abs(trade.profit - other.profit) < 0.01, `trade ${i}: ${trade.profit}, not ${other.profit}`)
    }
    assert.ok(Math.abs(result.finalEquity - expected.account) < 0.01)
    assert.equal(equity.length, SP500.length)
    assert.equal(equity.at(-1), result.finalEquity)
  })
}

test('fills at the close are those of the candle that gave the signal', async () => {
  const { trades } = await ours(SP500, [10, 30], { cash: 100_000, fill: 'close' })
  const next = await ours(SP500, [10, 30], { cash: 100_000 })
  assert.ok(trades.length > 30)
  for (const [i, { entryCandle, entryPrice }] of trades.entries()) {
    assert.equal(entryPrice, SP500[entryCandle]?.close)
    assert.equal(entryCandle, (next.trades[i]?.entryCandle ?? 0) - 1)
  }
})
