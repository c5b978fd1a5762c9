// What the core does with signals, fills, commands and protections, told candle by candle.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BTC, type Driven, feed, open, restart, tell } from '../../../../test/trading-driver.js'
import {
  createCore,
  DEFAULT_RISK,
  type FillModel,
  type Intent,
  type RiskSettings,
  type Signal,
  signalsStrategy,
  smaCross,
} from '../public.js'

const ONE = { type: 'fixed', size: 1 } as const
const FREE = { ...DEFAULT_RISK, maxGlobalExposure: null, maxSingleExposure: null }

function opened(signals: (Signal | null)[], risk: Partial<RiskSettings> = {}, fill: Partial<FillModel> = {}): Driven {
  const strategy = signalsStrategy(signals)
  return open({ strategy, risk: { ...FREE, ...risk } }, { cash: 10_000, size: ONE, ...fill })
}

/** Rows of open, high, low, close; a minute each. */
function feedRows(driven: Driven, rows: [number, number, number, number][], from = 0): void {
  for (const [i, [o, high, low, close]] of rows.entries()) {
    feed(driven, 'BTC', { at: (from + i) * 60_000, open: o, high, low, close, volume: 1 })
  }
}

const flat = (price: number): [number, number, number, number] => [price, price, price, price]

/** `reason entry→exit size` of each closed trade, sizes in lots. */
const closedIn = ({ intents }: Driven) =>
  intents.flatMap((intent) => {
    if (intent.type !== 'closed') return []
    const { reason, entryPrice, exitPrice, size } = intent.trade
    return [`${reason} ${entryPrice / 10}→${exitPrice / 10} ${size}`]
  })

const told = ({ intents }: Driven, type: 'note' | 'refused') =>
  intents.flatMap((intent: Intent) => (intent.type === type && 'code' in intent ? [intent.code] : []))

test('a break-even stop lies beyond the entry once the profit was there', () => {
  const driven = opened([{ enter: 'long', stop: 90 }], { breakEven: { atPercent: 5, lockPercent: 1 } })
  feedRows(driven, [flat(100), [100, 106, 100, 104], [104, 104, 100, 100]])
  assert.deepEqual(closedIn(driven), ['break-even 100→101 1000'])
})

test('a trailing stop moves on closed candles: the candle that made the high does not hit it', () => {
  const driven = opened([{ enter: 'long', stop: 90 }], {
    trailing: { percent: 5, offsetPercent: 0, positivePercent: null },
  })
  feedRows(driven, [flat(100), [100, 120, 96, 110], [115, 116, 112, 113]])
  assert.deepEqual(closedIn(driven), ['trailing-stop 100→114 1000'])
})

test('parts are sold in turn, both in one candle when its high reaches them, and the stop guards what is left', () => {
  const levels = [
    { atPercent: 2, part: 0.5 },
    { atPercent: 4, part: 0.25 },
  ]
  const driven = opened([{ enter: 'long', stop: 95 }], { partialTakeProfit: levels })
  feedRows(driven, [flat(100), [100, 105, 99, 100], [100, 100, 94, 94]])
  assert.deepEqual(closedIn(driven), [
    'partial-take-profit 100→102 500',
    'partial-take-profit 100→104 250',
    'stop-loss 100→95 250',
  ])
  assert.deepEqual(driven.state.orders, [])
  assert.deepEqual(driven.venue.book.waiting, [])
})

test('a position leaves by its age, and by the profit that its age asks for', () => {
  const old = opened([{ enter: 'long' }], { timeExit: { afterMinutes: 2, belowPercent: null } })
  feedRows(old, [flat(100), flat(100), flat(101), flat(102)])
  assert.deepEqual(closedIn(old), ['time-exit 100→102 1000'])
  const aged = opened([{ enter: 'long' }], {
    profitByAge: [
      { afterMinutes: 0, percent: 10 },
      { afterMinutes: 2, percent: 1 },
    ],
  })
  feedRows(aged, [flat(100), [100, 105, 100, 100], [100, 105, 100, 100], [100, 105, 100, 100]])
  assert.deepEqual(closedIn(aged), ['take-profit 100→101 1000'])
})

