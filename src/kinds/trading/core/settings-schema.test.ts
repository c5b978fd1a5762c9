import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../../core/json.js'
import { DEFAULT_FILL, DEFAULT_RISK } from './settings.js'
import { fillSchema, readFill, readRisk, riskSchema } from './settings-schema.js'

test('the defaults are settings, and no setting is missing from its schema', () => {
  assert.deepEqual(riskSchema.parse(DEFAULT_RISK), DEFAULT_RISK)
  assert.deepEqual(fillSchema.parse(DEFAULT_FILL), DEFAULT_FILL)
  assert.deepEqual(Object.keys(riskSchema.shape).sort(), Object.keys(DEFAULT_RISK).sort())
  assert.deepEqual(Object.keys(fillSchema.shape).sort(), Object.keys(DEFAULT_FILL).sort())
})

test('what is not said is left out, inner keys have their defaults', () => {
  assert.deepEqual(readRisk({ maxPositions: 3 }), { maxPositions: 3 })
  assert.deepEqual(readRisk({ trailing: { percent: 2 } }), {
    trailing: { percent: 2, offsetPercent: 0, positivePercent: null },
  })
  assert.deepEqual(readFill({ funding: { rate: 0.0001 } }), { funding: { rate: 0.0001, everyHours: 8 } })
})

test('what is wrong is named by its key', () => {
  const risks: [JsonObject, RegExp][] = [
    [{ maxPositions: 0 }, /^risk\.maxPositions must be at least 1, not 0$/],
    [{ leverage: 0.5 }, /^risk\.leverage must be at least 1/],
    [{ stopLosPercent: 1 }, /has unknown keys: stopLosPercent/],
    [{ stopGuard: { stops: 1 } }, /risk\.stopGuard\.withinMinutes is missing/],
    [{ tradeMode: 'all' }, /^risk\.tradeMode must be one of both, long-only, short-only/],
    [{ maxDrawdownPercent: 'x' }, /risk\.maxDrawdownPercent must be a number/],
  ]
  for (const [given, said] of risks) assert.throws(() => readRisk(given), { name: 'BadInput', message: said })
  assert.throws(() => readFill({ fee: 2 }), { message: /^fill\.fee must be at most 0\.5, not 2$/ })
  assert.throws(() => readFill({ size: { type: 'fixed' } }), { message: /^fill\.size/ })
})
