import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { healthOf } from '../core/health.js'
import { askHealth } from './health.js'
import { listenForOperators } from './server.js'

test('the supervisor is well while its loop has turned within half a minute, and answers so without store or verb', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-health-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const socket = join(dir, 'control.sock')
  await assert.rejects(askHealth(socket), { code: 'ENOENT' })
  const { fleets } = await aFleet(t)
  let lastTickMsAgo = 29_999.4
  const report = (thrown: unknown) => assert.fail(String(thrown))
  const server = await listenForOperators(socket, fleets, report, () => healthOf(lastTickMsAgo))
  t.after(() => server.close())
  assert.deepEqual(await askHealth(socket), { ok: true, lastTickMsAgo: 29_999 })
  lastTickMsAgo = 30_000
  assert.deepEqual(await askHealth(socket), { ok: false, lastTickMsAgo: 30_000 })
})
