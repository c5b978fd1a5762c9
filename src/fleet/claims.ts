// One session per outside account, across tenants: what a session's config and secrets say it will speak for.
import { notAllowed } from '../core/errors.js'
import { formatRef } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { checkConfig } from '../kinds/config.js'
import { openTenantVault } from '../vault/vault.js'
import type { FleetParts, Found } from './parts.js'

/**
 * Claims what the session would speak for. @param changed a secret about to be set, by name
 * @throws ACCOUNT_TAKEN, naming nobody: the other session may be another tenant's
 */
export async function reclaim(parts: FleetParts, found: Found, changed: Record<string, string> = {}): Promise<void> {
  const kind = parts.kinds.get(found.session.kind)
  const checked = kind?.claims && checkConfig(kind, found.session.config)
  if (!kind?.claims || !checked?.ok) return
  const secrets = { ...(await openedSecrets(parts, found)), ...changed }
  const accounts = kind.claims(checked.config as JsonObject, secrets)
  const vault = await parts.vault()
  const { taken } = await found.store.claim(found.session.id, 'declared', accounts.map(vault.claim))
  if (taken.length === 0) return
  throw notAllowed(
    'ACCOUNT_TAKEN',
    `${formatRef(found.ref)}: another session already uses this account.`,
    'one session per bot, wallet or phone number',
  )
}

async function openedSecrets(parts: FleetParts, { store, session, tenant }: Found): Promise<Record<string, string>> {
  const sealed = [...(await store.secrets(null)), ...(await store.secrets(session.id))]
  if (sealed.length === 0) return {}
  const vault = await openTenantVault(await parts.vault(), tenant.id, store)
  return Object.fromEntries(sealed.map((secret) => [secret.name, vault.open(secret)]))
}
