// Candles a second on one core: a backtest with all that one has (fees, slippage, spread, stops, risk, statistics), beside a
// naive loop over the same candles in the same run. They take turns, and processor time counts, not the clock on the wall.
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measuredBacktest } from '../../src/kinds/trading/backtest/measured.js'
import type { BacktestInput } from '../../src/kinds/trading/backtest/types.js'
import type { CandleColumns } from '../../src/kinds/trading/candles/candle.js'
import { readCsvCandles } from '../../src/kinds/trading/candles/csv.js'
import { smaCross } from '../../src/kinds/trading/strategies/sma-cross.js'
import { writeCandleFile } from '../candle-file.js'
import { median, type Row } from '../row.js'

const CANDLES = 1_000_000
const TURNS = 7
const [FAST, SLOW] = [100, 300]
const FEE = 0.0005

export async function backtestSpeed(): Promise<Row[]> {
  const file = join(tmpdir(), `frota-bench-${process.pid}.csv`)
  try {
    await writeCandleFile(file, CANDLES)
    const chunks = await loaded(file)
    const all: Record<'full' | 'naive' | 'file', number[]> = { full: [], naive: [], file: [] }
    for (let turn = 0; turn < TURNS; turn++) {
      all.full.push(await perSecond(async () => (await measuredBacktest(input(chunks))).trades.length))
      all.naive.push(await perSecond(async () => naive(chunks)))
      all.file.push(await perSecond(() => counted(file)))
    }
    const reference = { what: 'a naive loop (quoted: jesse 0.5 M, Backtrader 0.12 M)', value: median(all.naive) }
    const what = 'backtest, full fees and risk: candles'
    return [
      { what, value: median(all.full), unit: '/s', budget: 1_000_000, atLeast: true, reference },
      { what: 'candles out of a CSV file', value: median(all.file), unit: '/s', budget: null },
    ]
  } finally {
    rmSync(file, { force: true })
  }
}

async function perSecond(work: () => Promise<number>): Promise<number> {
  const before = process.cpuUsage()
  if ((await work()) === 0) throw new Error('it did nothing')
  const { user, system } = process.cpuUsage(before)
  return (CANDLES / (user + system)) * 1_000_000
}

const input = (candles: CandleColumns[]): BacktestInput => ({
  candles,
  timeframe: '1m',
  instrument: {
    symbol: 'BENCH',
    tick: 0.01,
    lot: 0.0001,
    minNotional: 5,
    multiplier: 1,
    takerFee: FEE,
    makerFee: 0.0002,
  },
  strategy: smaCross,
  parameters: { fast: FAST, slow: SLOW, stopAtr: 3 },
  fill: {
    size: { type: 'risk' },
    cash: 100_000,
    slippage: 0.0001,
    spread: 0.0001,
    funding: { rate: 0.00001, everyHours: 8 },
  },
  risk: {
    maxPositions: 1,
    dailyLossLimit: 50_000,
    maxDrawdownPercent: 99,
    cooldownMinutes: 5,
    trailing: { percent: 2, offsetPercent: 1, positivePercent: 0.5 },
    breakEven: { atPercent: 1, lockPercent: 0.1 },
    partialTakeProfit: [{ atPercent: 3, part: 0.5 }],
  },
})

async function loaded(file: string): Promise<CandleColumns[]> {
  const chunks: CandleColumns[] = []
  for await (const { length, at, open, high, low, close, volume } of readCsvCandles({ path: file })) {
    const kept = (column: Float64Array) => column.slice(0, length)
    chunks.push({
      length,
      at: kept(at),
      open: kept(open),
      high: kept(high),
      low: kept(low),
      close: kept(close),
      volume: kept(volume),
    })
  }
  return chunks
}

async function counted(file: string): Promise<number> {
  let candles = 0
  for await (const { length } of readCsvCandles({ path: file })) candles += length
  if (candles !== CANDLES) throw new Error(`${candles} candles`)
  return candles
}

/** The same cross with floats, a fee, and nothing else: what a first attempt of an afternoon does. */
function naive(chunks: readonly CandleColumns[]): number {
  const [fast, slow] = [new Float64Array(FAST), new Float64Array(SLOW)]
  let [fastSum, slowSum, row, lead, cash, size, entry, trades, wanted] = [0, 0, 0, 0, 100_000, 0, 0, 0, 0]
  for (const { length, open, close } of chunks) {
    for (let i = 0; i < length; i++, row++) {
      if (wanted !== 0) {
        const price = open[i] as number
        cash += size * (price - entry) - Math.abs(size) * price * FEE
        size = (wanted * cash) / price
        entry = price
        cash -= Math.abs(size) * price * FEE
        wanted = 0
        trades++
      }
      const price = close[i] as number
      fastSum += price - (fast[row % FAST] as number)
      slowSum += price - (slow[row % SLOW] as number)
      fast[row % FAST] = price
      slow[row % SLOW] = price
      if (row < SLOW) continue
      const now = fastSum / FAST - slowSum / SLOW
      if ((now > 0 && lead < 0) || (now < 0 && lead > 0)) wanted = Math.sign(now)
      lead = now
    }
  }
  return trades
}
