import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACME, aBeat, aLive, aUnit, aWish, NOW, RUN } from '../../test/a-unit.js'
import type { Beat } from '../core/protocol.js'
import type { SealedSecret, Snapshot } from '../store/store.js'
import { type DeskView, openDesk } from './desk.js'
import type { Leases } from './leases.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'

/** One session that says hello, with the secrets and data keys that the store gave. */
function aDesk(secrets: Partial<SealedSecret>[], dataKeys: Snapshot['dataKeys']) {
  const live = aLive({ helloed: false, pid: 0 })
  const unit = aUnit({ state: 'starting', since: NOW, reason: null, live })
  const kind = { name: 'probe', secrets: { TOKEN: 'optional' }, run: new URL('file:///run.js'), claims: () => [] }
  const seen: (() => string[])[] = []
  const parts = {
    now: () => new Date(NOW),
    kinds: { need: () => kind, get: () => kind },
    host: { findMarked: () => [] },
    settings: { dirs: { tokens: '/t', logs: '/l' }, browser: { path: null, libs: null, sandbox: true } },
    tickets: { token: () => 'token', commandToken: () => 'command token' },
    vault: {
      tenant: (_: string, key: string) => ({ open: ({ sealed }: SealedSecret) => `${sealed} opened by ${key}` }),
    },
  } as unknown as SupervisorParts
  const snapshot = {
    secrets: secrets.map((secret) => ({ ...secret, tenantId: ACME })),
    dataKeys,
  } as unknown as Snapshot
  const view = {
    desired: () => new Map([[unit.id, aWish()]]),
    snapshot: () => snapshot,
    poke: () => undefined,
    isFenced: () => false,
    accountSeen: (_unit: unknown, _account: string, declared: () => string[]) => seen.push(declared),
  } as unknown as DeskView
  const roster = { get: () => unit, save: () => undefined, change: () => undefined } as unknown as Roster
  const leases = { confirmedForMs: () => 0 } as unknown as Leases
  const desk = openDesk(parts, roster, leases, undefined as never, view)
  const pass = { session: unit.id, run: RUN }
  return { hello: () => desk.hello(pass, 1), beat: (said: Beat) => desk.beat(pass, said), seen, live, id: unit.id }
}

test("a session is given its own secret, else its tenant's, and none that its kind does not name", async () => {
  const keys = new Map([[ACME, 'key']])
  const tenants = { session: null, name: 'TOKEN', sealed: "the tenant's" }
  const { hello, id } = aDesk([], keys)
  assert.deepEqual(await secretsOf(hello), {})
  const other = { session: null, name: 'OTHER', sealed: 'other' }
  assert.deepEqual(await secretsOf(aDesk([tenants, other], keys).hello), { TOKEN: "the tenant's opened by key" })
  const own = { session: id, name: 'TOKEN', sealed: 'its own' }
  assert.deepEqual(await secretsOf(aDesk([tenants, own], keys).hello), { TOKEN: 'its own opened by key' })
})

test('a data key that somebody deleted is told, and its ticket stays good for when it is back', async () => {
  const { hello, live } = aDesk([{ session: null, name: 'TOKEN', sealed: 'x' }], new Map())
  await assert.rejects(hello(), { code: 'SEAL_BROKEN', message: /data key of acme is gone/ })
  assert.equal(live.helloed, false)
})

test('a beat is heard also when a secret can no longer be opened', async () => {
  const { beat, seen } = aDesk([{ session: null, name: 'TOKEN', sealed: 'x' }], new Map())
  assert.notEqual(beat(aBeat({ account: 'phone:1', port: null })), 'fenced')
  assert.equal(seen.length, 1)
  assert.throws(() => seen[0]?.(), { code: 'SEAL_BROKEN' })
})

async function secretsOf(hello: ReturnType<typeof aDesk>['hello']) {
  const answer = await hello()
  return answer === 'fenced' ? answer : answer.secrets
}
