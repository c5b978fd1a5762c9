import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cashDecimalsFor, Measure } from './measure.js'
import { emptyPortfolio } from './portfolio.js'
import { freshProtections } from './protections.js'
import { type Account, type Ask, assess, type Limits } from './risk.js'
import { ALL_ALLOWED, DEFAULT_RISK } from './settings.js'
import type { Order, Position } from './types.js'

const UNIT = 1e8
const measure = new Measure(
  { symbol: 'X', tick: 0.01, lot: 0.001, minNotional: 10, multiplier: 1, takerFee: 0, makerFee: 0 },
  cashDecimalsFor(10_000),
)
/** Long at 100.00 with its stop at 98.00: 2 of quote currency are lost by each unit. */
const ask: Ask = { symbol: 'X', side: 'long', price: 10_000, stop: 9_800, takeProfit: 0, at: 1000 }
const position = (symbol: string, cost: number) => ({ symbol, cost: cost * UNIT, exitOrder: '' }) as Position
const waiting = (maxNotional: number) => ({ symbol: 'Y', purpose: 'entry', maxNotional: maxNotional * UNIT }) as Order

interface Given {
  ask?: Partial<Ask>
  risk?: Partial<Limits['risk']>
  sizing?: Limits['sizing']
  plan?: Partial<Limits['entitlements']>
  equity?: number
  positions?: Position[]
  waiting?: Order[]
  protections?: Partial<Account['protections']>
}

function judge(given: Given) {
  const equity = (given.equity ?? 10_000) * UNIT
  const account: Account = {
    portfolio: { ...emptyPortfolio(equity), positions: given.positions ?? [] },
    equity,
    waiting: given.waiting ?? [],
    protections: { ...freshProtections(equity), ...given.protections },
  }
  const risk = { ...DEFAULT_RISK, ...given.risk }
  const limits = {
    risk,
    entitlements: { ...ALL_ALLOWED, ...given.plan },
    sizing: given.sizing ?? { type: 'risk' as const },
  }
  const answer = assess({ ...ask, ...given.ask }, account, limits, measure)
  return answer.ok ? answer : answer.code
}

test('the size is what loses the target at the stop, rounded down to the lot', () => {
  assert.deepEqual(judge({}), { ok: true, size: 2500, spend: 0, maxNotional: 2500 * UNIT })
  const third = judge({ ask: { stop: 9_700 } })
  assert.ok(typeof third === 'object' && third.size === 1666)
  const short = judge({ ask: { side: 'short', stop: 10_100 }, risk: { targetLossUsd: 7.5 } })
  assert.ok(typeof short === 'object' && short.size === 7500)
})

for (const [name, given, expected] of [
  ['a halt', { protections: { halted: { reason: 'by command', at: 1 } } }, 'HALTED'],
  ['too many stops', { protections: { pausedUntil: 1001 } }, 'STOP_GUARD'],
  ['a stop of the same symbol', { protections: { quietUntil: { X: 1001 } } }, 'COOLDOWN'],
  ['a day that lost enough', { protections: { isDayOver: true } }, 'DAILY_LOSS'],
  ['a mode', { risk: { tradeMode: 'short-only' } }, 'TRADE_MODE'],
  ['two positions', { positions: [position('A', 1), position('B', 1)] }, 'MAX_POSITIONS'],
  ['one position and one on its way', { positions: [position('A', 1)], waiting: [waiting(1)] }, 'MAX_POSITIONS'],
  ['a stop above a long', { ask: { stop: 10_100 } }, 'STOP_ON_WRONG_SIDE'],
  ['a stop at the price', { ask: { stop: 10_000 } }, 'STOP_ON_WRONG_SIDE'],
  ["a short's stop at the price", { ask: { side: 'short', stop: 10_000 } }, 'STOP_ON_WRONG_SIDE'],
  ['a target at the price', { ask: { takeProfit: 10_000 } }, 'TARGET_ON_WRONG_SIDE'],
  [
    "a short's target at the price",
    { ask: { side: 'short', stop: 10_100, takeProfit: 10_000 } },
    'TARGET_ON_WRONG_SIDE',
  ],
  ['a target below a long', { ask: { takeProfit: 9_900 } }, 'TARGET_ON_WRONG_SIDE'],
  ['a target above a short', { ask: { side: 'short', stop: 10_100, takeProfit: 10_050 } }, 'TARGET_ON_WRONG_SIDE'],
  ['no stop', { ask: { stop: 0 } }, 'NO_STOP'],
  ['all that may be open being open', { positions: [position('A', 5000)] }, 'GLOBAL_EXPOSURE'],
  ['all that may be open waiting', { waiting: [waiting(5000)] }, 'GLOBAL_EXPOSURE'],
  ['an entry of unknown size waiting', { waiting: [waiting(0)] }, 'GLOBAL_EXPOSURE'],
  ['a limit below one lot', { risk: { maxSingleExposure: 0.05 } }, 'SINGLE_EXPOSURE'],
  ['a capital that is used', { risk: { capital: 300 }, positions: [position('A', 300)] }, 'CAPITAL'],
  ['a plan whose capital is used', { plan: { capital: 100 }, positions: [position('A', 100)] }, 'CAPITAL'],
  ['an account that is used', { equity: 100, positions: [position('A', 100)] }, 'LEVERAGE'],
  ['a stop too far away', { ask: { stop: 1 }, risk: { targetLossUsd: 0.05 } }, 'BELOW_LOT'],
  ['less than the venue takes', { risk: { targetLossUsd: 0.1 } }, 'BELOW_MIN_NOTIONAL'],
  ['more units than may be', { sizing: { type: 'fixed', size: 30 } }, 'SINGLE_EXPOSURE'],
  ['more units than the account pays', { sizing: { type: 'fixed', size: 3 }, equity: 200 }, 'LEVERAGE'],
] as [string, Given, string][]) {
  test(`${name} is refused with ${expected}`, () => assert.equal(judge(given), expected))
}

test('what is too large is made as small as the narrowest limit has it', () => {
  const sizeOf = (given: Given) => {
    const answer = judge({ ask: { stop: 9_990 }, ...given })
    return typeof answer === 'object' ? answer.size : answer
  }
  assert.equal(sizeOf({}), 25_000, '2,500 in one position')
  assert.equal(sizeOf({ positions: [position('A', 4000)] }), 10_000, '5,000 in all')
  assert.equal(sizeOf({ risk: { capital: 700 }, plan: { capital: 900 } }), 7_000)
  assert.equal(sizeOf({ risk: { capital: 900 }, plan: { capital: 700 } }), 7_000)
  assert.equal(sizeOf({ equity: 600 }), 6_000)
  assert.equal(sizeOf({ equity: 600, risk: { leverage: 2 } }), 12_000)
  assert.equal(
    sizeOf({ positions: [position('X', 4000)] }),
    25_000,
    'what is open of the same symbol is on its way out',
  )
})

test('all-in and a part are sized at the fill, under the limits that were set alone', () => {
  const free = { maxSingleExposure: null, maxGlobalExposure: null }
  const allIn = { type: 'all-in' } as const
  assert.deepEqual(judge({ sizing: allIn, risk: free, ask: { stop: 0 } }), {
    ok: true,
    size: 0,
    spend: 1,
    maxNotional: 0,
  })
  assert.deepEqual(judge({ sizing: allIn }), { ok: true, size: 0, spend: 1, maxNotional: 2500 * UNIT })
  const half = { type: 'fraction', fraction: 0.5 } as const
  assert.deepEqual(judge({ sizing: half, risk: free }), { ok: true, size: 0, spend: 0.5, maxNotional: 0 })
})
