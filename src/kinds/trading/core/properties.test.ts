// What must hold for every market, strategy and limit: the account adds up to the last unit, nothing is known before its time,
// no limit is ever passed, a restart changes nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BTC, type Driven, feed, open, restart, walk } from '../../../../test/trading-driver.js'
import {
  type AnyStrategy,
  breakoutAtr,
  DEFAULT_RISK,
  defineStrategy,
  type FillModel,
  type Instrument,
  type RiskSettings,
  readParameters,
  rsiVolume,
  type Signal,
  smaCross,
} from '../public.js'

const steps = fc.array(fc.tuple(fc.integer({ min: -900, max: 900 }), fc.nat(300), fc.nat(300)), {
  minLength: 60,
  maxLength: 160,
})
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null })

const risks: fc.Arbitrary<Partial<RiskSettings>> = fc.record({
  tradeMode: fc.constantFrom('both', 'long-only', 'short-only'),
  targetLossUsd: fc.integer({ min: 1, max: 400 }),
  maxGlobalExposure: maybe(fc.integer({ min: 50, max: 20_000 })),
  maxSingleExposure: maybe(fc.integer({ min: 50, max: 20_000 })),
  maxPositions: fc.integer({ min: 1, max: 2 }),
  leverage: fc.constantFrom(1, 2, 10),
  capital: maybe(fc.integer({ min: 100, max: 9_000 })),
  dailyLossLimit: maybe(fc.integer({ min: 5, max: 500 })),
  maxDrawdownPercent: maybe(fc.integer({ min: 1, max: 50 })),
  cooldownMinutes: fc.nat(5),
  stopGuard: maybe(fc.constant({ stops: 2, withinMinutes: 30, pauseMinutes: 20 })),
  stopLossPercent: maybe(fc.constantFrom(0.1, 0.5, 2)),
  takeProfitPercent: maybe(fc.constantFrom(0.2, 1)),
  trailing: maybe(
    fc.constantFrom(
      { percent: 0.3, offsetPercent: 0, positivePercent: null },
      { percent: null, offsetPercent: 0.2, positivePercent: 0.1 },
    ),
  ),
  breakEven: maybe(fc.constant({ atPercent: 0.2, lockPercent: 0.05 })),
  partialTakeProfit: fc.constantFrom(
    [],
    [
      { atPercent: 0.1, part: 0.5 },
      { atPercent: 0.2, part: 0.3 },
    ],
  ),
  timeExit: maybe(fc.constant({ afterMinutes: 9, belowPercent: null })),
  profitByAge: fc.constantFrom(
    [],
    [
      { afterMinutes: 0, percent: 1 },
      { afterMinutes: 5, percent: 0.1 },
    ],
  ),
  opposite: fc.constantFrom('reverse', 'ignore'),
})

const fills: fc.Arbitrary<Partial<FillModel>> = fc.record({
  fill: fc.constantFrom('next-open', 'close'),
  slippage: fc.constantFrom(0, 0.0003),
  spread: fc.constantFrom(0, 0.0002),
  size: fc.constantFrom<FillModel['size']>(
    { type: 'all-in' },
    { type: 'fraction', fraction: 0.3 },
    { type: 'fixed', size: 0.05 },
    { type: 'risk' },
  ),
  funding: maybe(fc.constant({ rate: 0.0001, everyHours: 1 })),
  rules: fc.constantFrom('strict', 'freqtrade'),
})

