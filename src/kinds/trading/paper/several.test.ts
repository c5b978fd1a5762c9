// Several symbols in one account: each pays its own funding, and what one has gained stands for the others.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BTC, type Driven, feed, open, restart } from '../../../../test/trading-driver.js'
import { DEFAULT_RISK, type FillModel, signalsStrategy } from '../public.js'

const NAMES = ['BTC', 'B', 'C', 'D'] as const

function opened(fill: Partial<FillModel>, leverage = 1): Driven {
  const risk = { ...DEFAULT_RISK, maxGlobalExposure: null, maxSingleExposure: 1100, maxPositions: 4, leverage }
  const instruments = NAMES.map((symbol) => ({ ...BTC, symbol, takerFee: 0, makerFee: 0 }))
  return open({ strategy: signalsStrategy([{ enter: 'long' }]), instruments, risk }, fill)
}

function feedAll(driven: Driven, minute: number, prices: readonly number[], low = prices): void {
  for (const [i, symbol] of NAMES.entries()) {
    const price = prices[i] as number
    const at = minute * 60_000
    feed(driven, symbol, { at, open: price, high: price, low: low[i] as number, close: price, volume: 1 })
  }
}

test('every open position pays funding, once, also through a restart', () => {
  const driven = opened({ size: { type: 'fixed', size: 1 }, funding: { rate: 0.001, everyHours: 1 } })
  for (let minute = 55; minute < 65; minute++) {
    feedAll(driven, minute, [100, 100, 100, 100])
    if (minute % 2 === 0) restart(driven)
  }
  assert.deepEqual(
    driven.events.flatMap((event) => (event.type === 'funding' ? [event.symbol] : [])),
    [...NAMES],
  )
  assert.equal(driven.state.portfolio.funding, -4 * 0.1 * 1e8)
  assert.deepEqual(
    driven.state.portfolio.positions.map(({ funding }) => funding),
    Array(4).fill(-0.1 * 1e8),
  )
})

test('a position is not liquidated while the gains of another cover its loss, and is when they do not', () => {
  const liquidated = (rest: number) => {
    const driven = opened({ size: { type: 'fixed', size: 10 }, cash: 900 }, 10)
    feedAll(driven, 0, [100, 100, 100, 100])
    feedAll(driven, 1, [100, 100, 100, 100])
    feedAll(driven, 2, [rest, 100, 100, 100])
    feedAll(driven, 3, [rest, 100, 100, 100], [rest, 100, 100, 1])
    return driven.events.flatMap((event) => (event.type === 'liquidated' ? [`${event.symbol} ${event.price}`] : []))
  }
  assert.deepEqual(liquidated(150), [], '990 lost by D and 500 gained by another, of 900')
  assert.deepEqual(liquidated(95), ['D 150'], '50 lost elsewhere: nothing is left at 15')
})
