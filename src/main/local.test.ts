import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../config/config.js'
import { type Lock, tryLock } from '../processes/lock.js'
import { openLocalClient } from './local.js'

test('with the fleet down nothing is removed or begun anew under a supervisor that comes up meanwhile', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-local-'))
  const config = loadConfig({ env: { FROTA_HOME: dir }, checkout: dir, cwd: dir })
  const client = await openLocalClient(config, { version: '0', checkout: dir, door: 'cli' })
  t.after(async () => {
    await client.close()
    for (const path of [dir, config.paths.runDir]) rmSync(path, { recursive: true, force: true })
  })
  await client.call('tenants.add', { slug: 'acme', plan: 'pro' })
  for (const ref of ['acme/a', 'acme/b']) await client.call('sessions.add', { ref, kind: 'whatsapp' })
  const supervisor = take()
  for (const verb of ['sessions.remove', 'sessions.recover'] as const) {
    await assert.rejects(client.call(verb, { ref: 'acme/a' }), { code: 'FLEET_IS_UP', message: /frota serve/ })
  }
  const names = async () => (await client.call('sessions.list', {})).map(({ session }) => session)
  assert.equal((await names()).length, 2)
  supervisor.release()
  await Promise.all(['acme/a', 'acme/b'].map((ref) => client.call('sessions.remove', { ref })))
  assert.deepEqual(await names(), [])
  take().release()

  function take(): Lock {
    const lock = tryLock(config.paths.lock, 'frota serve (of the test)')
    return 'release' in lock ? lock : assert.fail(`held by ${lock.heldBy}`)
  }
})
