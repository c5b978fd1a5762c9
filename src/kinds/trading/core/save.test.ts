// What a strategy's memory holds comes back from text, whenever it was put there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Driven, feed, open, restart, walk } from '../../../../test/trading-driver.js'
import { type AnyStrategy, Atr, defineStrategy, Ema, type Signal, Sma } from '../public.js'

const CANDLES = walk(Array.from({ length: 40 }, (_, i) => [((i * 37) % 19) - 9, i % 3, i % 4] as const))

function savedAfter(strategy: AnyStrategy, restartEvery: number): string {
  const driven: Driven = open({ strategy })
  for (const [i, candle] of CANDLES.entries()) {
    feed(driven, 'BTC', candle)
    if (restartEvery > 0 && i % restartEvery === restartEvery - 1) restart(driven)
  }
  return driven.core.save(driven.state)
}

interface Memory {
  seen: number
  late: Sma | null
  swapped: Sma | Ema | null
  byName: Map<string, { update(close: number): unknown }>
  list: Atr[]
  last: number
}

const late = defineStrategy({
  name: 'late',
  parameters: () => ({}),
  start: (): Memory => ({ seen: 0, late: null, swapped: new Sma(3), byName: new Map(), list: [], last: 0 }),
  next(candle, memory): Signal | undefined {
    memory.seen++
    if (memory.seen === 5) memory.late = new Sma(4)
    if (memory.seen === 9) memory.swapped = new Sma(7)
    if (memory.seen === 14) memory.swapped = new Ema(4)
    if (memory.seen === 20) memory.swapped = null
    if (memory.seen === 6) memory.byName.set('fast', new Ema(2))
    if (memory.seen === 7) memory.list.push(new Atr(3))
    memory.last = memory.late?.update(candle.close) ?? 0
    memory.last += memory.swapped?.update(candle.close) ?? 0
    for (const one of memory.byName.values()) memory.last += Number(one.update(candle.close) ?? 0)
    for (const atr of memory.list) memory.last += atr.update(candle) ?? 0
    return undefined
  },
})

test('indicators that were made, changed for others or dropped after the start go on after a restart', () => {
  const through = savedAfter(late, 0)
  for (const every of [1, 3, 8]) assert.equal(savedAfter(late, every), through, `a restart every ${every} candles`)
})

test("a plain object in an indicator's words stays a plain object", () => {
  const plain = defineStrategy({
    name: 'plain',
    parameters: () => ({}),
    start: () => ({ note: {} as object }),
    next(_candle, memory): undefined {
      memory.note = { indicator: 'sma', args: [3] }
    },
  })
  assert.equal(savedAfter(plain, 1), savedAfter(plain, 0))
})

test('a class of its own that the start does not make is refused at the restart, not handed back as something else', () => {
  class Own {
    toJSON() {
      return { own: 1 }
    }
    restore(stored: unknown) {
      return stored
    }
  }
  const own = defineStrategy({
    name: 'own',
    parameters: () => ({}),
    start: () => ({ own: null as Own | null }),
    next(_candle, memory): undefined {
      memory.own = new Own()
    },
  })
  assert.throws(() => savedAfter(own, 1), /memory\.own was written by a class that start\(\) does not put there/)
})
