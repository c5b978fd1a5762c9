// Prices at the edge of a tick, and limits while orders wait: where whole numbers meet what strategies ask for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BTC, type Driven, feed, open } from '../../../../test/trading-driver.js'
import { DEFAULT_RISK, defineStrategy, type RiskSettings, type Signal, signalsStrategy } from '../public.js'

const FREE = { ...DEFAULT_RISK, maxGlobalExposure: null, maxSingleExposure: null }

function flat(driven: Driven, symbol: string, minute: number, price: number): void {
  feed(driven, symbol, { at: minute * 60_000, open: price, high: price, low: price, close: price, volume: 1 })
}

const codes = ({ intents }: Driven) => intents.flatMap((intent) => (intent.type === 'refused' ? [intent.code] : []))

function asked(signal: Signal, price: number, risk: Partial<RiskSettings> = {}): Driven {
  const driven = open({ strategy: signalsStrategy([signal]), risk: { ...FREE, ...risk } }, { size: { type: 'risk' } })
  for (const minute of [0, 1]) flat(driven, 'BTC', minute, price)
  return driven
}

test('a stop or a target on the very tick of the entry is refused on both sides', () => {
  for (const enter of ['long', 'short'] as const) {
    assert.deepEqual(codes(asked({ enter, stop: 100.04 }, 100)), ['STOP_ON_WRONG_SIDE'], enter)
    const stop = enter === 'long' ? 99 : 101
    assert.deepEqual(codes(asked({ enter, stop, takeProfit: 100.04 }, 100)), ['TARGET_ON_WRONG_SIDE'], enter)
  }
})

test('what a strategy answers that is no signal is refused, not overheard', () => {
  for (const answer of ['buy', true, 1, { buy: true }, { enter: 'long', stopLoss: 99 }]) {
    const driven = asked(answer as Signal, 100)
    assert.deepEqual([codes(driven), driven.state.orders], [['BAD_SIGNAL'], []], JSON.stringify(answer))
  }
})

test('a stop by a percentage lies one tick away at least, and never at nothing', () => {
  for (const [enter, sign] of [
    ['long', -1],
    ['short', 1],
  ] as const) {
    const near = asked({ enter }, 100, { stopLossPercent: 0.001, takeProfitPercent: 0.001 })
    const [position] = near.state.portfolio.positions
    assert.deepEqual([position?.stop, position?.takeProfit], [1000 + sign, 1000 - sign])
  }
  const cheap = open(
    { strategy: signalsStrategy([{ enter: 'long' }]), risk: { ...FREE, stopLossPercent: 99 } },
    { size: { type: 'risk' } },
  )
  for (const minute of [0, 1]) flat(cheap, 'BTC', minute, 0.3)
  assert.deepEqual(codes(cheap), [])
  assert.equal(cheap.state.portfolio.positions[0]?.stop, 1)
})

test('prices of a signal that come to no tick, or to more than can be counted, are refused, not taken for none', () => {
  for (const field of ['stop', 'price', 'takeProfit'] as const) {
    for (const value of [0.04, 1e-9, 9.5e14]) {
      const driven = asked({ enter: 'long', stop: 90, [field]: value }, 100)
      assert.deepEqual([codes(driven), driven.state.orders], [['BAD_SIGNAL'], []], `${field} ${value}`)
    }
  }
  const leaving: Signal[] = [
    { enter: 'long', stop: 90 },
    { exit: 'long', exitPrice: 0.04 },
  ]
  const driven = open({ strategy: signalsStrategy(leaving), risk: FREE }, { size: { type: 'risk' } })
  for (const minute of [0, 1, 2]) flat(driven, 'BTC', minute, 100)
  assert.deepEqual([codes(driven), driven.state.portfolio.positions.length], [['BAD_SIGNAL'], 1])
})

test('a candle whose price is below half a tick is told and not traded on, whatever the size', () => {
  for (const size of [{ type: 'all-in' }, { type: 'fraction', fraction: 0.1 }] as const) {
    const enter: Signal = { enter: 'long', stop: 50 }
    const driven = open({ strategy: signalsStrategy([enter, enter, enter]), risk: FREE }, { size })
    flat(driven, 'BTC', 0, 100)
    flat(driven, 'BTC', 1, 0.04)
    flat(driven, 'BTC', 2, 0.05)
    const problems = driven.intents.flatMap((intent) => (intent.type === 'problem' ? [intent.problem] : []))
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['below-tick', 'gap'],
    )
    assert.match(problems[0]?.text ?? '', /0\.04 is less than half a tick of 0\.1/)
    assert.equal(driven.events.filter(({ type }) => type === 'fill').length, 2, 'the entry and its stop at 0.05')
    assert.equal(driven.state.portfolio.positions.length, 0)
  }
})

/** Enters where nothing is open, and leaves by a limit that is never reached. */
const clinging = defineStrategy({
  name: 'clinging',
  parameters: () => ({}),
  start: () => ({}),
  next({ close }, _memory, { position }): Signal {
    if (!position) return { enter: 'long', stop: close * 0.99 }
    return { exit: 'long', exitPrice: close * 2, goodForCandles: 50 }
  },
})

test('what waits for its limit exit is open still: neither positions nor exposure pass their limits', () => {
  const names = ['BTC', 'B', 'C', 'D']
  const limits = fc.record({
    maxPositions: fc.integer({ min: 1, max: 4 }),
    maxGlobalExposure: fc.integer({ min: 50, max: 500 }),
    maxSingleExposure: fc.integer({ min: 50, max: 200 }),
    leverage: fc.constantFrom(1, 3),
  })
  const property = fc.property(limits, fc.array(fc.nat(3), { minLength: 20, maxLength: 40 }), (risk, order) => {
    const instruments = names.map((symbol) => ({ ...BTC, symbol, lot: 1e-6 }))
    const driven = open({ strategy: clinging, instruments, risk: { ...FREE, ...risk } }, { size: { type: 'risk' } })
    const minutes: Record<string, number> = {}
    for (const which of order) {
      const symbol = names[which] as string
      const minute = (minutes[symbol] ?? -1) + 1
      minutes[symbol] = minute
      flat(driven, symbol, minute, 100)
      const { positions } = driven.state.portfolio
      const used = positions.reduce((sum, { cost }) => sum + cost, 0)
      assert.ok(positions.length <= risk.maxPositions, `${positions.length} positions`)
      assert.ok(used <= risk.maxGlobalExposure * driven.core.setup.unitsPerQuote, `${used} in all`)
    }
  })
  fc.assert(property, { numRuns: 100 })
})
