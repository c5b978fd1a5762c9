import assert from 'node:assert/strict'
import { chmodSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import type { SessionId, TenantId } from '../core/ids.js'
import { Secret } from '../core/secret.js'
import { newKeyFile } from './master-key.js'
import { type KeyCheckStore, openTenantVault, openVault, openVaultOffline, type VaultSources } from './vault.js'

const acme = 'tenant-acme' as TenantId
const beta = 'tenant-beta' as TenantId
const vendas = 'session-vendas' as SessionId

let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'frota-vault-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function checkStore(): KeyCheckStore {
  let kept: string | undefined
  return {
    keyCheck: async () => kept,
    setKeyCheck: async (value) => (kept ??= value),
  }
}

const sources = (change: Partial<VaultSources> = {}): VaultSources => ({
  masterKey: null,
  keyFile: join(dir, 'master.key'),
  store: checkStore(),
  storeIsLocal: true,
  ...change,
})
const keyValue = (byte: string) => ({ value: new Secret(byte.repeat(32)) })

async function acmeVault() {
  const vault = await openVault(sources())
  const wrapped = vault.wrapNewDataKey(acme)
  return { vault, wrapped, tenant: vault.tenant(acme, wrapped) }
}

test('a sealed secret opens again, and neither its text nor its row shows it', async () => {
  const { vault, wrapped, tenant } = await acmeVault()
  const row = tenant.seal(vendas, 'API_KEY', 'sk-very-secret-ção-1234')
  assert.ok(!JSON.stringify(row).includes('very-secret'))
  assert.equal(row.last4, '1234')
  assert.match(row.sealed, /^v1\./)
  assert.equal(vault.tenant(acme, wrapped).open(row), 'sk-very-secret-ção-1234')
})

test('the same secret sealed twice differs, but has the same fingerprint; a short one shows nothing of itself', async () => {
  const { tenant } = await acmeVault()
  const [one, two] = [tenant.seal(null, 'PIN', '1234'), tenant.seal(null, 'PIN', '1234')]
  assert.notEqual(one.sealed, two.sealed)
  assert.equal(one.fingerprint, two.fingerprint)
  assert.equal(one.last4, '')
})

test('ciphertext moved to another name, session or tenant does not open', async () => {
  const { vault, wrapped, tenant } = await acmeVault()
  const row = tenant.seal(vendas, 'API_KEY', 'value')
  assert.throws(() => tenant.open({ ...row, name: 'OTHER' }), { code: 'SEAL_BROKEN' })
  assert.throws(() => tenant.open({ ...row, session: null }), { code: 'SEAL_BROKEN' })
  assert.throws(() => vault.tenant(beta, vault.wrapNewDataKey(beta)).open(row), { code: 'SEAL_BROKEN' })
  assert.throws(() => vault.tenant(beta, wrapped), { code: 'SEAL_BROKEN' })
})

test('the operator’s secrets open under their name only, and are no tenant’s', async () => {
  const { vault, tenant } = await acmeVault()
  const row = vault.operator.seal('BOT_TOKEN', 'a long enough token')
  assert.equal(vault.operator.open(row), 'a long enough token')
  assert.deepEqual([row.last4, row.fingerprint], ['oken', tenant.seal(null, 'X', 'a long enough token').fingerprint])
  assert.throws(() => vault.operator.open({ ...row, name: 'OTHER' }), { code: 'SEAL_BROKEN' })
  assert.throws(() => tenant.open({ ...row, session: null }), { code: 'SEAL_BROKEN' })
  assert.throws(() => vault.operator.open(tenant.seal(null, 'BOT_TOKEN', 'x')), { code: 'SEAL_BROKEN' })
})

test('a tenant’s box opens for its tenant and purpose only, and is none of its secrets', async () => {
  const { vault, tenant } = await acmeVault()
  const sealed = tenant.box('channel ops').seal('settings')
  assert.equal(tenant.box('channel ops').open(sealed), 'settings')
  const others = [tenant.box('channel other'), vault.tenant(beta, vault.wrapNewDataKey(beta)).box('channel ops')]
  for (const box of [...others, vault.box('channel ops')])
    assert.throws(() => box.open(sealed), { code: 'SEAL_BROKEN' })
  assert.throws(() => tenant.open({ session: null, name: 'channel ops', sealed }), { code: 'SEAL_BROKEN' })
})

