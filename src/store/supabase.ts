// The store in a Supabase project: supabase-js over the functions of supabase/migrations.

import type { TenantId } from '../core/ids.js'
import type { Json } from '../core/json.js'
import { hasCode } from '../node/codes.js'
import { channelToRow, rowToChannel } from './channels.js'
import { number, text } from './columns.js'
import { forgottenToRow, rowToForgotten } from './forgotten.js'
import { listMigrations } from './migrations.js'
import { type OperatorSecrets, operatorSecretToRow, rowToOperatorSecret } from './operator-secrets.js'
import { refusal } from './refusals.js'
import {
  auditToRow,
  claimToRow,
  planToRow,
  rowToAudit,
  rowToClaim,
  rowToEpoch,
  rowToJournal,
  rowToPlan,
  rowToSecret,
  rowToSession,
  rowToTenant,
  secretToRow,
  sessionToRow,
  tenantToRow,
} from './rows.js'
import type { Store, TenantCopy } from './store.js'
import { entryOrNull, readTrail } from './supabase/audit.js'
import {
  type Arguments,
  asRow,
  asRows,
  asTextOrNull,
  type Calls,
  connect,
  type SupabaseOptions,
} from './supabase/call.js'
import { homeStore } from './supabase/home.js'
import { tenantStore } from './supabase/tenant.js'
import { viewsIn } from './supabase/views.js'

/** Asks nothing yet: a home must be able to boot while its project is away. */
export async function openSupabaseStore(options: SupabaseOptions): Promise<Store> {
  const plain = await connect(options)
  const latest = listMigrations().length
  const checked = afterSchemaCheck(plain, latest)
  return {
    driver: 'supabase',
    schema: async () => ({ current: await schemaVersion(plain), latest }),
    views: () => viewsIn(checked),
    ...settings(checked),
    ...tenants(checked),
    ...operatorSecrets(checked),
    audit: async (entry) => void (await checked.call('frota_audit', { p_entry: entryOrNull(null, entry) })),
    auditTrail: (query) => readTrail(checked, null, query),
    tenant: (id) => tenantStore(checked, id),
    home: (id) => homeStore(checked, id),
    close: async () => plain.close(),
  }
}

/** The first call asks for the schema; until it was found right no other call is made. */
function afterSchemaCheck(plain: Calls, latest: number): Calls {
  let right: Promise<void> | undefined
  const check = () => {
    right ??= schemaVersion(plain).then(
      (current) => {
        if (current === latest) return
        right = undefined
        throw refusal(
          current > latest ? 'SCHEMA_NEWER' : 'SCHEMA_OLDER',
          `schema ${current}, this program knows ${latest}`,
        )
      },
      (error: unknown) => {
        right = undefined
        throw error
      },
    )
    return right
  }
  return {
    call: async (name: string, args?: Arguments) => {
      await check()
      return plain.call(name, args)
    },
    rows: async (name: string, args?: Arguments) => {
      await check()
      return plain.rows(name, args)
    },
    close: plain.close,
  }
}

async function schemaVersion(plain: Calls): Promise<number> {
  try {
    return Number(await plain.call('frota_schema'))
  } catch (error) {
    if (hasCode(error, 'SCHEMA_OLDER')) return 0 // no such function yet
    throw error
  }
}

function settings({
  call,
  rows,
}: Calls): Pick<Store, 'keyCheck' | 'setKeyCheck' | 'plans' | 'putPlan' | 'addPlan' | 'removePlan'> {
  return {
    keyCheck: async () => asTextOrNull(await call('frota_key_check')) ?? undefined,
    setKeyCheck: async (value) => String(await call('frota_set_key_check', { p_value: value })),
    plans: async () => (await rows('frota_plans')).map(rowToPlan),
    putPlan: async (plan, audit) =>
      void (await call('frota_put_plan', { p_plan: planToRow(plan), p_audit: entryOrNull(null, audit) })),
    addPlan: async (plan, audit) =>
      void (await call('frota_add_plan', { p_plan: planToRow(plan), p_audit: entryOrNull(null, audit) })),
    removePlan: async (slug, audit) =>
      void (await call('frota_remove_plan', { p_slug: slug, p_audit: entryOrNull(null, audit) })),
  }
}

