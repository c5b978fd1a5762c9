import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACME, aBeat, aLive, aUnit, aWanted, NOW, RUN } from '../../test/a-unit.js'
import type { RunId } from '../core/ids.js'
import type { JournalMark } from '../core/journals.js'
import { type Beat, WIRE_VERSION } from '../core/protocol.js'
import { emptyBatch } from '../core/put-aside.js'
import { openBell } from '../node/waits.js'
import type { StoredBatch } from '../store/standing.js'
import type { SealedSecret, Snapshot } from '../store/store.js'
import type { Context } from './context.js'
import { openDesk } from './desk.js'
import type { History } from './history.js'
import type { SupervisorParts } from './parts.js'
import type { LiveRun, Unit } from './unit.js'
import type { EventsBatch } from './wire.js'

/** Not offered (or another's, as it says), but the kernel says that the session listens there. */
const ITS_OWN = 50_000

/** One session that says hello, with the secrets and data keys that the store gave. */
function aDesk(secrets: Partial<SealedSecret>[], dataKeys: Snapshot['dataKeys']) {
  const live = aLive({ helloed: false, pid: 0 })
  const unit = aUnit({ state: 'starting', since: NOW, reason: null, live })
  const kind = {
    name: 'probe',
    secrets: { TOKEN: 'optional', 'BOT_*': 'optional' },
    hooks: { stripe: { help: '' }, pix: { help: '', maxBytes: 10, perMinute: 1 } },
    run: new URL('file:///run.js'),
    claims: () => [],
  }
  const seen: string[][] = []
  const others: Unit[] = []
  const aside: string[] = []
  const wanted = aWanted({ secretsVersion: 'two' })
  const kept: { journal: JournalMark | null } = { journal: null }
  const appended: unknown[] = []
  const history = {
    append: async ({ events }: StoredBatch, ack: unknown) =>
      void appended.push(
        events.map(({ type }) => type),
        ack,
      ),
  } as unknown as History
  const parts = {
    now: () => new Date(NOW),
    kinds: { need: () => kind, get: () => kind },
    host: { findMarked: () => [], listensOn: (_pid: number, port: number) => port === ITS_OWN },
    settings: { dirs: { tokens: '/t', logs: '/l' }, browser: { path: null, libs: null, sandbox: true } },
    tickets: { token: () => 'token', commandToken: () => 'command token', hookToken: () => 'hook token' },
    vault: {
      tenant: (_: string, key: string) => ({ open: ({ sealed }: SealedSecret) => `${sealed} opened by ${key}` }),
    },
  } as unknown as SupervisorParts
  const snapshot = {
    secrets: secrets.map((secret) => ({ ...secret, tenantId: ACME })),
    dataKeys,
  } as unknown as Snapshot
  const keepJournal = async (_id: string, journal: string) => {
    kept.journal ??= { id: journal, row: 0 }
    return kept.journal
  }
  const context = {
    parts,
    history,
    store: { keepJournal },
    roster: { get: () => unit, units: () => [unit, ...others], save: () => undefined, change: () => undefined },
    leases: { confirmedForMs: () => 0 },
    wanted: { sessions: () => new Map([[unit.id, wanted]]), snapshot: () => snapshot, outage: () => null },
    bell: openBell(),
    loops: { background: () => undefined },
    putAside: (_id: string, refused: { why: string }[]) => aside.push(...refused.map(({ why }) => why)),
  } as unknown as Context
  const rights = {
    isFenced: () => false,
    claimAccounts: async (_unit: unknown, accounts: string[]) => void seen.push(accounts),
  }
  const desk = openDesk(context, rights)
  const pass = { session: unit.id, run: RUN }
  return {
    hello: () => desk.hello(pass, { pid: 1, wire: WIRE_VERSION }),
    beat: (said: Beat) => desk.beat(pass, said),
    secrets: (run = RUN) => desk.secrets({ ...pass, run }),
    journal: (id: string, run = RUN) => desk.journal({ ...pass, run }, id),
    events: (batch: EventsBatch) => desk.events(pass, batch),
    ...{ wanted, seen, live, others, id: unit.id, unit, kept, aside, appended },
  }
}

