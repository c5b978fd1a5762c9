// The master key wraps one random data key per tenant; each secret is sealed with its tenant's data key and bound to
// tenant, session and name, so that ciphertext cannot be moved. Nothing here is asynchronous but the key check:
// whoever has a snapshot of the store can open it while the store is away.
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { UserError } from '../core/errors.js'
import { OPERATOR, type SessionId, type TenantId } from '../core/ids.js'
import { KEY_BYTES } from '../core/key-text.js'
import { type KeySource, newKeyFile, readMasterKey } from './master-key.js'
import { openBytes, sealBytes } from './seal.js'

export interface Vault {
  /** Short name of the master key, to compare a backup with; says nothing about the key. */
  readonly keyId: string
  /** For `store.tenant(id).addDataKey()`: which keeps the first one written and answers it. */
  wrapNewDataKey(tenant: TenantId): string
  /** Seals and opens with the tenant's data key, as the store keeps it. */
  tenant(tenant: TenantId, wrappedDataKey: string): TenantVault
  /** The operator's own secrets, for host services: bound to operator and name. */
  readonly operator: OperatorVault
  /** The same for every home with this master key. */
  subkey(purpose: string): Uint8Array
  /** What the store knows an outside account by (`bot:123`, `wallet:0x…`): the same for every home. */
  claim(account: string): string
  /** For what is not a tenant's: the mirror, the operator's channels. */
  box(purpose: string): Box
}

export interface Box {
  seal(plain: string): string
  open(sealed: string): string
}

export interface TenantVault {
  /** For what is the tenant's and no secret of its sessions: its channels. */
  box(purpose: string): Box
  seal(session: SessionId | null, name: string, value: string): Sealed
  open(secret: { session: SessionId | null; name: string; sealed: string }): string
}

export interface OperatorVault {
  seal(name: string, value: string): Omit<Sealed, 'session'>
  open(secret: { name: string; sealed: string }): string
}

/** A row of the store's secrets, but for its time. */
export interface Sealed {
  session: SessionId | null
  name: string
  sealed: string
  /** Empty for a value too short to show a part of. */
  last4: string
  fingerprint: string
}

export interface KeyCheckStore {
  keyCheck(): Promise<string | undefined>
  setKeyCheck(value: string): Promise<string>
}

export interface VaultSources {
  masterKey: KeySource
  /** The home's own key file, used when `masterKey` is null. */
  keyFile: string
  store: KeyCheckStore
  /** Only then may a missing key file be made here: another home on the same store would make another key. */
  storeIsLocal: boolean
}

/** Throws a UserError when the key is missing, or is not the one the store was sealed with. */
export async function openVault(sources: VaultSources): Promise<Vault> {
  const { store, masterKey, keyFile } = sources
  const known = await store.keyCheck()
  const key = readMasterKey(masterKey, keyFile) ?? createKey(sources, known !== undefined)
  const check = keyCheckOf(key)
  const stored = known ?? (await store.setKeyCheck(check))
  if (!same(stored, check)) {
    throw new UserError(
      'WRONG_KEY',
      `The master key in ${describe(sources)} is not the one this store's secrets were sealed with.`,
      'put back the right key from your backup; "frota key check" shows which one is in use',
    )
  }
  return vaultOf(key)
}

/** Without asking the store; for the local mirror, which a wrong key does not open. Undefined without a key. */
export function openVaultOffline({
  masterKey,
  keyFile,
}: Pick<VaultSources, 'masterKey' | 'keyFile'>): Vault | undefined {
  const key = readMasterKey(masterKey, keyFile)
  return key && vaultOf(key)
}

/** The tenant's own vault; its data key is made when there is none yet. */
export async function openTenantVault(
  vault: Vault,
  tenant: TenantId,
  keys: { dataKey(): Promise<string | undefined>; addDataKey(wrapped: string): Promise<string> },
): Promise<TenantVault> {
  return vault.tenant(tenant, (await keys.dataKey()) ?? (await keys.addDataKey(vault.wrapNewDataKey(tenant))))
}

