import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BTC, candlesAtSim, MARCH, NOW } from '../../../../test/candles-at-sim.js'
import { run } from './candles.js'
import type { CandlesInput } from './candles-input.js'

const { job, get, control, requests, paths, allOf, said, sim, open } = candlesAtSim()

for (const [venue, symbol] of [
  ['binanceusdm', 'BTC/USDT:USDT'],
  ['bybit', 'BTCUSDT'],
  ['hyperliquid', 'BTC'],
] as const) {
  test(`${venue}: four whole days of hours, each once, in order, by either name of the symbol`, async () => {
    const { rows } = await get({ ...MARCH, venue, symbol: [symbol] })
    assert.deepEqual([rows[0]?.candles, rows[0]?.added, rows[0]?.missing], [96, 96, 0])
    const all = allOf('1h', venue)
    assert.deepEqual(
      all.map(([at]) => at),
      Array.from({ length: 96 }, (_, hour) => Date.parse('2024-03-01') + hour * 3_600_000),
    )
  })
}

test('the unfinished candle is left out, by the venue’s clock and not by ours', async () => {
  const { rows } = await get({ ...BTC, venue: 'binanceusdm', from: '2024-03-05' })
  assert.equal(rows[0]?.to, '2024-03-05T09:00:00.000Z')
  sim().clock.set(Date.parse('2024-03-05T11:00:01Z'))
  assert.equal((await get({ ...BTC, venue: 'binanceusdm' })).rows[0]?.added, 0, 'it may still change for a moment')
  sim().clock.set(Date.parse('2024-03-05T11:00:05Z'))
  assert.equal((await get({ ...BTC, venue: 'binanceusdm' })).rows[0]?.to, '2024-03-05T10:00:00.000Z')
})

test('a second download asks for nothing but what is new', async () => {
  await get(MARCH)
  const before = (await requests()).length
  const { rows } = await get({ ...MARCH, to: '2024-03-04T12:00:00Z' })
  assert.equal(rows[0]?.added, 0)
  const { rows: more } = await get({ ...MARCH, from: '2024-02-29', to: '2024-03-04' })
  assert.equal(more[0]?.added, 24)
  const asked = (await requests()).slice(before).filter((one) => one.path.endsWith('klines'))
  assert.equal(asked.length, 1)
  assert.match(asked[0]?.query ?? '', /startTime=1709164800000&endTime=1709251199999&limit=24/)
})

test('whole months come from the archives, with titles or without, and the rest of the venue', async () => {
  const { rows } = await get({ ...BTC, venue: 'binanceusdm', timeframe: ['5m'], from: '2021-11-28', to: '2022-01-02' })
  // November's last three days and January's first two are fewer than an archive is worth.
  assert.deepEqual([rows[0]?.candles, rows[0]?.fromArchives, rows[0]?.missing], [36 * 288, 31 * 288, 0])
  const asked = await paths()
  assert.ok(asked.includes('/data/futures/um/monthly/klines/BTCUSDT/5m/BTCUSDT-5m-2021-12.zip'))
  assert.ok(asked.includes('/data/futures/um/monthly/klines/BTCUSDT/5m/BTCUSDT-5m-2021-12.zip.CHECKSUM'))
  const kept = allOf('5m')
  await run(job({ action: 'rm', all: true }))
  await get({ ...BTC, venue: 'binanceusdm', timeframe: ['5m'], from: '2021-11-28', to: '2022-01-02', archives: false })
  assert.deepEqual(allOf('5m'), kept, 'the venue answers the same as its archives')
})

test('a month that is not there yet is taken day by day, and the day before yesterday by its archive', async () => {
  sim().clock.set(Date.parse('2024-03-01T12:00:00Z'))
  const { rows } = await get({ ...BTC, venue: 'binanceusdm', timeframe: ['1m'], from: '2024-02-01', to: '2024-02-29' })
  assert.deepEqual([rows[0]?.candles, rows[0]?.fromArchives], [29 * 1440, 28 * 1440])
})

test('an archive whose hash is wrong twice is not used; the venue is asked instead', async () => {
  await control('/archive', { wrongHash: 'BTCUSDT-15m-2024-01', times: 2 })
  const { rows } = await get({ ...BTC, venue: 'binanceusdm', timeframe: ['15m'], from: '2024-01-01', to: '2024-01-31' })
  assert.deepEqual([rows[0]?.candles, rows[0]?.fromArchives], [31 * 96, 0])
  assert.equal(said().match(/SHA-256 is not the published one/g)?.length, 2)
})