test('a drawdown halts and flattens, entries stay refused through a restart, and go on by command', () => {
  const enter: Signal = { enter: 'long' }
  const driven = opened(
    [enter, null, null, enter, enter, enter, null],
    { maxDrawdownPercent: 1 },
    { size: { type: 'all-in' } },
  )
  feedRows(driven, [flat(100), flat(100), flat(98), flat(98), flat(98)])
  assert.deepEqual(told(driven, 'note'), ['DRAWDOWN_HALT'])
  assert.equal(closedIn(driven).length, 1)
  restart(driven)
  assert.deepEqual(told(driven, 'refused'), ['HALTED', 'HALTED'])
  tell(driven, { type: 'command', command: 'resume', at: 300_000 })
  feedRows(driven, [flat(98), flat(98)], 5)
  assert.equal(driven.state.portfolio.positions.length, 1)
})

test('a day that lost enough makes no entries until the next one begins', () => {
  const enter: Signal = { enter: 'long', stop: 90 }
  const driven = opened([enter, null, enter, enter], { dailyLossLimit: 5 })
  feedRows(driven, [flat(100), [100, 100, 80, 85], flat(85)])
  assert.deepEqual([told(driven, 'note'), told(driven, 'refused')], [['DAILY_LOSS'], ['DAILY_LOSS']])
  feedRows(driven, [flat(100)], 1440)
  assert.deepEqual(told(driven, 'refused'), ['DAILY_LOSS'])
  assert.equal(driven.state.orders.length, 1)
})

test('after a stop its symbol rests, and after several that lost everything does', () => {
  const enter: Signal = { enter: 'long', stop: 99 }
  const resting = opened([enter, enter, enter, null], { cooldownMinutes: 2 })
  feedRows(resting, [flat(100), [100, 100, 98, 100], flat(100), flat(100)])
  assert.deepEqual(told(resting, 'refused'), ['COOLDOWN'])
  assert.equal(resting.state.portfolio.positions.length, 1, 'two minutes later it may enter again')
  const guarded = opened([enter, enter, enter, enter], { stopGuard: { stops: 2, withinMinutes: 10, pauseMinutes: 60 } })
  feedRows(guarded, [flat(100), [100, 100, 98, 100], [100, 100, 98, 100], flat(100)])
  assert.deepEqual([told(guarded, 'note'), told(guarded, 'refused')], [['STOP_GUARD'], ['STOP_GUARD', 'STOP_GUARD']])
})

test('a halt withdraws what waits and keeps what is open; flatten closes it', () => {
  const driven = opened([{ enter: 'long', stop: 90 }, null, null])
  feedRows(driven, [flat(100), flat(100)])
  tell(driven, { type: 'command', command: 'halt', at: 120_000, reason: 'night' })
  feedRows(driven, [flat(100)], 2)
  assert.equal(driven.state.portfolio.positions.length, 1)
  tell(driven, { type: 'command', command: 'flatten', at: 180_000 })
  feedRows(driven, [flat(101)], 3)
  assert.deepEqual([closedIn(driven), told(driven, 'note')], [['flatten 100→101 1000'], ['HALTED', 'FLATTEN']])
})

test('a signal for the other side turns the position round, or is ignored', () => {
  const signals: Signal[] = [{ enter: 'long' }, { enter: 'short' }]
  const turned = opened(signals)
  feedRows(turned, [flat(100), flat(100), flat(101)])
  assert.deepEqual([closedIn(turned), turned.state.portfolio.positions[0]?.side], [['reverse 100→101 1000'], 'short'])
  const ignored = opened(signals, { opposite: 'ignore' })
  feedRows(ignored, [flat(100), flat(100), flat(101)])
  assert.deepEqual([closedIn(ignored), told(ignored, 'refused')], [[], ['ALREADY_OPEN']])
})

test('a limit entry waits as long as it is good for, is moved by the next signal and withdrawn by word', () => {
  const limit = (price: number): Signal => ({ enter: 'long', price, goodForCandles: 2 })
  const late = opened([limit(95)])
  feedRows(late, [flat(100), flat(100), flat(100), flat(95)])
  assert.equal(late.state.portfolio.positions.length, 0)
  const moved = opened([limit(95), limit(99)])
  feedRows(moved, [flat(100), flat(100), [100, 100, 98, 98]])
  assert.equal(moved.state.portfolio.positions[0]?.entryPrice, 990)
  const withdrawn = opened([limit(95), { cancel: true }])
  feedRows(withdrawn, [flat(100), flat(100), flat(90)])
  assert.equal(withdrawn.state.portfolio.positions.length, 0)
  assert.deepEqual(withdrawn.venue.book.waiting, [])
})

