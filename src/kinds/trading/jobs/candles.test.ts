// The job against the exchange sim over real HTTP; its clock is the sim's, so that no wait takes its time.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { type ExchangeSim, startExchangeSim } from '../../../../sims/exchange/server.js'
import type { JsonObject } from '../../../core/json.js'
import { cacheFile, openCache } from '../candles/cache/cache.js'
import { run, show } from './candles.js'
import { getCandles } from './candles-get.js'
import { type CandlesInput, candlesInput } from './candles-input.js'

const root = mkdtempSync(path.join(tmpdir(), 'frota-candles-'))
after(() => rmSync(root, { recursive: true, force: true }))
const NOW = Date.parse('2024-03-05T10:30:20Z')

let sim: ExchangeSim
let data: string
let logged: string[]
beforeEach(async () => {
  sim = await startExchangeSim({ clockMs: NOW })
  data = mkdtempSync(path.join(root, 'home-'))
  logged = []
})
afterEach(() => sim.close())

function job(flags: Partial<CandlesInput>, signal = new AbortController().signal) {
  const note = (text: string) => void logged.push(text)
  return {
    input: candlesInput.parse({ endpoint: sim.endpoint, ...flags }),
    signal,
    progress: async () => undefined,
    dirs: { cwd: data, tmp: data, data },
    log: { debug: note, info: note, warn: note, error: note },
  }
}

const clock = {
  now: () => sim.clock.now(),
  sleep: async (ms: number, signal: AbortSignal) => {
    signal.throwIfAborted()
    sim.clock.advance(ms)
  },
}

interface Row {
  candles: number
  added: number
  fromArchives: number
  missing: number
  gaps: { from: string; to: string; candles: number }[]
  from: string
  to: string
  tooOld: { from: string; to: string } | null
}

async function get(flags: Partial<CandlesInput>, signal?: AbortSignal) {
  const cache = openCache(cacheFile(data))
  try {
    const result = await getCandles(job(flags, signal), cache, clock)
    return { rows: result.series as unknown as Row[], result }
  } finally {
    cache.close()
  }
}

async function control(verb: string, body: object) {
  const response = await fetch(`${sim.controlUrl}${verb}`, { method: 'POST', body: JSON.stringify(body) })
  assert.equal(response.status, 200, await response.clone().text())
}
async function requests(): Promise<{ venue: string; path: string; query: string; status: number }[]> {
  return (await (await fetch(`${sim.controlUrl}/requests`)).json()) as never
}
const paths = async () => (await requests()).map((one) => one.path)

const BTC = { symbol: ['BTC/USDT:USDT'], timeframe: ['1h' as const] }
const MARCH = { ...BTC, venue: 'binanceusdm' as const, from: '2024-03-01', to: '2024-03-04' }

function allOf(timeframe = '1h', venue = 'binanceusdm') {
  const cache = openCache(cacheFile(data))
  const series = cache.all().find((one) => one.timeframe === timeframe && one.venue === venue)
  assert.ok(series)
  const rows = [...cache.chunks(series, { from: 0, to: 9e15 })].flatMap(({ at, close }) =>
    [...at].map((opening, place) => [opening, close[place]] as const),
  )
  cache.close()
  return rows
}

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
  sim.clock.set(Date.parse('2024-03-05T11:00:01Z'))
  assert.equal((await get({ ...BTC, venue: 'binanceusdm' })).rows[0]?.added, 0, 'it may still change for a moment')
  sim.clock.set(Date.parse('2024-03-05T11:00:05Z'))
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
  await run(job({ action: 'rm' }))
  await get({ ...BTC, venue: 'binanceusdm', timeframe: ['5m'], from: '2021-11-28', to: '2022-01-02', archives: false })
  assert.deepEqual(allOf('5m'), kept, 'the venue answers the same as its archives')
})

test('a month that is not there yet is taken day by day, and the day before yesterday by its archive', async () => {
  sim.clock.set(Date.parse('2024-03-01T12:00:00Z'))
  const { rows } = await get({ ...BTC, venue: 'binanceusdm', timeframe: ['1m'], from: '2024-02-01', to: '2024-02-29' })
  assert.deepEqual([rows[0]?.candles, rows[0]?.fromArchives], [29 * 1440, 28 * 1440])
})

