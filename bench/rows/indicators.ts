// RSI over a million prices on one core, as a backtest does it (whole arrays) and as a session does (one by one), beside
// the package trading-signals in the same run. They take turns, so that a busy machine slows all of them.
import { RSI, WSMA } from 'trading-signals'
import { Rsi, rsi } from '../../src/kinds/trading/public.js'
import { median, type Row } from '../row.js'

const PRICES = 1_000_000
const PERIOD = 14
const TURNS = 9

export function indicatorSpeed(): Row[] {
  const prices = Float64Array.from({ length: PRICES }, (_, i) => 100 + 10 * Math.sin(i / 50) + 3 * Math.sin(i / 7.3))
  const all: Record<'array' | 'stream' | 'peer', number[]> = { array: [], stream: [], peer: [] }
  const answers = new Set<string>()
  for (let turn = 0; turn < TURNS; turn++) {
    all.array.push(perSecond(() => answers.add(rounded(rsi(prices, PERIOD).at(-1)))))
    all.stream.push(perSecond(() => answers.add(rounded(streamed(prices)))))
    all.peer.push(perSecond(() => answers.add(rounded(peer(prices)))))
  }
  if (answers.size !== 1) throw new Error(`the ways to an RSI do not agree: ${[...answers].join(', ')}`)
  const reference = { what: 'trading-signals', value: median(all.peer) }
  return [
    {
      what: 'RSI values over an array',
      value: median(all.array),
      unit: '/s',
      budget: 20_000_000,
      atLeast: true,
      reference,
    },
    {
      what: 'RSI values one by one',
      value: median(all.stream),
      unit: '/s',
      budget: 20_000_000,
      atLeast: true,
      reference,
    },
  ]
}

function perSecond(work: () => void): number {
  const startedAt = performance.now()
  work()
  return PRICES / ((performance.now() - startedAt) / 1000)
}

function streamed(prices: Float64Array): number {
  const one = new Rsi(PERIOD)
  let last = 0
  for (const price of prices) last = one.update(price) ?? 0
  return last
}

function peer(prices: Float64Array): number {
  const one = new RSI(PERIOD, WSMA)
  let last = 0
  for (const price of prices) last = one.update(price, false) ?? 0
  return last
}

const rounded = (value = Number.NaN) => value.toFixed(6)
