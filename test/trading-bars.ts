// Candles in columns for the tests of the trading kind: real ones, and random ones that are the same in every run.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface TestBars {
  open: Float64Array
  high: Float64Array
  low: Float64Array
  close: Float64Array
  volume: Float64Array
}

/** 252 days of a share, the reference data of TA-Lib's own tests (src/tools/ta_regtest/test_data.c, BSD licence). */
export const talibBars = (): TestBars =>
  readBars(fileURLToPath(new URL('./fixtures/trading/ta-lib-252.csv', import.meta.url)))

/** The S&P 500 from 2000-01-03 to 2020-04-17, 5,105 days (vega-datasets, BSD licence). */
export const sp500Bars = (): TestBars =>
  readBars(fileURLToPath(new URL('../node_modules/vega-datasets/data/sp500-2000.csv', import.meta.url)))

function readBars(file: string): TestBars {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split('\n')
  const rows = lines.map((line) => line.split(',').map(Number))
  const names = head.split(',')
  const column = (name: string) => Float64Array.from(rows, (row) => row[names.indexOf(name)] as number)
  return {
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  }
}

/** Numbers from 0 to 1, always the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A random walk on whole ticks, with many equal prices and candles that do not move at all. */
export function randomBars(length: number, seed: number, tick: number): TestBars {
  const random = seededRandom(seed)
  const make = () => new Float64Array(length)
  const bars: TestBars = { open: make(), high: make(), low: make(), close: make(), volume: make() }
  let ticks = 1000
  for (let i = 0; i < length; i++) {
    const open = ticks + Math.floor(random() * 3) - 1
    const close = Math.max(20, open + Math.floor(random() * 13) - 6)
    const reach = () => Math.floor(random() * 6)
    bars.open[i] = onTick(open, tick)
    bars.close[i] = onTick(close, tick)
    bars.high[i] = onTick(Math.max(open, close) + reach(), tick)
    bars.low[i] = onTick(Math.min(open, close) - reach(), tick)
    bars.volume[i] = Math.floor(random() * 1000)
    ticks = close
  }
  return bars
}

/** The number that a price list would print. */
const onTick = (ticks: number, tick: number) => Number((ticks * tick).toFixed(8))