test('an archive whose hash is wrong twice is not used; the venue is asked instead', async () => {
  await control('/archive', { wrongHash: 'BTCUSDT-15m-2024-01', times: 2 })
  const { rows } = await get({ ...BTC, venue: 'binanceusdm', timeframe: ['15m'], from: '2024-01-01', to: '2024-01-31' })
  assert.deepEqual([rows[0]?.candles, rows[0]?.fromArchives], [31 * 96, 0])
  assert.equal(logged.filter((line) => /SHA-256 is not the published one/.test(line)).length, 2)
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

test('it begins with the listing when nobody says from when', async () => {
  sim.clock.set(Date.parse('2019-09-12T00:00:30Z'))
  const { rows } = await get({ ...BTC, venue: 'binanceusdm' })
  assert.equal(rows[0]?.from, '2019-09-08T17:00:00.000Z')
  assert.equal(rows[0]?.missing, 0)
})

test('Hyperliquid’s older candles are told as kept by nobody, and what is here of them stays', async () => {
  const flags = { venue: 'hyperliquid' as const, symbol: ['BTC'], timeframe: ['1m' as const] }
  await get({ ...flags, from: '2024-03-05' })
  sim.clock.set(NOW + 4 * 86_400_000)
  const { rows } = await get({ ...flags, from: '2024-03-04' })
  assert.equal(rows[0]?.from, '2024-03-05T00:00:00.000Z')
  // What lies between the last download and the 4999 finished candles that it keeps is lost, and is no gap of the venue's.
  assert.equal(rows[0]?.tooOld?.from, '2024-03-04T00:00:00.000Z')
  assert.match(logged.join('\n'), /keeps no candles from before 2024-03-05T23:11/)
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
  const cache = openCache(cacheFile(data))
  const ours = cache.db.prepare("SELECT sum(weight) AS weight FROM spent WHERE venue = 'binanceusdm'").get()?.weight
  cache.close()
  const { used } = (await (await fetch(`${sim.controlUrl}/state`)).json()) as { used: Record<string, number> }
  assert.equal(ours, used.binanceusdm)
})

for (const [what, fault, said] of [
  [
    '429 and its Retry-After',
    { status: 429, retryAfter: 17, body: '{"code":-1003,"msg":"Too many requests"}' },
    /too many requests \(429\); waiting 17 s/,
  ],
  [
    '418 and its time',
    { status: 418, retryAfter: 300, body: '{"code":-1003}' },
    /banned for a while \(418\); waiting 300 s/,
  ],
  ['a bad gateway', { status: 502, body: '<html>' }, /it answered 502; tried again/],
  ['nonsense', { status: 200, body: '<html>' }, /it answered nonsense .*; tried again/],
] as const) {
  test(`${what} are waited out, and every candle is there once`, async () => {
    await control('/fail', { venue: 'binanceusdm', path: 'klines', ...fault })
    const { rows } = await get(MARCH)
    assert.equal(rows[0]?.candles, 96)
    assert.match(logged.join('\n'), said)
  })
}

test('a connection that is cut in the middle of an answer is asked again', async () => {
  await control('/cut', { venue: 'binanceusdm', path: 'klines', afterBytes: 500, times: 2 })
  assert.equal((await get(MARCH)).rows[0]?.candles, 96)
})

test('a ban of days is told with its end and not waited for; what was downloaded before stays', async () => {
  await get({ ...MARCH, to: '2024-03-02' })
  await control('/fail', { venue: 'binanceusdm', path: 'klines', status: 418, retryAfter: 86_400, body: 'banned' })
  await assert.rejects(get(MARCH), /it wants to hear nothing until 2024-03-06T10:30/)
  assert.equal(allOf().length, 48)
})

test('what the venue refuses is told in its own words', async () => {
  await control('/fail', { venue: 'bybit', status: 403, body: '<html>cloudfront</html>' })
  await assert.rejects(get({ ...MARCH, venue: 'bybit' }), /Bybit: it refuses this address \(403\)/)
  await control('/fail', { venue: 'bybit', status: 200, body: '{"retCode":10001,"retMsg":"params error"}' })
  await assert.rejects(get({ ...MARCH, venue: 'bybit' }), /Bybit: params error \(10001\)/)
})

test('others at the same address who are near the limit are made room for', async () => {
  await control('/spend', { venue: 'binanceusdm', weight: 2000 })
  await get(MARCH)
  assert.match(logged.join('\n'), /2001 of 2400 weight used by this address; waiting/)
})

test('candles that could not have been traded are left out and told', async () => {
  const at = Date.parse('2024-03-01')
  const row = (hour: number, ...values: string[]) => [at + hour * 3_600_000, ...values]
  const rows = [
    row(0, '1', '2', '1', '1', '5'),
    row(1, '0', '2', '0', '1', '5'),
    row(2, '1', '1', '2', '1', '5'),
    row(3, 'x', '2', '1', '1', '5'),
  ]
  await control('/fail', { venue: 'binanceusdm', path: 'klines', status: 200, body: JSON.stringify(rows) })
  const { rows: got } = await get({ ...MARCH, to: '2024-03-01T03:30:00Z' })
  assert.equal(got[0]?.candles, 1)
  assert.match(logged.join('\n'), /01:00:00.000Z: a price is not above zero; left out/)
  assert.match(logged.join('\n'), /02:00:00.000Z: its high or low does not hold its prices/)
  assert.match(logged.join('\n'), /03:00:00.000Z: open is no number/)
})

test('stopped in the middle, it keeps what came, says so, and goes on from there', async () => {
  const stop = new AbortController()
  const asking = job({ ...MARCH, timeframe: ['1m'], archives: false }, stop.signal)
  let told = 0
  const cache = openCache(cacheFile(data))
  const result = await getCandles(
    { ...asking, progress: async () => void (++told === 2 && stop.abort(new Error('stopped'))) },
    cache,
    clock,
  )
  cache.close()
  assert.equal(result.stopped, true)
  const { rows } = await get({ ...MARCH, timeframe: ['1m'], archives: false })
  assert.deepEqual([rows[0]?.candles, rows[0]?.added], [4 * 1440, 4 * 1440 - 2000])
})

test('two downloads of the same at once: one asks, the other waits and finds all', async () => {
  const real = { now: clock.now, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 10)) }
  const [first, second] = [openCache(cacheFile(data)), openCache(cacheFile(data))]
  const flags = { ...MARCH, timeframe: ['1m' as const], archives: false }
  const results = await Promise.all([getCandles(job(flags), first, real), getCandles(job(flags), second, real)])
  first.close()
  second.close()
  const added = results.map(({ series }) => (series as unknown as Row[])[0]?.added)
  assert.deepEqual(
    added.toSorted((a = 0, b = 0) => a - b),
    [0, 4 * 1440],
  )
  const pages = (await requests()).filter(({ path: asked }) => asked.endsWith('klines'))
  assert.equal(new Set(pages.map(({ query }) => query)).size, pages.length)
})