test('funding is paid by longs and received by shorts, once for each hour that it is due', () => {
  const funding = { rate: 0.001, everyHours: 1 }
  for (const [enter, sign] of [
    ['long', -1],
    ['short', 1],
  ] as const) {
    const driven = opened([{ enter }], {}, { funding })
    feedRows(driven, [flat(100), flat(100), flat(100), flat(100)], 58)
    assert.equal(driven.state.portfolio.funding, sign * 0.1 * 1e8)
  }
})

test('an account that is used up is liquidated where nothing is left of it, and trades no more', () => {
  const driven = opened(
    [{ enter: 'long' }, { enter: 'long' }, { enter: 'long' }],
    { leverage: 10 },
    { size: { type: 'all-in' }, cash: 1000, fee: 0 },
  )
  feedRows(driven, [flat(100), [100, 100, 80, 100], flat(100), flat(100)])
  assert.deepEqual(
    closedIn(driven).map((text) => text.split(' ')[0]),
    ['liquidation'],
  )
  const left = driven.core.equity(driven.state)
  assert.ok(left <= 0 && left > -10 * 1e8, `${left}: within a tick of zero, which is worth 10`)
  assert.deepEqual(told(driven, 'note'), ['OUT_OF_MONEY'])
  assert.ok(driven.state.portfolio.positions.length === 0)
})

test('a stop that the venue refuses closes the position at the market', () => {
  const driven = opened([{ enter: 'long', stop: 90 }, null])
  feedRows(driven, [flat(100), flat(100)])
  const { stopOrder } = driven.state.portfolio.positions[0] ?? { stopOrder: '' }
  tell(driven, { type: 'rejected', order: stopOrder, symbol: 'BTC', at: 120_000, text: 'no stops today' })
  feedRows(driven, [flat(101)], 2)
  assert.deepEqual([closedIn(driven), told(driven, 'note')], [['stop-loss 100→101 1000'], ['REJECTED']])
})

test('an entry that is filled in pieces is one position at their mean, and its cost is exact', () => {
  const core = createCore({
    instruments: [BTC],
    timeframe: '1m',
    strategy: signalsStrategy([{ enter: 'long', stop: 90 }]),
    parameters: {},
    risk: FREE,
    sizing: ONE,
    cash: 10_000,
  })
  const state = core.start()
  core.step(state, {
    type: 'candle',
    symbol: 'BTC',
    candle: { at: 0, open: 100, high: 100, low: 100, close: 100, volume: 1 },
  })
  const piece = { type: 'fill', order: 'BTC-1', symbol: 'BTC', at: 60_000, isMaker: false, fee: 0 } as const
  core.step(state, { ...piece, price: 1000, size: 400 })
  const { intents } = core.step(state, { ...piece, price: 1003, size: 600 })
  const [position] = state.portfolio.positions
  assert.deepEqual(
    [position?.size, position?.entryPrice, position?.cost],
    [1000, 1002, (400 * 1000 + 600 * 1003) * 10_000],
  )
  assert.deepEqual(intents, [{ type: 'amend', order: 'BTC-2', symbol: 'BTC', size: 1000 }])
})

test('fills that nobody asked for, and signals that make no sense, are told', () => {
  const driven = opened([{ enter: 'long', stop: Number.NaN }, { enter: 'long', price: -1 }, { enter: 'up' as 'long' }])
  feedRows(driven, [flat(100), flat(100), flat(100)])
  tell(driven, { type: 'fill', order: 'BTC-99', symbol: 'BTC', at: 0, price: 1, size: 1, fee: 0, isMaker: false })
  assert.deepEqual(
    [told(driven, 'refused'), told(driven, 'note')],
    [['BAD_SIGNAL', 'BAD_SIGNAL', 'BAD_SIGNAL'], ['UNKNOWN_ORDER']],
  )
})

test('a plan that does not allow it is refused before the first candle', () => {
  const plan = { capital: null, strategies: ['rsi-volume'], timeframes: 1, symbols: 1 }
  const setup = {
    instruments: [BTC],
    timeframe: '1m',
    strategy: smaCross,
    parameters: { fast: 2, slow: 3, atrPeriod: 14, stopAtr: 0 },
    risk: FREE,
    sizing: ONE,
    cash: 100,
  }
  assert.throws(() => createCore({ ...setup, entitlements: plan }), /the plan does not allow the strategy sma-cross/)
  const two = [BTC, { ...BTC, symbol: 'ETH' }]
  assert.throws(
    () => createCore({ ...setup, instruments: two, entitlements: plan }),
    /the plan allows 1 symbols, this needs 2/,
  )
})
