import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Candle } from '../candles/candle.js'
import { aggregate } from './aggregate.js'

const M = 60_000
const HIGHER = [
  { timeframe: '15m', ms: 15 * M },
  { timeframe: '5m', ms: 5 * M },
]

const candle = (minute: number): Candle => ({
  at: minute * M,
  open: 100 + minute,
  high: 110 + minute,
  low: 90 + minute,
  close: 101 + minute,
  volume: 2,
})

/** @returns what closed with each base candle: `5m@0 open/high/low/close volume` */
function closedBy(minutes: number[]): Record<number, string[]> {
  const making: Record<string, Candle | null> = { '15m': null, '5m': null }
  const found: Record<number, string[]> = {}
  let lastAt = -1
  for (const minute of minutes) {
    aggregate(
      making,
      HIGHER,
      candle(minute),
      { lastAt, baseMs: M },
      (timeframe, { at, open, high, low, close, volume }) => {
        found[minute] = [...(found[minute] ?? []), `${timeframe}@${at / M} ${open}/${high}/${low}/${close} ${volume}`]
      },
    )
    lastAt = minute * M
  }
  return found
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)

test('a higher candle closes with the base candle that ends it, the longest first', () => {
  assert.deepEqual(closedBy(upTo(0, 15)), {
    4: ['5m@0 100/114/90/105 10'],
    9: ['5m@5 105/119/95/110 10'],
    14: ['15m@0 100/124/90/115 30', '5m@10 110/124/100/115 10'],
  })
})

test('the first one is left out when the data begins in the middle of it', () => {
  assert.deepEqual(closedBy(upTo(3, 15)), { 9: ['5m@5 105/119/95/110 10'], 14: ['5m@10 110/124/100/115 10'] })
})

test('one whose last candles are missing closes as soon as the next span begins, before anything else', () => {
  assert.deepEqual(closedBy([0, 1, 2, 6, 7, 8, 9, 10]), {
    6: ['5m@0 100/112/90/103 6'],
    9: ['5m@5 106/119/96/110 8'],
  })
})

test('an unfinished one is never handed out', () => {
  assert.deepEqual(closedBy([0, 1, 2, 3]), {})
})
