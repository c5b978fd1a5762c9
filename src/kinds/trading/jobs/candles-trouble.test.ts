import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { candlesAtSim, MARCH, type Row } from '../../../../test/candles-at-sim.js'
import type { JsonObject } from '../../../core/json.js'
import { run, show } from './candles.js'
import { getCandles } from './candles-get.js'
import type { CandlesInput } from './candles-input.js'

const { clock, job, get, control, requests, allOf, said, open, data } = candlesAtSim()

for (const [what, fault, told] of [
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
    assert.match(said(), told)
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
  assert.match(said(), /2001 of 2400 weight used by this address; waiting/)
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
  assert.match(said(), /01:00:00.000Z: a price is not above zero; left out/)
  assert.match(said(), /02:00:00.000Z: its high or low does not hold its prices/)
  assert.match(said(), /03:00:00.000Z: open is no number/)
})

test('stopped in the middle, it keeps what came, says so, and goes on from there', async () => {
  const stop = new AbortController()
  const asking = job({ ...MARCH, timeframe: ['1m'], archives: false }, stop.signal)
  let told = 0
  const cache = open()
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
  const [first, second] = [open(), open()]
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
  const cache = open()
  cache.db.exec('UPDATE chunk SET data = zeroblob(length(data))')
  cache.close()
  const { series } = await run(job({ action: 'verify' }))
  const [row] = series as unknown as { damaged: { problem: string }[]; candles: number }[]
  assert.deepEqual([row?.damaged[0]?.problem, row?.candles], ['its check sum is another one', 0])
  assert.equal((await get(MARCH)).rows[0]?.added, 96)
})

test('what lies between two downloads is not called a gap of the venue', async () => {
  await get({ ...MARCH, to: '2024-03-01' })
  await get({ ...MARCH, from: '2024-03-03' })
  const { series } = await run(job({ action: 'ls' }))
  const [row] = series as unknown as { gaps: unknown[]; missing: number; notDownloaded: unknown[] }[]
  assert.deepEqual([row?.gaps, row?.missing], [[], 0])
  assert.deepEqual(row?.notDownloaded, [
    { from: '2024-03-02T00:00:00.000Z', to: '2024-03-02T23:00:00.000Z', candles: 24 },
  ])
  assert.match(
    show({ action: 'ls', series: series ?? [] }, { width: 100, colour: false }),
    /not downloaded: 2024-03-02 00:00/,
  )
})

test('ls, export and rm: what is here, as a file, and gone', async () => {
  await get(MARCH)
  const listed = await run(job({ action: 'ls' }))
  assert.match(
    show(listed, { width: 100, colour: false }),
    /^VENUE +SYMBOL +TF +FROM +TO +CANDLES +MISSING +SIZE\nbinanceusdm +BTC\/USDT:USDT +1h +2024-03-01 00:00 +2024-03-04 23:00 +96 +0 /,
  )
  await run(job({ action: 'export', output: 'btc.csv' }))
  const lines = readFileSync(path.join(data(), 'btc.csv'), 'utf8').trim().split('\n')
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
  ['a removal of nobody knows what', { action: 'rm' }, /^say what to remove/],
  ['an export to nowhere', { action: 'export' }, /^--output is missing/],
]
for (const [what, flags, error] of refused) {
  test(`${what}: one clear line, and nothing is written`, async () => {
    await assert.rejects(run(job(flags)), (thrown: Error) => error.test(thrown.message) && thrown.name === 'BadInput')
    assert.deepEqual(((await run(job({ action: 'ls' }))) as JsonObject).series, [])
  })
}