test("a session is given its own secret, else its tenant's, and none that its kind does not name", async () => {
  const keys = new Map([[ACME, 'key']])
  const tenants = { session: null, name: 'TOKEN', sealed: "the tenant's" }
  const { hello, id } = aDesk([], keys)
  assert.deepEqual(await secretsOf(hello), {})
  const other = { session: null, name: 'OTHER', sealed: 'other' }
  assert.deepEqual(await secretsOf(aDesk([tenants, other], keys).hello), { TOKEN: "the tenant's opened by key" })
  const bots = [tenants, { ...tenants, name: 'BOT_A', sealed: 'bot' }, { ...tenants, name: 'ROBOT_A' }]
  const both = { TOKEN: "the tenant's opened by key", BOT_A: 'bot opened by key' }
  assert.deepEqual(await secretsOf(aDesk(bots, keys).hello), both)
  const own = { session: id, name: 'TOKEN', sealed: 'its own' }
  assert.deepEqual(await secretsOf(aDesk([tenants, own], keys).hello), { TOKEN: 'its own opened by key' })
})

test('a session is told the hooks of its kind, and a word for each of its doors', async () => {
  const welcome = await aDesk([], new Map()).hello()
  assert.ok(welcome !== 'fenced')
  assert.deepEqual(welcome.hooks, { stripe: { maxBytes: 1_048_576 }, pix: { maxBytes: 10 } })
  assert.deepEqual([welcome.commandToken, welcome.hookToken], ['command token', 'hook token'])
})

test('a data key that somebody deleted is told, and its ticket stays good for when it is back', async () => {
  const { hello, live } = aDesk([{ session: null, name: 'TOKEN', sealed: 'x' }], new Map())
  await assert.rejects(hello(), { code: 'SEAL_BROKEN', message: /data key of acme is gone/ })
  assert.equal(live.helloed, false)
})

test('a beat is heard also when a secret can no longer be opened', async () => {
  const { beat, seen } = aDesk([{ session: null, name: 'TOKEN', sealed: 'x' }], new Map())
  assert.notEqual(beat(aBeat({ accounts: ['phone:1'], port: null })), 'fenced')
  assert.deepEqual(seen, [['phone:1']])
})

test('accounts are claimed when they are others than those claimed; a run that has not said frees nothing', () => {
  const { beat, seen, unit } = aDesk([], new Map())
  beat(aBeat({ accounts: null }))
  unit.accounts = ['phone:1', 'phone:2']
  for (const accounts of [null, ['phone:1', 'phone:2'], ['phone:2'], []]) beat(aBeat({ accounts }))
  assert.deepEqual(seen, [['phone:2'], []])
})

test('a session that listens is told that there are other secrets, never which; it asks for them, as long as it should run', () => {
  const { beat, secrets, wanted } = aDesk([{ session: null, name: 'BOT_A', sealed: 'bot' }], new Map([[ACME, 'key']]))
  const newFor = (change: Partial<Beat>) => {
    const answer = beat(aBeat(change))
    return answer !== 'fenced' && answer.newSecrets
  }
  assert.equal(newFor({ takesSecretsLive: true, secretsVersion: 'one' }), true)
  assert.equal(newFor({ takesSecretsLive: true, secretsVersion: 'two' }), false)
  assert.equal(newFor({ takesSecretsLive: false, secretsVersion: 'one' }), false)
  assert.deepEqual(secrets(), { secrets: { BOT_A: 'bot opened by key' }, version: 'two' })
  assert.equal(secrets('another run' as RunId), 'fenced')
  assert.throws(() => Array.from({ length: 30 }, () => secrets()), { code: 'TOO_MANY' })
  wanted.should = { do: 'stop', reason: null }
  assert.equal(secrets(), 'fenced')
})

test('a first journal is kept before it is answered; told again after a supervisor died it is the same, and no second one is taken', async () => {
  const { journal, hello, kept, unit } = aDesk([], new Map())
  assert.equal(await journal('a', 'another run' as RunId), 'fenced')
  assert.equal(kept.journal, null)
  assert.deepEqual(await journal('a'), {})
  assert.deepEqual(
    [kept.journal, unit.journal],
    [
      { id: 'a', row: 0 },
      { id: 'a', row: 0 },
    ],
  )
  unit.journal = null // the supervisor that asked the store did not live to note it
  assert.deepEqual(await journal('a'), {})
  await assert.rejects(journal('b'), { code: 'JOURNAL_UNKNOWN', message: /another one than it had; .*frota recover/ })
  const welcome = await hello()
  assert.deepEqual(welcome !== 'fenced' && welcome.journal, { id: 'a', row: 0 })
})

