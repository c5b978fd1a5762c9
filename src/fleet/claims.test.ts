// One session per outside account, over a real store.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { z } from 'zod'
import { ACME, aSession, aTenant } from '../../test/a-unit.js'
import type { HomeId } from '../core/ids.js'
import type { Kind } from '../kinds/kind.js'
import { loadKinds } from '../kinds/load.js'
import { defineKind } from '../kinds/sdk.js'
import { migrateSqlite, openSqliteStore } from '../store/sqlite.js'
import { openVault } from '../vault/vault.js'
import { createFleet } from './fleet.js'
import type { FleetParts } from './parts.js'

const trader = defineKind({
  name: 'probe',
  title: 'Trades with a wallet',
  config: z.object({ wallet: z.string().optional() }),
  secrets: { BOT_TOKEN: 'optional' },
  claims: ({ wallet }, { BOT_TOKEN }) => [...(wallet ? [`wallet:${wallet}`] : []), ...(BOT_TOKEN ? [BOT_TOKEN] : [])],
  run: new URL('file:///nowhere.js'),
})

async function aFleet(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-claims-'))
  migrateSqlite(join(dir, 'frota.db'))
  const store = openSqliteStore(join(dir, 'frota.db'))
  t.after(async () => {
    await store.close()
    rmSync(dir, { recursive: true, force: true })
  })
  await store.addTenant(aTenant())
  for (const name of ['a', 'b']) await store.tenant(ACME).addSession(aSession(name), null)
  const vault = openVault({ masterKey: null, keyFile: join(dir, 'master.key'), store, storeIsLocal: true })
  const parts = {
    store,
    homeId: 'home',
    vault: () => vault,
    kinds: await loadKinds([trader as Kind], [], dir),
    live: null,
    settings: { dirs: { data: dir, logs: dir, tokens: dir } },
    snapshot: () => store.home('home' as HomeId).snapshot(),
    now: () => new Date(),
  } as unknown as FleetParts
  return createFleet(parts)
}

const wallet = (ref: string, text: string) => ({ ref, settings: [`wallet=${text}`] })

test('an account that another session uses is refused, and the config stays as it was', async (t) => {
  const { sessions } = await aFleet(t)
  await sessions.configSet(wallet('acme/a', '0x1'))
  await sessions.configSet(wallet('acme/b', '0x2'))
  await assert.rejects(sessions.configSet(wallet('acme/b', '0x1')), { code: 'ACCOUNT_TAKEN' })
  assert.deepEqual(await sessions.config({ ref: 'acme/b' }), { wallet: '0x2' })
})

test('an account that a session has given up is free', async (t) => {
  const { sessions } = await aFleet(t)
  await sessions.configSet(wallet('acme/a', '0x1'))
  await sessions.configUnset({ ref: 'acme/a', keys: ['wallet'] })
  await sessions.configSet(wallet('acme/b', '0x1'))
})

test('a tenant’s secret that makes two sessions speak for one account is refused', async (t) => {
  const { secrets } = await aFleet(t)
  await assert.rejects(secrets.set({ scope: 'acme', name: 'BOT_TOKEN', value: '1:x' }), { code: 'ACCOUNT_TAKEN' })
  assert.deepEqual(await secrets.list({ scope: 'acme' }), [])
  await secrets.set({ scope: 'acme/b', name: 'BOT_TOKEN', value: '1:x' })
})

test('a secret that is not a text is refused without being quoted', async (t) => {
  const { secrets } = await aFleet(t)
  const input = { scope: 'acme/a', name: 'BOT_TOKEN', value: 123456789 as unknown as string }
  await assert.rejects(secrets.set(input), (thrown: Error) => !thrown.message.includes('123456789'))
})
