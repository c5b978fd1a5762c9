// One tenant's rows. Every function is told the tenant: another tenant's id finds nothing.
import type { TenantId } from '../../core/ids.js'
import type { WriteRow } from '../columns.js'
import { rowToEvent, rowToRecord, rowToSecret, rowToSession, secretToRow, sessionToRow } from '../rows.js'
import type { SessionChange, TenantStore } from '../store.js'
import { entryOrNull, readTrail } from './audit.js'
import { asRow, asTextOrNull, type Calls, heldOrNull, markOrNull } from './call.js'
import { tenantChannels } from './channels.js'
import { tenantViews } from './views.js'

export function tenantStore(calls: Calls, tenant: TenantId): TenantStore {
  return {
    ...sessions(calls, tenant),
    ...secrets(calls, tenant),
    ...tenantChannels(calls, tenant),
    ...history(calls, tenant),
    ...tenantViews(calls, tenant),
  }
}

function sessions(
  { call, rows }: Calls,
  tenant: TenantId,
): Pick<TenantStore, 'sessions' | 'session' | 'addSession' | 'changeSession' | 'removeSession'> {
  return {
    sessions: async () => (await rows('frota_sessions', { p_tenant: tenant })).map(rowToSession),
    session: async (name) => (await rows('frota_sessions', { p_tenant: tenant, p_name: name })).map(rowToSession)[0],
    addSession: async (session, limit, audit) => {
      const row = sessionToRow({
        ...session,
        tenantId: tenant,
        configVersion: 1,
        wanted: 'stopped',
        startRequests: 0,
        restartRequests: 0,
      })
      const args = { p_session: row, p_limit: limit, p_audit: entryOrNull(tenant, audit) }
      return rowToSession(asRow(await call('frota_add_session', args)))
    },
    changeSession: async (id, change, { ifConfigVersion, audit } = {}) => {
      const changed = await call('frota_change_session', {
        p_tenant: tenant,
        p_id: id,
        p_change: changeToRow(change),
        p_start: change.requestStart ?? false,
        p_restart: change.requestRestart ?? false,
        p_if_config_version: ifConfigVersion ?? null,
        p_audit: entryOrNull(tenant, audit),
      })
      return rowToSession(asRow(changed))
    },
    removeSession: async (id, audit, { keepData = false } = {}) => {
      const p_audit = entryOrNull(tenant, audit)
      await call('frota_remove_session', { p_tenant: tenant, p_id: id, p_audit, p_keep_data: keepData })
    },
  }
}

const changeToRow = ({ displayName, config, wanted, home }: SessionChange): WriteRow => ({
  ...(displayName !== undefined && { display_name: displayName }),
  ...(config !== undefined && { config }),
  ...(wanted !== undefined && { wanted }),
  ...(home !== undefined && { home }),
})

function secrets(
  { call, rows }: Calls,
  tenant: TenantId,
): Pick<
  TenantStore,
  'secrets' | 'putSecret' | 'removeSecret' | 'dataKey' | 'addDataKey' | 'claim' | 'journal' | 'lease' | 'replaceJournal'
> {
  return {
    secrets: async (session) =>
      (await rows('frota_secrets', { p_tenant: tenant, p_session: session })).map(rowToSecret),
    putSecret: async (secret, audit) =>
      void (await call('frota_put_secret', {
        p_secret: secretToRow(tenant, secret),
        p_audit: entryOrNull(tenant, audit),
      })),
    removeSecret: async (session, name, audit) => {
      const args = { p_tenant: tenant, p_session: session, p_name: name, p_audit: entryOrNull(tenant, audit) }
      return (await call('frota_remove_secret', args)) === true
    },
    dataKey: async () => asTextOrNull(await call('frota_data_key', { p_tenant: tenant })) ?? undefined,
    addDataKey: async (wrapped) => String(await call('frota_add_data_key', { p_tenant: tenant, p_wrapped: wrapped })),
    lease: async (session) => heldOrNull(await call('frota_lease', { p_tenant: tenant, p_session: session })),
    journal: async (session) => markOrNull(await call('frota_journal', { p_tenant: tenant, p_session: session })),
    replaceJournal: async (session, id, audit) =>
      void (await call('frota_replace_journal', {
        p_tenant: tenant,
        p_session: session,
        p_journal: id,
        p_audit: entryOrNull(tenant, audit),
      })),
    claim: async (session, source, accounts) => {
      const names = { p_tenant: tenant, p_session: session, p_source: source }
      const taken = await call('frota_claim', { ...names, p_accounts: accounts })
      return { taken: Array.isArray(taken) ? taken.map(String) : [] }
    },
  }
}

function history(calls: Calls, tenant: TenantId): Pick<TenantStore, 'events' | 'records' | 'auditTrail'> {
  return {
    records: async ({ session, collection, after, withRemoved = false, limit }) => {
      const found = await calls.rows('frota_records', {
        p_tenant: tenant,
        p_session: session,
        p_collection: collection ?? null,
        p_after_collection: after?.collection ?? null,
        p_after_key: after?.key ?? null,
        p_removed: withRemoved,
        p_limit: limit,
      })
      return found.map(rowToRecord)
    },
    events: async (query) => {
      const found = await calls.rows('frota_events', {
        p_tenant: tenant,
        p_session: query.session ?? null,
        p_type: query.type ?? null,
        p_since: query.since?.toISOString() ?? null,
        p_after: query.afterId ?? null,
        p_limit: query.limit,
      })
      const events = found.map(rowToEvent)
      return query.afterId === undefined ? events : events.reverse()
    },
    auditTrail: (query) => readTrail(calls, tenant, query),
  }
}
