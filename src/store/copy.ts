// Moving from one store to another: `frota db copy --to supabase`. Nothing in the first store is changed; what was
// copied before is left as it is and only its history and records are completed, so an interrupted copy is simply run again.
import type { HomeId, TenantId } from '../core/ids.js'
import { refusal } from './refusals.js'
import type { StoredKeep, StoredRecord } from './standing.js'
import type { Store, Tenant } from './store.js'

const EVENTS_PER_BATCH = 500
const MAX_REQUEST_BYTES = 1024 * 1024
/** Appending asks for no home in particular. */
const NO_HOME = 'copy' as HomeId

export interface CopyReport {
  tenants: number
  /** Tenants that were in the other store already. */
  present: number
  events: number
  /** How things stand, and what was removed. */
  records: number
}

/**
 * With the fleet down: what changes meanwhile may be missed.
 * KEY_MISMATCH when the other store was made with another master key, TENANT_EXISTS when it has another tenant of the
 * same slug, ACCOUNT_TAKEN when one of its own attends the same account.
 */
export async function copyStore(
  from: Store,
  to: Store,
  onTenant: (tenant: Tenant) => void = () => undefined,
): Promise<CopyReport> {
  await copyKeyCheck(from, to)
  await copyPlans(from, to)
  await copyOperatorSecrets(from, to)
  const report: CopyReport = { tenants: 0, present: 0, events: 0, records: 0 }
  for (const tenant of await from.tenants()) {
    onTenant(tenant)
    const there = await to.tenantBySlug(tenant.slug)
    if (there?.id === tenant.id) report.present += 1
    else {
      await to.importTenant(await from.exportTenant(tenant.id))
      report.tenants += 1
    }
    report.events += await copyEvents(from, to, tenant.id)
    report.records += await copyRecords(from, to, tenant.id)
  }
  return report
}

async function copyKeyCheck(from: Store, to: Store): Promise<void> {
  const check = await from.keyCheck()
  if (check !== undefined && (await to.setKeyCheck(check)) !== check) throw refusal('KEY_MISMATCH', to.driver)
}

/** Where other tenants live already, their plans are not changed under them. */
async function copyPlans(from: Store, to: Store): Promise<void> {
  const ours = new Set((await from.tenants()).map(({ id }) => id))
  const isShared = (await to.tenants()).some(({ id }) => !ours.has(id))
  const there = new Set((await to.plans()).map(({ slug }) => slug))
  for (const plan of await from.plans()) if (!isShared || !there.has(plan.slug)) await to.putPlan(plan)
}

/** What is there already stays: other homes may live by it. */
async function copyOperatorSecrets(from: Store, to: Store): Promise<void> {
  const there = new Set((await to.operatorSecrets()).map(({ name }) => name))
  for (const secret of await from.operatorSecrets()) if (!there.has(secret.name)) await to.putOperatorSecret(secret)
}

async function copyEvents(from: Store, to: Store, tenant: TenantId): Promise<number> {
  const target = to.tenant(tenant)
  const [newest] = await target.events({ limit: 1 })
  let copied = 0
  for (let afterId = newest?.id ?? ''; ; ) {
    const batch = await from.tenant(tenant).events({ afterId, limit: EVENTS_PER_BATCH })
    const [last] = batch
    if (!last) return copied
    for (const events of inRequests(batch.reverse())) await to.home(NO_HOME).append(events)
    copied += batch.length
    afterId = last.id
  }
}

async function copyRecords(from: Store, to: Store, tenant: TenantId): Promise<number> {
  let copied = 0
  for (const { id: session } of await from.tenant(tenant).sessions()) {
    for (let after: StoredRecord | undefined; ; ) {
      const page = await from
        .tenant(tenant)
        .records({ session, withRemoved: true, limit: EVENTS_PER_BATCH, ...(after && { after }) })
      const keeps = page.map(({ updatedAt, ...record }): StoredKeep => {
        return { ...record, tenantId: tenant, session, at: updatedAt, journal: null }
      })
      for (const some of inRequests(keeps)) await to.home(NO_HOME).append([], [], { keeps: some, forgets: [] })
      copied += page.length
      after = page.at(-1)
      if (!after) break
    }
  }
  return copied
}

/** In order, each of a size that a project takes in one request. */
function inRequests<T>(rows: T[]): T[][] {
  const requests: T[][] = []
  let bytes = MAX_REQUEST_BYTES
  for (const row of rows) {
    const size = JSON.stringify(row).length
    if (bytes + size > MAX_REQUEST_BYTES) {
      requests.push([])
      bytes = 0
    }
    requests.at(-1)?.push(row)
    bytes += size
  }
  return requests
}