test('a session’s events are counted up to their row; one that only the supervisor may say is put aside, not in the way', async () => {
  const { events, unit, aside, appended, id } = aDesk([], new Map())
  unit.journal = { id: 'a', row: 3 }
  const event = { id: '01890a5d-ac96-774b-bcce-b302099a8057', seq: 7, at: '2026-01-15T12:00:00Z', type: 'x', data: {} }
  const refused = [{ event: { ...event, type: 'session.state' }, why: 'not its word' }]
  await events({ journal: 'a', taken: { ...emptyBatch(), events: [event] }, refused, upTo: 8 })
  assert.deepEqual(aside, ['not its word'])
  assert.deepEqual(appended, [['x'], { session: id, journal: 'a', row: 8 }])
  assert.equal(unit.journal.row, 8)
  await events({ journal: 'an older one', taken: { ...emptyBatch(), events: [event] }, refused: [], upTo: 90 })
  await events({ journal: null, taken: { ...emptyBatch(), events: [event] }, refused: [], upTo: 90 })
  assert.equal(unit.journal.row, 8)
})

test('a port is shown that was offered and is no other session’s, or that is really the session’s own; none else', () => {
  const { beat, live, others } = aDesk([], new Map())
  live.beat = null
  assert.throws(() => beat(aBeat({ port: 22 })), { code: 'BAD_REQUEST', message: /does not listen on 22/ })
  assert.equal(live.beat, null)
  for (const port of [3002, ITS_OWN]) {
    assert.notEqual(beat(aBeat({ port })), 'fenced')
    assert.equal(aPort(live), port)
  }
  const other = aLive({ run: 'run-2' as RunId, beat: aBeat({ port: 3001 }), ports: [] })
  others.push(aUnit({ state: 'ready', since: NOW, reason: null, live: other }, {}, 'other'))
  assert.throws(() => beat(aBeat({ port: 3001 })), { code: 'BAD_REQUEST' })
  assert.equal(aPort(live), ITS_OWN)
  for (const port of [ITS_OWN, 3002]) beat(aBeat({ port }))
  assert.equal(aPort(live), 3002)
})

const aPort = (live: LiveRun) => live.beat?.port

test('a session that was paired and loads its chats has its whole time to get ready, however long the scan took', () => {
  const { beat, live, unit } = aDesk([], new Map())
  live.beat = null
  live.startedAt = NOW - 600_000
  beat(aBeat({ state: 'starting' }))
  assert.equal(live.startedAt, NOW - 600_000, 'one that was starting all along has no more time')
  unit.life = { state: 'degraded', since: NOW, reason: 'no beat for 20 s', live }
  beat(aBeat({ state: 'starting' }))
  assert.equal(live.startedAt, NOW - 600_000, 'nor has one that hung meanwhile')
  unit.life = { state: 'pairing', since: NOW, reason: null, live }
  beat(aBeat({ state: 'pairing' }))
  beat(aBeat({ state: 'starting' }))
  assert.equal(live.startedAt, NOW)
})

async function secretsOf(hello: ReturnType<typeof aDesk>['hello']) {
  const answer = await hello()
  return answer === 'fenced' ? answer : answer.secrets
}

test('a session is told what its plan lets it keep, with its welcome and at every beat as it is now', async () => {
  const { hello, beat, wanted } = aDesk([], new Map())
  const allows = (bytes: number) => Object.assign(wanted, { maxRecordsBytes: bytes })
  allows(1_000)
  const welcome = await hello()
  assert.ok(welcome !== 'fenced')
  assert.equal(welcome.maxRecordsBytes, 1_000)
  allows(2_000)
  const answer = beat(aBeat({ port: null }))
  assert.ok(answer !== 'fenced')
  assert.equal(answer.maxRecordsBytes, 2_000)
})
