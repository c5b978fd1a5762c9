// Secrets are write-only: set, listed by name and last characters, removed; never shown again.
import { notFound, usage } from '../core/errors.js'
import { didYouMean, formatRef, OPERATOR, parseRef, parseSlug, type SessionId } from '../core/ids.js'
import { naturally } from '../core/order.js'
import { readsSecret } from '../core/secret-names.js'
import type { Tenant, TenantStore } from '../store/store.js'
import { openTenantVault } from '../vault/vault.js'
import { reclaim, type SecretChange } from './claims.js'
import { operatorSecretVerbs } from './operator-secrets.js'
import { throwIfChangeIsOverPlan } from './over-plan.js'
import { type Acting, entitlementsOf, entryOf, type Found, needSession, needTenant, wake } from './parts.js'
import { type SecretView, throwIfBadSecret } from './secret-values.js'

/** Of one session or tenant together: a session is handed all that it reads in one answer. */
const MAX_BYTES_TOGETHER = 1024 * 1024

interface Scope {
  label: string
  tenant: Tenant
  store: TenantStore
  session: SessionId | null
  found: Found | null
}

export function secretVerbs(parts: Acting) {
  const operators = operatorSecretVerbs(parts)
  return { set, list, remove }

  /**
   * @param input.scope a session (`acme/vendas`), a tenant (`acme`: all its sessions, unless they have their own) or
   * `operator` (host services)
   */
  async function set(input: { scope: string; name: string; value: string }): Promise<SecretView> {
    if (input.scope === OPERATOR) return operators.set(input)
    const scope = await scopeOf(input.scope)
    throwIfUnknown(scope, input.name)
    throwIfBadSecret(input.name, input.value)
    await throwIfTooMuch(scope, input)
    const readers = await readersOf(scope, input.name)
    await throwIfOverPlan(scope, readers, { name: input.name, isSet: true })
    await reclaimAll(readers, { do: 'set', name: input.name, value: input.value })
    const vault = await openTenantVault(await parts.vault(), scope.tenant.id, scope.store)
    const sealed = { ...vault.seal(scope.session, input.name, input.value), updatedAt: parts.now() }
    await scope.store.putSecret(sealed, entryOf(parts, 'secret.set', scope.label, { name: input.name }))
    await wake(parts)
    return view(scope, sealed)
  }

  /** Of a session: its own, and those of its tenant that its kind reads. */
  async function list(input: { scope: string }): Promise<SecretView[]> {
    if (input.scope === OPERATOR) return operators.list()
    const scope = await scopeOf(input.scope)
    const own = (await scope.store.secrets(scope.session)).map((secret) => view(scope, secret))
    return scope.found ? [...own, ...(await inherited(scope, scope.found, own))].sort(byName) : own.sort(byName)
  }

  async function inherited(scope: Scope, { session, tenant }: Found, own: SecretView[]): Promise<SecretView[]> {
    const needs = parts.kinds.get(session.kind)?.secrets
    const named = new Set(own.map(({ name }) => name))
    return (await scope.store.secrets(null))
      .filter(({ name }) => readsSecret(needs, name))
      .map((secret) => ({ ...view({ label: tenant.slug }, secret), used: !named.has(secret.name) }))
  }

  async function remove(input: { scope: string; name: string }): Promise<void> {
    if (input.scope === OPERATOR) return operators.remove(input)
    const scope = await scopeOf(input.scope)
    await throwIfRemovalIsOverPlan(scope, input.name)
    const audit = entryOf(parts, 'secret.remove', scope.label, { name: input.name })
    const names = (await scope.store.secrets(scope.session)).map((secret) => secret.name)
    // What its sessions speak for without it: one of its tenant's may come in its place, and be another session's account.
    const change = { do: 'remove', name: input.name, session: scope.session } as const
    const readers = names.includes(input.name) ? await readersOf(scope, input.name) : []
    await reclaimAll(readers, change)
    if (!(await scope.store.removeSecret(scope.session, input.name, audit))) {
      const tenants = scope.found ? (await scope.store.secrets(null)).map((secret) => secret.name) : []
      const inherits = tenants.includes(input.name)
        ? `it is the customer’s: frota secret rm ${scope.tenant.slug} ${input.name}`
        : ''
      const hint = inherits || didYouMean(input.name, names) || `frota secret ls ${scope.label}`
      throw notFound('SECRET_UNKNOWN', `${scope.label} has no secret "${input.name}".`, hint)
    }
    for (const found of readers) await reclaim(parts, found)
    await wake(parts)
  }

  async function scopeOf(text: string): Promise<Scope> {
    if (text.includes('/')) {
      const found = await needSession(parts, parseRef(text))
      return { label: formatRef(found.ref), tenant: found.tenant, store: found.store, session: found.session.id, found }
    }
    const tenant = await needTenant(parts, parseSlug(text, 'tenant'))
    return { label: tenant.slug, tenant, store: parts.store.tenant(tenant.id), session: null, found: null }
  }

  /** A sealed one is longer than its value: a third, and a little. */
  async function throwIfTooMuch(scope: Scope, { name, value }: { name: string; value: string }) {
    const others = (await scope.store.secrets(scope.session)).filter((secret) => secret.name !== name)
    const bytes = others.reduce((sum, { sealed }) => sum + (sealed.length * 3) / 4, Buffer.byteLength(value))
    if (bytes <= MAX_BYTES_TOGETHER) return
    throw usage('SECRETS_TOO_LARGE', `${scope.label}: its secrets would be larger than 1 MB together.`, 'remove some')
  }

  /** All or none: what was claimed for the first is given back when a later one is refused. */
  async function reclaimAll(readers: Found[], change: SecretChange) {
    try {
      for (const found of readers) await reclaim(parts, found, change)
    } catch (thrown) {
      for (const found of readers) await reclaim(parts, found)
      throw thrown
    }
  }

  async function throwIfOverPlan({ tenant }: Scope, readers: Found[], secret: { name: string; isSet: boolean }) {
    const asking = readers.flatMap((found) => ({ found, kind: parts.kinds.get(found.session.kind) }))
    if (!asking.some(({ kind }) => kind?.refuses)) return
    const entitled = await entitlementsOf(parts, tenant)
    for (const { found, kind } of asking) {
      const { id, config } = found.session
      if (kind?.refuses)
        await throwIfChangeIsOverPlan({ ...found, id, kind, entitled }, { before: config, after: config, secret })
    }
  }

  /** A session's own that is removed is still there for it when its tenant has one of that name. */
  async function throwIfRemovalIsOverPlan(scope: Scope, name: string) {
    const isInherited = scope.found !== null && (await scope.store.secrets(null)).some((secret) => secret.name === name)
    if (!isInherited) await throwIfOverPlan(scope, await readersOf(scope, name), { name, isSet: false })
  }

  /** The sessions whose accounts or limits may follow from it: a tenant's secret is read by all that have none of that name. */
  async function readersOf(scope: Scope, name: string): Promise<Found[]> {
    if (scope.found) return [scope.found]
    const { tenant, store } = scope
    const readers: Found[] = []
    for (const session of await store.sessions()) {
      const kind = parts.kinds.get(session.kind)
      if (!kind?.claims && !kind?.refuses) continue
      const own = (await store.secrets(session.id)).some((secret) => secret.name === name)
      if (!own) readers.push({ tenant, session, store, ref: { tenant: tenant.slug, name: session.name } })
    }
    return readers
  }

  /** A secret that no kind would read is a typing mistake. */
  function throwIfUnknown(scope: Scope, name: string) {
    const kinds = scope.found ? [parts.kinds.need(scope.found.session.kind)] : parts.kinds.list()
    if (kinds.some((kind) => readsSecret(kind.secrets, name))) return
    const known = [...new Set(kinds.flatMap((kind) => Object.keys(kind.secrets ?? {})))]
    const hint =
      didYouMean(name, known) || (known.length > 0 ? `known: ${known.join(', ')}` : 'its kind reads no secrets')
    throw usage('SECRET_UNKNOWN', `${scope.label} reads no secret "${name}".`, hint)
  }
}

const byName = (a: SecretView, b: SecretView) => naturally(a.name, b.name) || Number(b.used) - Number(a.used)

const view = (
  scope: Pick<Scope, 'label'>,
  secret: { name: string; last4: string; fingerprint: string; updatedAt: Date },
): SecretView => ({
  scope: scope.label,
  name: secret.name,
  last4: secret.last4,
  fingerprint: secret.fingerprint,
  updatedAt: secret.updatedAt.toISOString(),
  used: true,
})
