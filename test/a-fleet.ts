// The operator's verbs over a real store with one tenant (pro) and two stopped sessions of a kind that claims accounts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { z } from 'zod'
import { operatorAt } from '../src/core/actors.js'
import type { HomeId } from '../src/core/ids.js'
import { createFleet } from '../src/fleet/fleet.js'
import type { FleetParts } from '../src/fleet/parts.js'
import type { Kind } from '../src/kinds/kind.js'
import { loadKinds } from '../src/kinds/load.js'
import { defineKind } from '../src/kinds/sdk.js'
import { viewsOf } from '../src/kinds/views.js'
import { migrateSqlite, openSqliteStore } from '../src/store/sqlite.js'
import { openVault } from '../src/vault/vault.js'
import { ACME, aSession, aTenant } from './a-unit.js'

/** Symbols (pro: 3), modes and keys (pro: 1) are what plans limit of it. */
const LIMITED = join(import.meta.dirname, 'kinds/limited/kind.js')

const trader = defineKind({
  name: 'probe',
  title: 'Trades with a wallet',
  config: z.object({ wallet: z.string().optional(), endpoint: z.string().optional() }),
  setBy: { endpoint: 'operator' },
  hooks: { shop: { help: 'An order' }, pay: { help: 'A payment' } },
  commands: {
    look: { input: z.object({}), help: 'Look' },
    withdraw: { input: z.object({}), help: 'Take money out', role: 'admin' },
  },
  views: {
    said: {
      help: 'What was said',
      events: ['said'],
      columns: {
        word: { type: 'text', filter: true },
        n: { type: 'integer', filter: true },
        loud: { type: 'flag', filter: true },
        price: { type: 'decimal' },
        due: { type: 'time', filter: true },
      },
    },
  },
  secrets: { BOT_TOKEN: 'optional', API_KEY: 'optional', 'SHOP_*': 'optional' },
  claims: ({ wallet }, { BOT_TOKEN, API_KEY: _, ...shops }) => [
    ...(wallet ? [`wallet:${wallet}`] : []),
    ...(BOT_TOKEN ? [BOT_TOKEN] : []),
    ...Object.values(shops),
  ],
  run: new URL('file:///nowhere.js'),
})

/** @param more kinds beside the trader */
export async function aFleet(t: Pick<TestContext, 'after'>, more: Kind[] = []) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-fleet-'))
  const kinds = await loadKinds([trader as Kind, ...more], [LIMITED], dir)
  migrateSqlite(join(dir, 'frota.db'), viewsOf(kinds.list()))
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
    kinds,
    live: null,
    host: () => ({ memoryFreeBytes: 0, memoryTotalBytes: 0, cpuPercent: null, diskFreeBytes: 0, cores: 1 }),
    findMarked: () => [],
    settings: {
      version: '0',
      home: dir,
      hostName: 'one',
      defaultPlan: 'free',
      publicUrl: 'https://bots.example.com',
      gateway: 'auto',
      dirs: { data: dir, logs: dir, tokens: dir },
    },
    snapshot: () => store.home('home' as HomeId).snapshot(),
    now: () => new Date(),
  } as unknown as FleetParts
  const fleets = createFleet(parts)
  return { ...fleets.as(operatorAt('cli')), fleets, fleetParts: parts, parts: { store, acme: ACME }, dir }
}
