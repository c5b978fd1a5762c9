import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { HomeId, SessionId, TenantId } from '../core/ids.js'
import { SEED_PLANS } from '../core/plans.js'
import { HOSTILE, NOW } from './contract/samples.contract.js'
import { openMirror } from './mirror.js'
import type { Snapshot } from './store.js'

const CANARY = 'canary-5511999990000'
const box = {
  seal: (text: string) => `sealed:${Buffer.from(text).toString('hex')}`,
  open: (sealed: string) => {
    if (!sealed.startsWith('sealed:')) throw new Error('wrong key')
    return Buffer.from(sealed.slice(7), 'hex').toString()
  },
}

test('what was mirrored is read back exactly, by another process too', (t) => {
  const { path, open, troubles } = newMirror(t)
  open().save(snapshot())
  assert.deepEqual(open().load(), { snapshot: snapshot(), at: NOW })
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(readFileSync(path).includes(CANARY), false, 'nothing lies there in clear')
  assert.deepEqual(troubles, [])
})

test('a home that never mirrored has nothing to load, and no trouble', (t) => {
  const { open, troubles } = newMirror(t)
  assert.equal(open().load(), undefined)
  assert.deepEqual(troubles, [])
})

test('a mirror of another key, or damaged, is told and not used', (t) => {
  const { path, open, troubles } = newMirror(t)
  for (const content of ['other key', 'sealed:00ff', box.seal('AAAA'), '']) {
    writeFileSync(path, content)
    assert.equal(open().load(), undefined)
  }
  assert.equal(troubles.length, 4)
})

test('a mirror that cannot be written is told, and the last one stays', (t) => {
  const { path, open, troubles } = newMirror(t)
  open().save(snapshot())
  mkdirSync(`${path}.new`) // in the way of the new one, also for root
  open().save({ ...snapshot(), sessions: [] })
  assert.equal(troubles.length, 1)
  assert.deepEqual(open().load()?.snapshot, snapshot())
})

test('an unchanged snapshot is written again only to keep its time fresh', (t) => {
  const { path, open } = newMirror(t)
  let now = NOW
  const mirror = open(() => now)
  mirror.save(snapshot())
  rmSync(path)
  mirror.save(snapshot())
  assert.equal(existsSync(path), false)
  now = new Date(NOW.getTime() + 61_000)
  mirror.save(snapshot())
  assert.deepEqual(mirror.load()?.at, now)
  mirror.save({ ...snapshot(), sessions: [] })
  assert.deepEqual(mirror.load()?.snapshot.sessions, [])
})

function newMirror(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-mirror-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const path = join(dir, 'mirror')
  const troubles: Error[] = []
  const open = (now = () => NOW) => openMirror(path, { box, onTrouble: (error) => troubles.push(error), now })
  return { path, open, troubles }
}

const tenantId = 'tenant-1' as TenantId
const snapshot = (): Snapshot => ({
  plans: [...SEED_PLANS],
  tenants: [
    { id: tenantId, slug: 'a', name: CANARY, plan: 'free', status: 'active', planExpiresAt: NOW, createdAt: NOW },
  ],
  sessions: [
    {
      id: 'session-1' as SessionId,
      tenantId,
      name: 'vendas',
      displayName: 'Vendas',
      kind: 'whatsapp',
      config: { texts: [...HOSTILE], nested: { deep: [1, null, { x: true }] } },
      configVersion: 3,
      wanted: 'running',
      startRequests: 1,
      restartRequests: 0,
      home: 'home-1' as HomeId,
      createdAt: NOW,
    },
  ],
  secrets: [{ tenantId, session: null, name: 'K', sealed: 'v1:x', last4: 'cdef', fingerprint: 'f', updatedAt: NOW }],
  operatorSecrets: [],
  channels: [],
  dataKeys: new Map([[tenantId, 'wrapped']]),
  journals: new Map([['session-1' as SessionId, 'a journal']]),
})