test('what is damaged is found, told, forgotten, and fetched again', async () => {
  await get(MARCH)
  const cache = openCache(cacheFile(data))
  cache.db.exec('UPDATE chunk SET data = zeroblob(length(data))')
  cache.close()
  const { series } = await run(job({ action: 'verify' }))
  const [row] = series as unknown as { damaged: { problem: string }[]; candles: number }[]
  assert.deepEqual([row?.damaged[0]?.problem, row?.candles], ['its check sum is another one', 0])
  assert.equal((await get(MARCH)).rows[0]?.added, 96)
})

test('ls, export and rm: what is here, as a file, and gone', async () => {
  await get(MARCH)
  const listed = await run(job({ action: 'ls' }))
  assert.match(
    show(listed, { width: 100, colour: false }),
    /^VENUE +SYMBOL +TF +FROM +TO +CANDLES +MISSING +SIZE\nbinanceusdm +BTC\/USDT:USDT +1h +2024-03-01 00:00 +2024-03-04 23:00 +96 +0 /,
  )
  await run(job({ action: 'export', output: 'btc.csv' }))
  const lines = readFileSync(path.join(data, 'btc.csv'), 'utf8').trim().split('\n')
  assert.deepEqual([lines.length, lines[0]], [97, 'timestamp,open,high,low,close,volume'])
  await run(job({ action: 'rm', symbol: ['btcusdt'] }))
  assert.deepEqual((await run(job({ action: 'ls' }))).series, [])
})

const refused: [what: string, flags: Partial<CandlesInput>, error: RegExp][] = [
  ['no venue', { symbol: ['BTC'], timeframe: ['1h'] }, /^--venue is missing/],
  ['no symbol', { venue: 'bybit', timeframe: ['1h'] }, /^--symbol is missing/],
  ['no timeframe', { venue: 'bybit', symbol: ['BTC'] }, /^--timeframe is missing/],
  ['a symbol that is none', { ...MARCH, symbol: ['BCT/USDT:USDT'] }, /^Binance USD-M has no perpetual contract "BCT/],
  [
    'a timeframe of another venue',
    { ...MARCH, venue: 'hyperliquid', timeframe: ['6h'] },
    /^Hyperliquid has no candles of 6h/,
  ],
  ['a day that is none', { ...MARCH, from: '2024-02-30' }, /^--from must be a date or time, not "2024-02-30"/],
  ['an end before its beginning', { ...MARCH, to: '2024-02-01' }, /^--from does not lie before --to/],
  ['an endpoint elsewhere', { ...MARCH, endpoint: 'http://example.com:80' }, /^--endpoint must be http:\/\/127/],
  ['an export of nothing', { action: 'export', output: 'x.csv' }, /^one series at a time/],
  ['an export to nowhere', { action: 'export' }, /^--output is missing/],
]
for (const [what, flags, error] of refused) {
  test(`${what}: one clear line, and nothing is written`, async () => {
    await assert.rejects(run(job(flags)), (thrown: Error) => error.test(thrown.message) && thrown.name === 'BadInput')
    assert.deepEqual(((await run(job({ action: 'ls' }))) as JsonObject).series, [])
  })
}