/** Enters and leaves by the candle's last digits: more often, and less sensibly, than any strategy would. */
const restless = defineStrategy({
  name: 'restless',
  parameters: () => ({}),
  timeframes: () => ['5m'],
  start: () => ({ wild: 0, higher: 0 }),
  closed(_timeframe, candle, memory) {
    memory.higher = candle.close
  },
  next({ close, at }, memory): Signal | undefined {
    memory.wild = (memory.wild * 31 + Math.round(close * 10) + at / 60_000 + Math.round(memory.higher)) % 97
    if (memory.wild % 7 === 0) return { exit: 'both' }
    if (memory.wild % 11 === 0) return { exit: 'both', exitPrice: close * 1.001, goodForCandles: 2 }
    const enter = memory.wild % 2 ? 'long' : 'short'
    const away = enter === 'long' ? -1 : 1
    if (memory.wild % 5 === 0)
      return { enter, price: close * (1 + away * 0.0005), stop: close * (1 + away * 0.01), goodForCandles: 3 }
    return memory.wild % 3 === 0
      ? { enter, stop: close * (1 + away * 0.004), takeProfit: close * (1 - away * 0.003) }
      : undefined
  },
})

const quick = {
  rsiPeriod: 3,
  volumePeriod: 3,
  volumeFactor: 0.8,
  pattern: 'off',
  atrPeriod: 3,
  trendTimeframe: '5m',
  trendPeriod: 2,
}
const wanted: fc.Arbitrary<[AnyStrategy, Record<string, unknown>]> = fc.constantFrom(
  [restless, {}],
  [smaCross, { fast: 2, slow: 5, stopAtr: 1 }],
  [breakoutAtr, { channel: 4, atrPeriod: 3, exitChannel: 3 }],
  [rsiVolume, quick],
)

interface Case {
  strategy: AnyStrategy
  parameters: object
  risk: RiskSettings
  fill: Partial<FillModel>
  /** The first price: from hundreds of thousands of ticks down to a few, where everything rounds. */
  start: number
}

const starts = fc.constantFrom(30_000, 30_000, 40, 1.5)

const ETH: Instrument = { ...BTC, symbol: 'ETH', tick: 0.01, lot: 0.01 }

async function holds(
  check: (steps: [number, number, number][], it: Case) => void,
  { runs = 150 }: { runs?: number } = {},
) {
  const property = fc.asyncProperty(
    steps,
    wanted,
    risks,
    fills,
    starts,
    async (path, [strategy, given], risk, fill, start) => {
      const parameters = await readParameters(strategy, given)
      check(path, {
        strategy,
        parameters,
        risk: { ...DEFAULT_RISK, ...risk },
        fill,
        start,
      })
    },
  )
  await fc.assert(property, { numRuns: runs, includeErrorInReport: true })
}

const opened = ({ fill, start: _start, ...setup }: Case, instruments = [BTC]) =>
  open({ ...setup, instruments, doesVenueTrail: fill.rules === 'freqtrade' }, fill)

test('equity is what was paid in, realised, paid in fees and received as funding, and what is open, to the last unit', async () => {
  let trades = 0
  await holds((path, it) => {
    const driven = opened(it)
    for (const candle of walk(path, it.start)) {
      feed(driven, 'BTC', candle)
      assert.equal(BigInt(driven.core.equity(driven.state)), equityByHand(driven))
    }
    trades += driven.intents.filter(({ type }) => type === 'closed').length
  })
  assert.ok(trades > 500, `only ${trades} trades were looked at`)
})

/** From the fills alone, in BigInt: one lot of BTC is worth 0.0001 of quote for each tick, 10,000 cash units. */
function equityByHand({ core, state, events, intents }: Driven): bigint {
  const sides = new Map(
    intents.flatMap((intent) => (intent.type === 'place' ? [[intent.order.id, intent.order.side]] : [])),
  )
  let [cash, lots] = [BigInt(core.setup.cashUnits), 0n]
  for (const event of events) {
    if (event.type === 'funding') cash += BigInt(event.amount)
    if (event.type === 'liquidated') {
      cash += lots * BigInt(event.price) * 10_000n
      lots = 0n
    }
    if (event.type !== 'fill') continue
    const signed = BigInt(event.size) * (sides.get(event.order) === 'buy' ? 1n : -1n)
    cash -= signed * BigInt(event.price) * 10_000n + BigInt(event.fee)
    lots += signed
  }
  return cash + lots * BigInt(state.markets.BTC?.lastPrice ?? 0) * 10_000n
}

