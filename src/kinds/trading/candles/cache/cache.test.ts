import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import type { Instrument } from '../venues/venue.js'
import { CHUNK_CANDLES, openCache } from './cache.js'
import { columnsFrom, type Row } from './columns.js'

const dir = mkdtempSync(path.join(tmpdir(), 'frota-candles-'))
after(() => rmSync(dir, { recursive: true, force: true }))
let files = 0
const newCache = () => openCache(path.join(dir, `${files++}`, 'candles.db'))

export const BTC: Instrument = {
  venue: 'bybit',
  native: 'BTCUSDT',
  symbol: 'BTC/USDT:USDT',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.1',
  lot: '0.001',
  minNotional: '5',
  listedAt: null,
}
const MINUTE = 60_000
const rows = (from: number, to: number, price = 100): Row[] =>
  Array.from({ length: to - from }, (_, at) => [(from + at) * MINUTE, price, price + 1, price - 1, price, at])
const span = (from: number, to: number) => ({ from: from * MINUTE, to: to * MINUTE })

test('candles come back in order, over the borders of chunks, cut to what was asked', () => {
  const cache = newCache()
  const series = cache.series(BTC, '1m')
  cache.put(series, columnsFrom(rows(9000, 20_000)), span(9000, 20_000))
  cache.put(series, columnsFrom(rows(5, 9000)), span(0, 9000))
  const read = [...cache.chunks(series, span(100, 19_000))]
  assert.ok(read.length >= 3 && read.every(({ length }) => length <= CHUNK_CANDLES))
  const openings = read.flatMap(({ at }) => [...at])
  assert.deepEqual(
    openings,
    rows(100, 19_000).map(([at]) => at),
  )
  assert.deepEqual(cache.asked(series), [span(0, 20_000)])
  const { candles, first, last } = cache.held(series)
  assert.deepEqual({ candles, first, last }, { candles: 19_995, first: 5 * MINUTE, last: 19_999 * MINUTE })
  cache.close()
})

test('the same candles a second time are counted once, and what came last counts', () => {
  const cache = newCache()
  const series = cache.series(BTC, '1m')
  cache.put(series, columnsFrom(rows(0, 50)), span(0, 50))
  cache.put(series, columnsFrom(rows(40, 60, 200)), span(40, 60))
  const [all] = cache.chunks(series, span(0, 1000))
  assert.equal(all?.length, 60)
  assert.deepEqual([all?.close[39], all?.close[40]], [100, 200])
  cache.close()
})

test('what is forgotten is asked for again, and nothing beside it', () => {
  const cache = newCache()
  const series = cache.series(BTC, '1m')
  cache.put(series, columnsFrom(rows(0, 3 * CHUNK_CANDLES)), span(0, 3 * CHUNK_CANDLES))
  cache.forget(series, { from: (CHUNK_CANDLES + 5) * MINUTE, to: (CHUNK_CANDLES + 6) * MINUTE })
  assert.deepEqual(cache.asked(series), [span(0, CHUNK_CANDLES), span(2 * CHUNK_CANDLES, 3 * CHUNK_CANDLES)])
  assert.equal(cache.held(series).candles, 2 * CHUNK_CANDLES)
  cache.close()
})

test('a removed series leaves nothing of itself; another one stays', () => {
  const cache = newCache()
  const [minutes, hours] = [cache.series(BTC, '1m'), cache.series(BTC, '1h')]
  cache.put(minutes, columnsFrom(rows(0, 100)), span(0, 100))
  cache.put(hours, columnsFrom([[3_600_000, 1, 1, 1, 1, 1]]), span(0, 120))
  cache.remove(minutes)
  assert.deepEqual(
    cache.all().map(({ timeframe }) => timeframe),
    ['1h'],
  )
  assert.equal(cache.held(minutes).candles, 0)
  assert.equal(cache.held(hours).candles, 1)
  cache.close()
})
