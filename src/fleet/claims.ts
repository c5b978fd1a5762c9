// One session per outside account, across tenants: what a session's config and secrets say it will speak for.
import { notAllowed, UserError } from '../core/errors.js'
import { formatRef } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { readsSecret } from '../core/secret-names.js'
import { checkConfig } from '../kinds/config.js'
import type { SealedSecret } from '../store/store.js'
import { openTenantVault, type TenantVault } from '../vault/vault.js'
import type { FleetParts, Found } from './parts.js'

/** A secret that is about to be set, or removed. */
export type SecretChange =
  | { do: 'set'; name: string; value: string }
  | { do: 'remove'; name: string; session: SealedSecret['session'] }

/**
 * Claims what the session declares, in place of what it declared before; what it was seen to speak for stays claimed.
 * @throws ACCOUNT_TAKEN, naming nobody: the other session may be another tenant's
 */
export async function reclaim(parts: FleetParts, found: Found, change?: SecretChange): Promise<void> {
  const kind = parts.kinds.get(found.session.kind)
  const checked = kind?.claims && checkConfig(kind, found.session.config)
  if (!kind?.claims || !checked?.ok) return
  const isRead = (name: string) => readsSecret(kind.secrets, name)
  const claimsAfter = async (one?: SecretChange) =>
    kind.claims?.(checked.config as JsonObject, await openedSecrets(parts, found, isRead, one)) ?? []
  // What a removal takes away stays claimed until it is done: a second call, without the change, lets go of it.
  const accounts = [...(await claimsAfter(change)), ...(change?.do === 'remove' ? await claimsAfter() : [])]
  const vault = await parts.vault()
  const { taken } = await found.store.claim(found.session.id, 'declared', accounts.map(vault.claim))
  if (taken.length === 0) return
  throw notAllowed(
    'ACCOUNT_TAKEN',
    `${formatRef(found.ref)}: another session already uses this account.`,
    'one session per bot, wallet or phone number',
  )
}

/** As the session would be given them after the change: only what its kind reads, its own over its tenant's. */
async function openedSecrets(
  parts: FleetParts,
  { store, session, tenant }: Found,
  isRead: (name: string) => boolean,
  change: SecretChange | undefined,
): Promise<Record<string, string>> {
  const isGone = ({ session: of }: SealedSecret) => change?.do === 'set' || change?.session === of
  const isLeft = (secret: SealedSecret) => isRead(secret.name) && !(change?.name === secret.name && isGone(secret))
  const sealed = [...(await store.secrets(null)), ...(await store.secrets(session.id))].filter(isLeft)
  const changed = change?.do === 'set' && isRead(change.name) ? { [change.name]: change.value } : {}
  if (sealed.length === 0) return changed
  const vault = await openTenantVault(await parts.vault(), tenant.id, store)
  return { ...Object.fromEntries(sealed.flatMap((secret) => openedOrNot(vault, secret))), ...changed }
}

/** What cannot be opened is given to no session and claims nothing; it can still be replaced or removed. */
function openedOrNot(vault: TenantVault, secret: SealedSecret): [string, string][] {
  try {
    return [[secret.name, vault.open(secret)]]
  } catch (thrown) {
    if (thrown instanceof UserError && thrown.code === 'SEAL_BROKEN') return []
    throw thrown
  }
}