function operatorSecrets({ call, rows }: Calls): OperatorSecrets {
  return {
    operatorSecrets: async () => (await rows('frota_operator_secrets')).map(rowToOperatorSecret),
    putOperatorSecret: async (secret, audit) =>
      void (await call('frota_put_operator_secret', {
        p_secret: operatorSecretToRow(secret),
        p_audit: entryOrNull(null, audit),
      })),
    removeOperatorSecret: async (name, audit) =>
      (await call('frota_remove_operator_secret', { p_name: name, p_audit: entryOrNull(null, audit) })) === true,
  }
}

function tenants({
  call,
  rows,
}: Calls): Pick<
  Store,
  | 'tenants'
  | 'tenantBySlug'
  | 'addTenant'
  | 'changeTenant'
  | 'removeTenant'
  | 'sessionCounts'
  | 'exportTenant'
  | 'importTenant'
> {
  return {
    tenants: async () => (await rows('frota_tenants')).map(rowToTenant),
    tenantBySlug: async (slug) => (await rows('frota_tenants', { p_slug: slug })).map(rowToTenant)[0],
    addTenant: async (tenant, audit) =>
      void (await call('frota_add_tenant', {
        p_tenant: tenantToRow(tenant),
        p_audit: entryOrNull(tenant.id, audit),
      })),
    changeTenant: async (id, { planExpiresAt, name, plan, status }, audit) => {
      const change = {
        ...(name !== undefined && { name }),
        ...(plan !== undefined && { plan }),
        ...(status !== undefined && { status }),
        ...(planExpiresAt !== undefined && { plan_expires_at: planExpiresAt?.toISOString() ?? null }),
      }
      await call('frota_change_tenant', { p_id: id, p_change: change, p_audit: entryOrNull(id, audit) })
    },
    removeTenant: async (id, audit) =>
      void (await call('frota_remove_tenant', { p_id: id, p_audit: entryOrNull(id, audit) })),
    sessionCounts: async () =>
      new Map(
        (await rows('frota_session_counts')).map((row) => [text(row, 'tenant_id') as TenantId, number(row, 'count')]),
      ),
    exportTenant: async (id) => toCopy(await call('frota_export_tenant', { p_id: id })),
    importTenant: async (copy) => void (await call('frota_import_tenant', { p_copy: fromCopy(copy) })),
  }
}

function toCopy(answer: Json): TenantCopy {
  const copy = asRow(answer) as Record<string, Json>
  return {
    tenant: rowToTenant(asRow(copy.tenant)),
    sessions: asRows(copy.sessions).map(rowToSession),
    secrets: asRows(copy.secrets).map(rowToSecret),
    dataKey: asTextOrNull(copy.data_key),
    channels: asRows(copy.channels).map(rowToChannel),
    claims: asRows(copy.claims).map(rowToClaim),
    epochs: asRows(copy.epochs).map(rowToEpoch),
    journals: asRows(copy.journals).map(rowToJournal),
    forgotten: asRows(copy.forgotten).map(rowToForgotten),
    audit: asRows(copy.audit).map(rowToAudit),
  }
}

function fromCopy(copy: TenantCopy): Json {
  const { id } = copy.tenant
  return {
    tenant: tenantToRow(copy.tenant),
    sessions: copy.sessions.map((session) => sessionToRow({ ...session, tenantId: id })),
    secrets: copy.secrets.map((secret) => secretToRow(id, secret)),
    data_key: copy.dataKey,
    channels: copy.channels.map((channel) => channelToRow(id, channel)),
    claims: copy.claims.map((claim) => claimToRow(id, claim)),
    epochs: copy.epochs.map(({ session, epoch }) => ({ session_id: session, epoch })),
    journals: copy.journals.map(({ session, id: journal, row }) => ({
      session_id: session,
      tenant_id: id,
      journal,
      acked_row: row,
    })),
    forgotten: copy.forgotten.map((one) => forgottenToRow(id, one)),
    audit: copy.audit.map((entry) => auditToRow(id, entry)),
  }
}
