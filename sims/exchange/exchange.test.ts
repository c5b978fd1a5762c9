import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type ExchangeSim, startExchangeSim } from './server.js'

const NOW = Date.parse('2024-03-05T10:30:20Z')
const MINUTE = 60_000
let sim: ExchangeSim
before(async () => {
  sim = await startExchangeSim({ clockMs: NOW })
})
after(() => sim.close())

async function get(path: string) {
  const response = await fetch(sim.endpoint + path)
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}
async function info(body: unknown, type = 'application/json') {
  const response = await fetch(`${sim.endpoint}/info`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': type },
  })
  return { status: response.status, text: await response.text() }
}
async function control(verb: string, body: object) {
  const response = await fetch(`${sim.controlUrl}${verb}`, { method: 'POST', body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as { error?: string; used?: number } }
}

const klines = (query: string) => get(`/fapi/v1/klines?${query}`)
const snapshot = (coin: string, interval: string, startTime: number, endTime?: number) =>
  info({ type: 'candleSnapshot', req: { coin, interval, startTime, endTime } })

const refused: [what: string, query: string, code: number][] = [
  ['no symbol', 'interval=1m', -1102],
  ['a symbol that is none', 'symbol=BTCUSD&interval=1m', -1121],
  ['an interval that is none', 'symbol=BTCUSDT&interval=7m', -1120],
  ['too many', 'symbol=BTCUSDT&interval=1m&limit=1501', -1130],
  ['a time that is none', 'symbol=BTCUSDT&interval=1m&startTime=now', -1100],
  ['an end before its beginning', 'symbol=BTCUSDT&interval=1m&startTime=2&endTime=1', -1023],
]
for (const [what, query, code] of refused) {
  test(`Binance refuses ${what} with ${code}`, async () => {
    const { status, body } = await klines(query)
    assert.deepEqual([status, body.code], [400, code])
  })
}

test('Binance answers twelve fields, oldest first, the unfinished candle last', async () => {
  const { body } = await klines('symbol=BTCUSDT&interval=1m&limit=3')
  assert.deepEqual(
    body.map(([at]: [number]) => at),
    [2, 1, 0].map((ago) => Math.floor(NOW / MINUTE) * MINUTE - ago * MINUTE),
  )
  assert.equal(body[0].length, 12)
  assert.ok(body[2][6] > NOW, 'the close time of the last one lies ahead')
})

test('longer candles are made of the minutes that the same venue answers', async () => {
  const from = Date.parse('2024-03-04T00:00:00Z')
  const { body: minutes } = await klines(`symbol=ETHUSDT&interval=1m&startTime=${from}&limit=240`)
  const { body: hours } = await klines(`symbol=ETHUSDT&interval=4h&startTime=${from}&limit=1`)
  const [, open, high, low, close] = hours[0].map(Number)
  assert.deepEqual(
    [open, high, low, close],
    [
      Number(minutes[0][1]),
      Math.max(...minutes.map((row: string[]) => Number(row[2]))),
      Math.min(...minutes.map((row: string[]) => Number(row[3]))),
      Number(minutes.at(-1)[4]),
    ],
  )
})

test('Binance counts weight by the limit asked for, answers 429, then bans with 418, each with its time', async () => {
  sim.clock.advance(MINUTE)
  const used = async (limit: number) =>
    Number((await klines(`symbol=BTCUSDT&interval=1m&limit=${limit}`)).headers.get('x-mbx-used-weight-1m'))
  assert.deepEqual([await used(99), await used(499), await used(1000), await used(1001)], [1, 3, 8, 18])
  await control('/spend', { venue: 'binanceusdm', weight: 2400 })
  const first = await klines('symbol=BTCUSDT&interval=1m')
  assert.deepEqual([first.status, first.body.code, first.headers.get('retry-after')], [429, -1003, '40'])
  for (let asked = 0; asked < 4; asked++) await klines('symbol=BTCUSDT&interval=1m')
  const banned = await klines('symbol=BTCUSDT&interval=1m')
  assert.deepEqual([banned.status, banned.headers.get('retry-after')], [418, '120'])
  sim.clock.advance(2 * MINUTE)
  assert.equal((await klines('symbol=BTCUSDT&interval=1m')).status, 200)
})

test('Bybit answers newest first, by retCode, and refuses what its documentation does not have', async () => {
  const kline = (query: string) => get(`/v5/market/kline?${query}`)
  const from = Date.parse('2024-03-04T00:00:00Z')
  const { body } = await kline(
    `category=linear&symbol=BTCUSDT&interval=60&start=${from}&end=${from + 10_799_999}&limit=5`,
  )
  assert.deepEqual(
    body.result.list.map(([at]: string[]) => Number(at)),
    [7_200_000, 3_600_000, 0].map((later) => from + later),
  )
  assert.equal((await kline('category=linear&symbol=BTCUSDX&interval=60')).body.retCode, 10001)
  assert.equal((await kline('category=linear&symbol=BTCUSDT&interval=1h')).body.retMsg, 'Invalid period!')
  assert.equal((await kline('category=linear&symbol=BTCUSDT&interval=60&limit=1001')).body.retCode, 10001)
  assert.equal((await kline('symbol=BTCUSDT&interval=60')).body.retMsg, 'Illegal category')
  const page = (await get('/v5/market/instruments-info?category=linear&limit=3')).body.result
  assert.deepEqual([page.list.length, page.nextPageCursor], [3, '3'])
})

test('Bybit bans an address for ten minutes with the words of its documentation', async () => {
  sim.clock.advance(MINUTE)
  await control('/spend', { venue: 'bybit', weight: 600 })
  const response = await fetch(`${sim.endpoint}/v5/market/time`)
  assert.deepEqual([response.status, /access too frequent/.test(await response.text())], [403, true])
  sim.clock.advance(10 * MINUTE)
  assert.equal((await get('/v5/market/time')).status, 200)
})

test('Hyperliquid keeps 5000 candles, counts one weight for 60 of them, and says little about mistakes', async () => {
  sim.clock.advance(MINUTE)
  const { text } = await snapshot('BTC', '1m', 0)
  const all = JSON.parse(text)
  assert.equal(all.length, 5000)
  assert.deepEqual(Object.keys(all[0]), ['t', 'T', 's', 'i', 'o', 'c', 'h', 'l', 'v', 'n'])
  assert.equal(all.at(-1).t, Math.floor(sim.clock.now() / MINUTE) * MINUTE)
  const { used } = (await control('/spend', { venue: 'hyperliquid', weight: 0 })).body
  assert.equal(used, 20 + 83)
  assert.deepEqual(await snapshot('XBT', '1m', 0), { status: 500, text: 'null' })
  assert.equal((await snapshot('BTC', '6h', 0)).status, 422)
  assert.equal((await info({ type: 'candleSnapshot' })).status, 422)
  assert.equal((await info({ type: 'meta' }, 'text/plain')).status, 415)
  await control('/spend', { venue: 'hyperliquid', weight: 1200 })
  assert.deepEqual(await info({ type: 'meta' }), { status: 429, text: 'null' })
})

test('the control API says which field is wrong', async () => {
  for (const [verb, body, error] of [
    ['/fail', { status: 'bad' }, /^status: must be a whole number/],
    ['/fail', { status: 500, venue: 'mtgox' }, /^venue: must be one of binanceusdm, bybit/],
    ['/clock', { at: 'soon' }, /^at: must be a time/],
    ['/gap', { base: 'XRP', from: '2024-01-01', to: '2024-01-02' }, /^base: must be one of BTC/],
    ['/slow', { ms: 5, colour: 'red' }, /^colour: unknown; there is venue/],
  ] as const) {
    const { status, body: said } = await control(verb, body)
    assert.equal(status, 400)
    assert.match(said.error ?? '', error)
  }
})
