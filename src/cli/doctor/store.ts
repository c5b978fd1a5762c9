// The store, the key that opens its secrets, and sessions that another home holds.
import { UserError } from '../../core/errors.js'
import type { Kinds } from '../../kinds/load.js'
import { viewsOf } from '../../kinds/views.js'
import { viewsMissing } from '../../store/migrations.js'
import type { Store } from '../../store/store.js'
import { openVaultOffline } from '../../vault/vault.js'
import { type Finding, fail, ok, type Patient, warn } from './finding.js'

export async function checkStore({ config, admin }: Patient): Promise<Finding[]> {
  const store = await admin.openStore()
  try {
    const began = performance.now()
    const { current, latest } = await store.schema()
    const ms = Math.round(performance.now() - began)
    const name = store.driver === 'sqlite' ? `sqlite (${config.paths.db})` : `supabase (${config.supabase?.url})`
    if (current > latest)
      return [fail('store', `${name} has schema ${current}, this program knows ${latest}.`, 'a newer frota')]
    if (current === latest) {
      const answered = ok('store', `${name}, schema ${current}, answered in ${ms} ms`)
      return [answered, ...(await checkViews(store, await admin.openKinds()))]
    }
    if (store.driver === 'supabase')
      return [fail('store', `${name} has schema ${current} of ${latest}.`, 'frota db migrate')]
    return [ok('store', current === 0 ? `${name} is made at first use` : `${name} is migrated at the next start`)]
  } finally {
    await store.close()
  }
}

/** Nothing but reading them needs them. */
async function checkViews(store: Store, kinds: Kinds): Promise<Finding[]> {
  const missing = await viewsMissing(store, viewsOf(kinds.list()))
  if (missing.length === 0) return []
  const names = missing.map(({ name }) => name).join(', ')
  return [warn('store', `It lacks views of kinds, or has them of another version: ${names}.`, 'frota db migrate')]
}

export async function checkKey({ config, admin }: Patient): Promise<Finding[]> {
  const offline = openVaultOffline({ masterKey: config.masterKey, keyFile: config.paths.keyFile })
  const store = await admin.openStore()
  try {
    const { current, latest } = await store.schema()
    const sealed = current === latest && (await store.keyCheck()) !== undefined
    if (sealed) {
      const { keyId } = await admin.openVault(store) // throws KEY_MISSING, WRONG_KEY
      return [ok('key', `${keyId} opens this store's secrets`, 'keep a copy of it elsewhere')]
    }
    if (offline) return [ok('key', `${offline.keyId}; nothing is sealed with it yet`)]
    if (store.driver === 'sqlite') return [ok('key', 'none yet: the first start makes it')]
    return [fail('key', 'There is no master key.', 'frota key new, and keep a copy of it elsewhere')]
  } catch (thrown) {
    if (thrown instanceof UserError) return [fail('key', thrown.message, thrown.hint)]
    throw thrown
  } finally {
    await store.close()
  }
}

export async function checkSessions({ live }: Patient): Promise<Finding[]> {
  if (!live) return []
  const rows = await live.call('sessions.list', {})
  const elsewhere = rows.filter((row) => /holds its lease/.test(row.reason ?? ''))
  const failed = rows.filter((row) => row.state === 'failed')
  const { warnings, store } = await live.call('host.status')
  const findings = [
    ...elsewhere.map((row) =>
      warn('leases', `${row.session}: ${row.reason}.`, 'two homes on one store: stop it there'),
    ),
    ...failed.map((row) => warn('sessions', `${row.session} failed: ${row.reason}.`, `frota logs ${row.session}`)),
    ...warnings.map((text) => warn('supervisor', text, 'frota status')),
  ]
  if (store.outage)
    findings.push(fail('store', `No answer since ${store.outage.since}: ${store.outage.reason}`, 'sessions go on'))
  return findings.length > 0 ? findings : [ok('sessions', `${rows.length}, none failed, none held by another home`)]
}

/** Not by what the store said before it went away: that it is away is told already. */
export async function checkLeftovers({ live }: Patient): Promise<Finding[]> {
  if (!live || (await live.call('host.status')).store.outage) return []
  const { deleted, kept } = await live.call('host.clean', { dryRun: true })
  const unshipped = kept.map(({ path, why }) =>
    warn('leftovers', `${path}: ${why}.`, 'delete it by hand to give them up'),
  )
  if (deleted.length === 0 && kept.length > 0) return unshipped
  if (deleted.length === 0) return [ok('leftovers', 'every login and log belongs to a session of this home')]
  const names = deleted.slice(0, 5).join(', ')
  const more = deleted.length > 5 ? ` and ${deleted.length - 5} more` : ''
  const advice = 'frota clean deletes them; a session of the same name, added again, takes its login up'
  return [...unshipped, warn('leftovers', `Of sessions that this home no longer has: ${names}${more}.`, advice)]
}
