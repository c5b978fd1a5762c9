// The rules of fills inside one candle, as a table: what waits, the candle, what comes of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Order } from '../core/types.js'
import type { Waiting } from './book.js'
import { strictHit } from './strict.js'

type Row = [name: string, orders: Partial<Order>[], candle: [number, number, number, number], hit: string]

const stop = (side: 'buy' | 'sell', trigger: number): Partial<Order> => ({
  side,
  type: 'stop',
  purpose: 'stop',
  trigger,
})
const target = (side: 'buy' | 'sell', price: number): Partial<Order> => ({
  side,
  type: 'take-profit',
  purpose: 'take-profit',
  price,
})
const entry = (side: 'buy' | 'sell', price: number): Partial<Order> => ({
  side,
  type: 'limit',
  purpose: 'entry',
  price,
})

const ROWS: Row[] = [
  ['a stop the low reaches fills at its price', [stop('sell', 95)], [100, 101, 95, 99], 'stop 95 taker'],
  ['a stop the low does not reach waits', [stop('sell', 95)], [100, 101, 96, 99], 'nothing'],
  ['a stop that the open has passed fills at the open', [stop('sell', 95)], [90, 97, 89, 96], 'stop 90 taker'],
  ['a stop that the whole candle has passed fills at the open', [stop('sell', 95)], [90, 92, 89, 91], 'stop 90 taker'],
  ["a short's stop fills at its price", [stop('buy', 105)], [100, 105, 99, 101], 'stop 105 taker'],
  [
    "a short's stop that the open has passed fills at the open",
    [stop('buy', 105)],
    [110, 112, 100, 101],
    'stop 110 taker',
  ],
  ['a target the high reaches fills at its price', [target('sell', 105)], [100, 105, 99, 101], 'take-profit 105 maker'],
  [
    'a target that the open has passed fills at the better open',
    [target('sell', 105)],
    [108, 109, 99, 101],
    'take-profit 108 taker',
  ],
  ["a short's target fills at its price", [target('buy', 95)], [100, 101, 94, 99], 'take-profit 95 maker'],
  [
    'a stop goes before a target in one candle',
    [target('sell', 105), stop('sell', 95)],
    [100, 106, 94, 100],
    'stop 95 taker',
  ],
  ['a limit entry fills at its price', [entry('buy', 98)], [100, 101, 97, 99], 'entry 98 maker'],
  ['a limit entry fills at a better open', [entry('buy', 98)], [96, 101, 95, 99], 'entry 96 taker'],
  ['a limit entry that is not reached waits', [entry('buy', 98)], [100, 101, 99, 99], 'nothing'],
  ['a short entry fills at its price', [entry('sell', 103)], [100, 103, 99, 101], 'entry 103 maker'],
  [
    'what closes goes before what opens',
    [entry('buy', 98), target('sell', 105)],
    [100, 106, 97, 99],
    'take-profit 105 maker',
  ],
]

const waitingOf = (order: Partial<Order>): Waiting => ({
  order: { symbol: 'X', price: 0, trigger: 0, ...order } as Order,
  firstTrigger: order.trigger ?? 0,
  isInside: false,
})

function hitOf(waiting: Waiting[], [open, high, low, close]: Row[2]): string {
  const hit = strictHit(waiting, 'X', { at: 0, open, high, low, close })
  return hit ? `${hit.waiting.order.purpose} ${hit.price} ${hit.isMaker ? 'maker' : 'taker'}` : 'nothing'
}

for (const [name, orders, candle, expected] of ROWS) {
  test(name, () => assert.equal(hitOf(orders.map(waitingOf), candle), expected))
}

test('after an entry inside a candle only its stop can be told, at its own price', () => {
  const inside = [stop('sell', 97), target('sell', 105)].map((order) => ({ ...waitingOf(order), isInside: true }))
  assert.equal(hitOf(inside, [96, 106, 95, 100]), 'stop 97 taker')
  assert.equal(hitOf(inside, [100, 106, 98, 100]), 'nothing')
})

test("another symbol's candle fills nothing", () => {
  assert.equal(
    strictHit([waitingOf(stop('sell', 95))], 'Y', { at: 0, open: 90, high: 90, low: 90, close: 90 }),
    undefined,
  )
})
