// The trend filter of rsi-volume: unknown is not "not against".
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BTC, feed, open, walk } from '../../../../test/trading-driver.js'
import { ALL_ALLOWED, createCore, DEFAULT_RISK, readParameters, rsiVolume, smaCross } from '../public.js'

const QUICK = { rsiPeriod: 2, volumePeriod: 1, volumeFactor: 0, pattern: 'off', atrPeriod: 2, exitRsi: 0, targetAtr: 1 }
/** A rise with a dip every twelve minutes, so that extremes of both sides come again and again. */
const CANDLES = walk(Array.from({ length: 240 }, (_, i) => [(i % 12 < 8 ? 1 : -1) * (60 + (i % 5)), 3, 3] as const))

/** Minutes after which it asked for an entry. */
async function entries(given: object): Promise<number[]> {
  const parameters = await readParameters(rsiVolume, { ...QUICK, ...given })
  const driven = open({ strategy: rsiVolume, parameters }, { size: { type: 'fixed', size: 0.01 } })
  for (const candle of CANDLES) feed(driven, 'BTC', candle)
  return driven.intents.flatMap((intent) =>
    intent.type === 'place' && intent.order.purpose === 'entry' ? [intent.order.placedAt / 60_000] : [],
  )
}

test('nothing is let through before the average of the higher timeframe is there', async () => {
  assert.ok((await entries({}))[0] as number, 'without the filter it enters')
  assert.ok(((await entries({}))[0] as number) < 20)
  const filtered = await entries({ trendTimeframe: '5m', trendPeriod: 4 })
  assert.ok(filtered.length > 0 && (filtered[0] as number) >= 20, `${filtered}`)
  assert.deepEqual(await entries({ trendTimeframe: '1h', trendPeriod: 5 }), [])
})

test('the timeframe of the candles themselves filters too, and counts once in the plan', async () => {
  const all = await entries({})
  const filtered = await entries({ trendTimeframe: '1m', trendPeriod: 30 })
  assert.ok(filtered.length > 0 && filtered.length < all.length, `${filtered.length} of ${all.length}`)
  assert.ok((filtered[0] as number) >= 30)
  assert.deepEqual(await entries({ trendTimeframe: '60s', trendPeriod: 30 }), filtered)
  const parameters = await readParameters(rsiVolume, { trendTimeframe: '1m' })
  const setup = { instruments: [BTC], timeframe: '1m', parameters, risk: DEFAULT_RISK, cash: 100 }
  const entitlements = { ...ALL_ALLOWED, timeframes: 1 }
  assert.doesNotThrow(() => createCore({ ...setup, strategy: rsiVolume, sizing: { type: 'risk' }, entitlements }))
})

test('sma-cross enters nothing without the stop that was asked for', async () => {
  const parameters = await readParameters(smaCross, { fast: 1, slow: 2, atrPeriod: 100, stopAtr: 1 })
  const driven = open({ strategy: smaCross, parameters }, { size: { type: 'fixed', size: 0.01 } })
  for (const candle of CANDLES) feed(driven, 'BTC', candle)
  const placed = driven.intents.flatMap((intent) => (intent.type === 'place' ? [intent.order] : []))
  const asked = placed.filter(({ purpose }) => purpose === 'entry')
  assert.ok(asked.length > 0)
  assert.ok(asked.every(({ stop, placedAt }) => stop > 0 && placedAt >= 100 * 60_000))
})
