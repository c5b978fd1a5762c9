// Things to put into a store under test. Ids and names are random: the store may be in use.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { UserError } from '../../core/errors.js'
import { type HomeId, type RunId, type SessionId, type TenantId, uuidv7 } from '../../core/ids.js'
import type { JsonObject } from '../../core/json.js'
import type { StoredChannel } from '../channels.js'
import type { StoredEvent } from '../events.js'
import type { AuditEntry, Heartbeat, NewSession, SealedSecret, StoredSession, Tenant } from '../store.js'

export const DAY_MS = 24 * 60 * 60 * 1000
export const NOW = new Date('2026-11-21T12:00:00.123Z')

/** Text that breaks careless SQL, JSON, logs and terminals; the last three cannot be stored in Postgres as they are. */
export const HOSTILE: readonly string[] = [
  `'; drop table events; --`,
  '%s %d $1 :name ?1 @x',
  '"\\"\\\\/\b\f\n\r\t',
  'ação 🇧🇷👩‍👩‍👧‍👦 \u202e rtl \u0000nul',
  '\ue000e000 \ue0000000',
  'half a pair \ud83d and \udc00 another',
]

export const aHome = () => randomUUID() as HomeId
export const aRun = () => randomUUID() as RunId

export const aTenant = (): Tenant => ({
  id: randomUUID() as TenantId,
  slug: `test-${randomUUID().slice(0, 13)}`,
  name: 'Test',
  plan: 'free',
  status: 'active',
  planExpiresAt: null,
  createdAt: NOW,
})

export const aSession = (): NewSession => ({
  id: randomUUID() as SessionId,
  name: `s-${randomUUID().slice(0, 13)}`,
  displayName: 'A session',
  kind: 'whatsapp',
  config: { n: 1, nested: { list: [1, 'two', null, true] } },
  home: aHome(),
  createdAt: NOW,
})

export const aSecret = (session: SessionId | null): SealedSecret => ({
  session,
  name: 'API_KEY',
  sealed: 'v1:c2VhbGVk',
  last4: 'cdef',
  fingerprint: '0123456789ab',
  updatedAt: NOW,
})

export const aChannel = (change: Partial<StoredChannel> = {}): StoredChannel => ({
  name: 'ops',
  type: 'telegram',
  topics: [],
  sealed: 'v1:c2VhbGVk',
  updatedAt: NOW,
  ...change,
})

export const aBeat = (session: StoredSession): Heartbeat => ({
  session: session.id,
  tenantId: session.tenantId,
  run: '0192aaaa-0000-7000-8000-000000000000' as RunId,
  state: 'ready',
  reason: null,
  detail: { phone: '+55 11' },
  pid: 4_194_304,
  port: 3001,
  host: 'one',
  rssBytes: 2 ** 33,
  cpuPercent: 1.25,
  restarts: 2,
  counters: { eventsPending: 0 },
  since: NOW,
  startedAt: NOW,
  stoppedAt: null,
  at: new Date(NOW.getTime() - 5000),
})

export const anEvent = (session: StoredSession, change: Partial<StoredEvent> = {}): StoredEvent => ({
  id: uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10))),
  tenantId: session.tenantId,
  session: session.id,
  at: NOW,
  type: 'note',
  data: {},
  ...change,
})

export const anEntry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  at: NOW,
  actor: 'operator:cli',
  action: `test.${randomUUID()}`,
  subject: HOSTILE[0] ?? '',
  data: hostileObject(),
  ...change,
})

export const hostileObject = (): JsonObject => ({
  texts: [...HOSTILE],
  ...Object.fromEntries(HOSTILE.map((text) => [text, text])),
  numbers: [0, -1, 1.5, 1e21, Number.MAX_SAFE_INTEGER, 5e-324],
  empty: { object: {}, list: [], text: '', nothing: null },
  constructor: 'x',
})

export const refused = (promise: Promise<unknown>, code: string) =>
  assert.rejects(promise, (error) => error instanceof UserError && error.code === code)

export function codesOf(results: PromiseSettledResult<unknown>[]): string[] {
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  return reasons.map((reason) => {
    if (reason instanceof UserError) return reason.code
    throw reason
  })
}