test('an archive whose hash is wrong once is fetched again', async () => {
  await control('/archive', { wrongHash: 'BTCUSDT-15m-2024-01', times: 1 })
  const { rows } = await get({ ...BTC, venue: 'binanceusdm', timeframe: ['15m'], from: '2024-01-01', to: '2024-01-31' })
  assert.equal(rows[0]?.fromArchives, 31 * 96)
})

test('what an archive lacks is filled by the venue; what the venue lacks too is told as its gap, and asked for once', async () => {
  await control('/archive', { holeFrom: '2024-01-10T00:00:00Z', holeTo: '2024-01-12T00:00:00Z' })
  await control('/gap', { base: 'BTC', from: '2024-01-11T03:00:00Z', to: '2024-01-11T04:30:00Z' })
  const flags = {
    ...BTC,
    venue: 'binanceusdm' as const,
    timeframe: ['15m' as const],
    from: '2024-01-01',
    to: '2024-01-31',
  }
  const { rows } = await get(flags)
  assert.deepEqual([rows[0]?.candles, rows[0]?.missing, rows[0]?.fromArchives], [31 * 96 - 6, 6, 29 * 96])
  assert.deepEqual(rows[0]?.gaps, [{ from: '2024-01-11T03:00:00.000Z', to: '2024-01-11T04:15:00.000Z', candles: 6 }])
  const before = (await paths()).filter((one) => one.endsWith('klines')).length
  await get(flags)
  assert.equal((await paths()).filter((one) => one.endsWith('klines')).length, before)
})

test('it begins with the first candle when nobody says from when, though the venue names a later day', async () => {
  sim().clock.set(Date.parse('2019-10-12T00:00:30Z'))
  const { rows } = await get({ ...BTC, venue: 'binanceusdm' })
  assert.deepEqual([rows[0]?.from, rows[0]?.missing], ['2019-09-08T17:00:00.000Z', 0])
  const { rows: again } = await get({ ...BTC, venue: 'binanceusdm', from: '2015-01-01' })
  assert.equal(again[0]?.added, 0, 'what was never traded is not asked for page by page')
})

test('Hyperliquid’s older candles are told as kept by nobody, and what is here of them stays', async () => {
  const flags = { venue: 'hyperliquid' as const, symbol: ['BTC'], timeframe: ['1m' as const] }
  await get({ ...flags, from: '2024-03-05' })
  sim().clock.set(NOW + 4 * 86_400_000)
  const { rows } = await get({ ...flags, from: '2024-03-04' })
  assert.equal(rows[0]?.from, '2024-03-05T00:00:00.000Z')
  // What lies between the last download and the 4999 finished candles that it keeps is lost, and is no gap of the venue's.
  assert.equal(rows[0]?.tooOld?.from, '2024-03-04T00:00:00.000Z')
  assert.match(said(), /keeps no candles from before 2024-03-05T23:11/)
  assert.ok(rows[0]?.candles === 630 + 4999, String(rows[0]?.candles))
})

test('the limit is kept: no download is ever answered 429, however much it asks for', async () => {
  const timeframe: CandlesInput['timeframe'] = ['1m', '3m', '5m', '15m']
  const { result } = await get({ venue: 'hyperliquid', symbol: ['BTC', 'ETH', 'SOL', 'kPEPE'], timeframe })
  assert.deepEqual([...new Set((await requests()).map(({ status }) => status))], [200])
  assert.ok(Number(result.waitedMs) > 60_000, 'three minutes’ worth of weight at half of the limit')
})

test('Binance counts as much as we do', async () => {
  await get({ ...MARCH, timeframe: ['1m', '5m', '1h'], archives: false })
  const cache = open()
  const ours = cache.db.prepare("SELECT sum(weight) AS weight FROM spent WHERE venue = 'binanceusdm'").get()?.weight
  cache.close()
  const { used } = (await (await fetch(`${sim().controlUrl}/state`)).json()) as { used: Record<string, number> }
  assert.equal(ours, used.binanceusdm)
})