function createKey(sources: VaultSources, storeHasSecrets: boolean): Uint8Array {
  const path = describe(sources)
  if (storeHasSecrets) {
    throw new UserError(
      'KEY_MISSING',
      `The master key ${path} does not exist, but this store's secrets were sealed with one.`,
      'put it back from your backup, or set FROTA_MASTER_KEY_FILE; a new key could open none of them',
    )
  }
  if (sources.masterKey !== null || !sources.storeIsLocal) {
    throw new UserError(
      'KEY_MISSING',
      `The master key ${path} does not exist.`,
      'make one with "frota key new" and keep a backup of it elsewhere: without it the store\'s secrets are lost',
    )
  }
  try {
    newKeyFile(sources.keyFile)
  } catch (error) {
    if (!(error instanceof UserError && error.code === 'KEY_EXISTS')) throw error // another one was faster: use theirs
  }
  const key = readMasterKey(null, sources.keyFile)
  if (!key) throw new UserError('KEY_MISSING', `The master key ${path} was removed while it was being made.`)
  return key
}

const describe = ({ masterKey, keyFile }: Pick<VaultSources, 'masterKey' | 'keyFile'>) =>
  masterKey === null ? keyFile : 'file' in masterKey ? masterKey.file : 'FROTA_MASTER_KEY'

function vaultOf(master: Uint8Array): Vault {
  const subkey = (purpose: string) => derive(master, purpose)
  const wrapping = subkey('wrap data keys')
  const claims = subkey('claims')
  const fingerprints = subkey('fingerprints')
  return {
    keyId: keyCheckOf(master).slice('v1.'.length, 'v1.'.length + 8),
    subkey,
    wrapNewDataKey: (tenant) => sealBytes(wrapping, randomBytes(KEY_BYTES), ['data key', tenant]),
    tenant(tenant, wrapped) {
      const dataKey = openBytes(wrapping, wrapped, ['data key', tenant])
      if (!dataKey) throw unopened('data key of a tenant')
      return tenantVault(tenant, dataKey, fingerprints)
    },
    operator: operatorVault(subkey('operator secrets'), fingerprints),
    claim: (account) => createHmac('sha256', claims).update(account).digest('hex'),
    box: (purpose) => boxOf(subkey(`box ${purpose}`), [purpose]),
  }
}

function tenantVault(tenant: TenantId, dataKey: Uint8Array, fingerprints: Uint8Array): TenantVault {
  return {
    seal: (session, name, value) => ({
      session,
      name,
      sealed: sealBytes(dataKey, Buffer.from(value), [tenant, session, name]),
      ...shownOf(value, fingerprints),
    }),
    open: ({ session, name, sealed }) =>
      (openBytes(dataKey, sealed, [tenant, session, name]) ?? fail(`secret ${name}`)).toString('utf8'),
    box: (purpose) => boxOf(dataKey, ['box', tenant, purpose]),
  }
}

function operatorVault(key: Uint8Array, fingerprints: Uint8Array): OperatorVault {
  return {
    seal: (name, value) => ({
      name,
      sealed: sealBytes(key, Buffer.from(value), [OPERATOR, name]),
      ...shownOf(value, fingerprints),
    }),
    open: ({ name, sealed }) =>
      (openBytes(key, sealed, [OPERATOR, name]) ?? fail(`operator’s secret ${name}`)).toString('utf8'),
  }
}

const boxOf = (key: Uint8Array, context: string[]): Box => ({
  seal: (plain) => sealBytes(key, Buffer.from(plain), context),
  open: (sealed) => (openBytes(key, sealed, context) ?? fail(String(context.at(-1)))).toString('utf8'),
})

const shownOf = (value: string, fingerprints: Uint8Array) => ({
  last4: value.length >= MIN_LENGTH_TO_SHOW ? value.slice(-4) : '',
  // Keyed: a short secret cannot be guessed from it.
  fingerprint: createHmac('sha256', fingerprints).update(value).digest('hex').slice(0, 12),
})

const MIN_LENGTH_TO_SHOW = 12

function fail(what: string): never {
  throw unopened(what)
}

const unopened = (what: string) =>
  new UserError(
    'SEAL_BROKEN',
    `The ${what} cannot be opened: it was changed, moved, or sealed with another key.`,
    'set it again with "frota secret set"',
  )

const derive = (master: Uint8Array, purpose: string) =>
  new Uint8Array(hkdfSync('sha256', master, '', `frota ${purpose}`, KEY_BYTES))

/** Not secret: one cannot come from it to the key. */
const keyCheckOf = (master: Uint8Array) => `v1.${Buffer.from(derive(master, 'key check')).toString('hex').slice(0, 32)}`

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