test('what comes later changes nothing of what was decided before', async () => {
  await holds((path, it) => {
    const candles = walk(path, it.start)
    const [whole, cut] = [opened(it), opened(it)]
    const half = Math.floor(candles.length / 2)
    for (const candle of candles.slice(0, half)) feed(cut, 'BTC', candle)
    for (const candle of candles) feed(whole, 'BTC', candle)
    assert.deepEqual(whole.intents.slice(0, cut.intents.length), cut.intents)
    assert.deepEqual(whole.events.slice(0, cut.events.length), cut.events)
  })
})

test('a restart at any candle, with nothing kept but text, changes nothing', async () => {
  await holds((path, it) => {
    const [through, broken] = [opened(it), opened(it)]
    for (const [i, candle] of walk(path, it.start).entries()) {
      feed(through, 'BTC', candle)
      if (i % 7 === 3) restart(broken)
      feed(broken, 'BTC', candle)
    }
    assert.deepEqual(broken.intents, through.intents)
    assert.equal(broken.core.save(broken.state), through.core.save(through.state))
  })
})

test('no fill opens more than the limits allow, of one symbol or of two together', async () => {
  let entries = 0
  await holds(
    (path, it) => {
      const driven = opened(it, [BTC, ETH])
      const { risk } = it
      const unit = driven.core.setup.unitsPerQuote
      const candles = { BTC: walk(path, it.start), ETH: walk([...path].reverse(), 2_000) }
      for (const i of path.keys()) {
        for (const symbol of ['BTC', 'ETH'] as const) {
          const before = driven.events.length
          feed(driven, symbol, candles[symbol][i] as (typeof candles.BTC)[number])
          const { positions } = driven.state.portfolio
          assert.ok(positions.length <= risk.maxPositions, `${positions.length} positions`)
          const hasFilled = driven.events.slice(before).some(({ type }) => type === 'fill')
          if (!hasFilled) continue
          entries++
          const used = positions.reduce((sum, { cost }) => sum + cost, 0)
          const most = Math.max(0, ...positions.map(({ cost }) => cost))
          assert.ok(most <= (risk.maxSingleExposure ?? Infinity) * unit, `${most} in one`)
          assert.ok(used <= (risk.maxGlobalExposure ?? Infinity) * unit, `${used} in all`)
          assert.ok(used <= (risk.capital ?? Infinity) * risk.leverage * unit, `${used} with the capital`)
        }
      }
    },
    { runs: 100 },
  )
  assert.ok(entries > 300, `only ${entries} fills were looked at`)
})

test('a candle without a real price is told and nothing happens on it', async () => {
  const spoil = fc.constantFrom(Number.NaN, 0, -1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  const fields = fc.constantFrom('open', 'high', 'low', 'close')
  const property = fc.asyncProperty(
    steps,
    wanted,
    fc.nat(59),
    spoil,
    fields,
    async (path, [strategy, given], at, value, field) => {
      const it = {
        strategy,
        parameters: await readParameters(strategy, given),
        risk: DEFAULT_RISK,
        fill: {},
        start: 30_000,
      }
      const candles = walk(path)
      const [spoilt, without] = [opened(it), opened(it)]
      for (const [i, candle] of candles.entries()) {
        if (i === at) {
          const before = spoilt.core.save(spoilt.state)
          const { intents } = spoilt.core.step(spoilt.state, {
            type: 'candle',
            symbol: 'BTC',
            candle: { ...candle, [field]: value },
            line: 7,
          })
          assert.equal(intents.length, 1)
          const [problem] = intents
          assert.ok(
            problem?.type === 'problem' && problem.problem.line === 7 && problem.problem.text.includes('line 7'),
          )
          assert.equal(spoilt.core.save(spoilt.state), before)
          continue
        }
        feed(spoilt, 'BTC', candle)
        feed(without, 'BTC', candle)
      }
      assert.deepEqual(spoilt.intents, without.intents)
    },
  )
  await fc.assert(property, { numRuns: 60 })
})