test('one changed character anywhere is noticed', async () => {
  const { tenant } = await acmeVault()
  const row = tenant.seal(vendas, 'API_KEY', 'a longer value')
  const parts = row.sealed.split('.')
  for (const at of parts.keys()) {
    const bent = parts.map((part, i) => (i === at ? `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}` : part))
    assert.throws(() => tenant.open({ ...row, sealed: bent.join('.') }), { code: 'SEAL_BROKEN' })
  }
  for (const sealed of ['', 'v1', 'v1...', `${row.sealed}.x`, row.sealed.slice(0, -4)]) {
    assert.throws(() => tenant.open({ ...row, sealed }), { code: 'SEAL_BROKEN' })
  }
})

test('a local store without a key gets one of its own, for its user only, and finds it again', async () => {
  const local = sources()
  const { keyId } = await openVault(local)
  assert.equal(lstatSync(local.keyFile).mode & 0o777, 0o600)
  assert.equal((await openVault(local)).keyId, keyId)
  assert.ok(!readFileSync(local.keyFile, 'utf8').includes(keyId))
})

test('two starts at the same moment agree on one key', async () => {
  const local = sources()
  const vaults = await Promise.all([openVault(local), openVault(local), openVault(local)])
  assert.equal(new Set(vaults.map(({ keyId }) => keyId)).size, 1)
})

test('a remote store gets no key by itself: the operator is told to make and back up one', async () => {
  const remote = sources({ storeIsLocal: false })
  await assert.rejects(openVault(remote), { code: 'KEY_MISSING', hint: /frota key new.*backup/ })
  assert.ok(!existsSync(remote.keyFile))
  newKeyFile(remote.keyFile)
  await openVault(remote)
})

test('a lost key is never replaced by a new one', async () => {
  const local = sources()
  await openVault(local)
  rmSync(local.keyFile)
  await assert.rejects(openVault(local), { code: 'KEY_MISSING', hint: /backup/ })
  assert.ok(!existsSync(local.keyFile))
})

test('a wrong key fails at the start, and no message holds it', async () => {
  const store = checkStore()
  await openVault(sources({ store, masterKey: keyValue('ab') }))
  await assert.rejects(openVault(sources({ store, masterKey: keyValue('cd') })), (error: Error) => {
    assert.equal('code' in error && error.code, 'WRONG_KEY')
    assert.ok(!error.message.includes('cdcd'))
    return true
  })
})

test('an existing key file is never overwritten; one that others may read, or that holds no key, is refused', async () => {
  const local = sources()
  newKeyFile(local.keyFile)
  assert.throws(() => newKeyFile(local.keyFile), { code: 'KEY_EXISTS' })
  chmodSync(local.keyFile, 0o644)
  await assert.rejects(openVault(local), { code: 'KEY_EXPOSED', hint: /chmod 600/ })
  chmodSync(local.keyFile, 0o600)
  writeFileSync(local.keyFile, 'hello\n')
  await assert.rejects(openVault(local), { code: 'BAD_KEY' })
})

test('homes with the same master key know an outside account by the same claim, others by another', async () => {
  const [one, two, other] = await Promise.all(
    ['ab', 'ab', 'cd'].map((byte) => openVault(sources({ masterKey: keyValue(byte) }))),
  )
  assert.equal(one?.claim('bot:1'), two?.claim('bot:1'))
  assert.notEqual(one?.claim('bot:1'), other?.claim('bot:1'))
  assert.notEqual(one?.claim('bot:1'), one?.claim('bot:2'))
  assert.notDeepEqual(one?.subkey('session tokens'), one?.subkey('claims'))
})

test("the mirror's box opens without the store, and only for its purpose", async () => {
  const masterKey = keyValue('ab')
  const sealed = (await openVault(sources({ masterKey }))).box('mirror').seal('{"a":1}')
  const offline = openVaultOffline({ masterKey, keyFile: '' })
  assert.equal(offline?.box('mirror').open(sealed), '{"a":1}')
  assert.throws(() => offline?.box('operator').open(sealed), { code: 'SEAL_BROKEN' })
  assert.equal(openVaultOffline({ masterKey: null, keyFile: join(dir, 'none') }), undefined)
})

test("a tenant's data key is made once and kept by the store", async () => {
  const vault = await openVault(sources())
  let kept: string | undefined
  const keys = { dataKey: async () => kept, addDataKey: async (wrapped: string) => (kept ??= wrapped) }
  const row = (await openTenantVault(vault, acme, keys)).seal(null, 'X', 'value')
  assert.equal((await openTenantVault(vault, acme, keys)).open(row), 'value')
})
