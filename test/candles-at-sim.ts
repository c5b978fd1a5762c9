// The job `candles` against the exchange sim over real HTTP. Its clock is the sim's, so that no wait takes its time.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, afterEach, beforeEach } from 'node:test'
import { type ExchangeSim, startExchangeSim } from '../sims/exchange/server.js'
import { cacheFile, openCache } from '../src/kinds/trading/candles/cache/cache.js'
import { getCandles } from '../src/kinds/trading/jobs/candles-get.js'
import { type CandlesInput, candlesInput } from '../src/kinds/trading/jobs/candles-input.js'

export const NOW = Date.parse('2024-03-05T10:30:20Z')
export const BTC = { symbol: ['BTC/USDT:USDT'], timeframe: ['1h' as const] }
export const MARCH = { ...BTC, venue: 'binanceusdm' as const, from: '2024-03-01', to: '2024-03-04' }

export interface Row {
  candles: number
  added: number
  fromArchives: number
  missing: number
  gaps: { from: string; to: string; candles: number }[]
  from: string
  to: string
  tooOld: { from: string; to: string } | null
}

/** A sim and an empty home for each test of the file. */
export function candlesAtSim() {
  const root = mkdtempSync(path.join(tmpdir(), 'frota-candles-'))
  let sim: ExchangeSim
  let data: string
  let logged: string[]
  beforeEach(async () => {
    sim = await startExchangeSim({ clockMs: NOW })
    data = mkdtempSync(path.join(root, 'home-'))
    logged = []
  })
  afterEach(() => sim.close())
  after(() => rmSync(root, { recursive: true, force: true }))

  const clock = {
    now: () => sim.clock.now(),
    sleep: async (ms: number, signal: AbortSignal) => {
      signal.throwIfAborted()
      sim.clock.advance(ms)
    },
  }

  function job(flags: Partial<CandlesInput>, signal = new AbortController().signal) {
    const note = (text: string) => void logged.push(text)
    return {
      input: candlesInput.parse({ endpoint: sim.endpoint, ...flags }),
      signal,
      progress: async () => undefined,
      dirs: { cwd: data, tmp: data, data },
      modules: { strategies: [] },
      log: { debug: note, info: note, warn: note, error: note },
    }
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

  async function requests() {
    const answer = await fetch(`${sim.controlUrl}/requests`)
    return (await answer.json()) as { venue: string; path: string; query: string; status: number }[]
  }

  /** Opening and close of every candle that is here. */
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

  return {
    clock,
    job,
    get,
    control,
    requests,
    paths: async () => (await requests()).map((one) => one.path),
    allOf,
    said: () => logged.join('\n'),
    sim: () => sim,
    data: () => data,
    open: () => openCache(cacheFile(data)),
  }
}
