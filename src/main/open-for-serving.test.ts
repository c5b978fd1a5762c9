import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { loadConfig } from '../config/config.js'
import type { HomeId } from '../core/ids.js'
import { refusal } from '../store/refusals.js'
import { type Snapshot, type Store, StoreUnavailable } from '../store/store.js'
import { openVault } from '../vault/vault.js'
import { openForServing } from './open-for-serving.js'

const HOME = 'home' as HomeId

/** A project whose key check the test answers, when it wants to. */
function aProject(t: TestContext, { mirrored }: { mirrored: boolean }) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-serving-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  mkdirSync(join(dir, 'data'))
  if (mirrored) writeFileSync(join(dir, 'data/mirror.sealed'), '')
  const env = { FROTA_HOME: dir, FROTA_MASTER_KEY: 'ab'.repeat(32) }
  const config = loadConfig({ env, checkout: dir, cwd: dir })
  const said: { check: () => Promise<string | undefined> } = { check: () => new Promise(() => undefined) }
  const snapshot: Snapshot = {
    plans: [],
    tenants: [],
    sessions: [],
    secrets: [],
    operatorSecrets: [],
    channels: [],
    dataKeys: new Map(),
    journals: new Map(),
  }
  const store = {
    driver: 'supabase',
    keyCheck: () => said.check(),
    setKeyCheck: async (value: string) => value,
    home: () => ({ snapshot: async () => snapshot }),
  } as unknown as Store
  return { config, store, said, snapshot, read: (opened: Store) => opened.home(HOME).snapshot() }
}

async function checkOf(byte: string): Promise<string> {
  let kept = ''
  const store = { keyCheck: async () => undefined, setKeyCheck: async (value: string) => (kept = value) }
  const value = { reveal: () => byte.repeat(32) } as never
  await openVault({ masterKey: { value }, keyFile: '', store, storeIsLocal: false })
  return kept
}

const away = () => Promise.reject(new StoreUnavailable('supabase', 'away'))

test('a home with a mirror does not wait for a project that hangs; its key is checked when the answer comes', async (t) => {
  const project = aProject(t, { mirrored: true })
  let answer: (check: string) => void = () => undefined
  project.said.check = () => new Promise((resolve) => (answer = resolve))
  const { store, vault } = await openForServing(project.config, project.store)
  assert.ok(vault.keyId)
  const reading = project.read(store)
  answer(await checkOf('ab'))
  assert.equal(await reading, project.snapshot)
})

test('a key that turns out to be another one keeps the project away: nothing is read, sealed or written', async (t) => {
  const project = aProject(t, { mirrored: true })
  project.said.check = away
  const { store, checked } = await openForServing(project.config, project.store)
  await assert.rejects(project.read(store), /away/)
  const other = await checkOf('cd')
  project.said.check = async () => other
  await assert.rejects(
    project.read(store),
    (error) => error instanceof StoreUnavailable && /master key/.test(error.message),
  )
  await assert.rejects(checked(), { code: 'WRONG_KEY' })
  const right = await checkOf('ab')
  project.said.check = async () => right
  assert.equal(await project.read(store), project.snapshot, 'put right, all goes on without a restart')
  assert.ok(await checked())
})

test('a wrong key that the project tells of at once ends the start, with or without a mirror', async (t) => {
  const other = await checkOf('cd')
  for (const mirrored of [true, false]) {
    const project = aProject(t, { mirrored })
    project.said.check = async () => other
    await assert.rejects(openForServing(project.config, project.store), { code: 'WRONG_KEY' })
  }
})

test('a schema that does not fit is told at the first start, and is an outage to a home that has a mirror', async (t) => {
  const misfit = () => Promise.reject(refusal('SCHEMA_NEWER', 'schema 9'))
  const fresh = aProject(t, { mirrored: false })
  fresh.said.check = misfit
  await assert.rejects(openForServing(fresh.config, fresh.store), { code: 'SCHEMA_NEWER' })
  const known = aProject(t, { mirrored: true })
  known.said.check = misfit
  const { store } = await openForServing(known.config, known.store)
  await assert.rejects(known.read(store), StoreUnavailable)
})

test('a project that was emptied is an outage to a home that has had sessions, and a beginning to one that has not', async (t) => {
  const known = aProject(t, { mirrored: true })
  known.said.check = async () => undefined
  const { store } = await openForServing(known.config, known.store)
  await assert.rejects(
    known.read(store),
    (error) => error instanceof StoreUnavailable && /is empty/.test(error.message),
  )
  const fresh = aProject(t, { mirrored: false })
  fresh.said.check = async () => undefined
  const opened = await openForServing(fresh.config, fresh.store)
  assert.equal(await fresh.read(opened.store), fresh.snapshot)
})

test('a home without a key is told so, not that its project hangs', async (t) => {
  const project = aProject(t, { mirrored: true })
  let answer: (check: string) => void = () => undefined
  project.said.check = () => new Promise((resolve) => (answer = resolve))
  const opening = openForServing({ ...project.config, masterKey: null }, project.store)
  setTimeout(async () => answer(await checkOf('ab')), 1_800)
  await assert.rejects(opening, { code: 'KEY_MISSING' })
})
