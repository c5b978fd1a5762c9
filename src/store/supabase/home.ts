// The supervisor's wide view of one home: each of these is one request, however many sessions there are.
import type { HomeId, SessionId, TenantId } from '../../core/ids.js'
import type { Json } from '../../core/json.js'
import { LEASE_TTL_MS } from '../../core/protocol.js'
import { rowsOf } from '../../core/put-aside.js'
import { rowToTenantsChannel } from '../channels.js'
import { number, type Row, text } from '../columns.js'
import { rowToOperatorSecret } from '../operator-secrets.js'
import {
  auditToRow,
  beatToRow,
  eventToRow,
  forgetToRow,
  keepToRow,
  rowToBeat,
  rowToEvent,
  rowToLease,
  rowToMark,
  rowToPlan,
  rowToSecret,
  rowToSession,
  rowToTenant,
} from '../rows.js'
import { emptied, type HomeStore, type Snapshot, StoreUnavailable } from '../store.js'
import { entryOrNull } from './audit.js'
import { asRow, asRows, type Calls, heldOrNull, markOrNull } from './call.js'

const PRUNE_CHUNK_ROWS = 5_000

export function homeStore({ call, rows }: Calls, home: HomeId): HomeStore {
  let last: { digest: string; snapshot: Snapshot; hasKey: boolean } | undefined
  return {
    register: async ({ host, version }) =>
      void (await call('frota_register', { p_home: home, p_host: host, p_version: version })),
    snapshot: async () => {
      const known = last
      const answer = asRow(await call('frota_snapshot', { p_home: home, p_known: known?.digest ?? null }))
      const digest = text(answer, 'digest')
      // The project counts what it sends: the same again is not sent.
      if (known?.digest === digest) return known.snapshot
      // Emptied, or made anew: what it says of our sessions is not that they were removed.
      if (known?.hasKey && answer.key_check === null) throw new StoreUnavailable('supabase', emptied())
      last = { digest, snapshot: toSnapshot(answer), hasKey: answer.key_check !== null }
      return last.snapshot
    },
    changeWanted: async (changes) => {
      if (changes.length === 0) return new Set()
      const items = changes.map(({ session, wanted, requestStart, requestRestart, audit }) => ({
        id: session,
        wanted: wanted ?? null,
        start: requestStart ?? false,
        restart: requestRestart ?? false,
        audit: auditToRow(null, audit),
      }))
      const changed = await call('frota_change_wanted', { p_home: home, p_changes: items })
      return new Set(Array.isArray(changed) ? changed.map((id) => String(id) as SessionId) : [])
    },
    acquire: async (session, run, atLeast = 1) => {
      const answer = asRow(
        await call('frota_acquire', {
          p_home: home,
          p_session: session,
          p_run: run,
          p_ttl_ms: LEASE_TTL_MS,
          p_at_least: atLeast,
        }),
      )
      if ('epoch' in answer) return { epoch: number(answer, 'epoch'), journal: markOrNull(answer.journal as Json) }
      return { heldBy: text(answer, 'held_by') as HomeId, untilMs: Date.now() + number(answer, 'for_ms') }
    },
    move: async (session, from, journal, audit) => {
      const p_audit = entryOrNull(null, audit)
      const args = { p_home: home, p_session: session, p_from: from, p_journal: journal, p_audit }
      const held = heldOrNull(await call('frota_move', args))
      return held === null ? { moved: true } : { moved: false, ...held }
    },
    renew: async () => (await rows('frota_renew', { p_home: home, p_ttl_ms: LEASE_TTL_MS })).map(rowToLease),
    release: async (session, run) =>
      void (await call('frota_release', { p_home: home, p_session: session, p_run: run })),
    keepJournal: async (session, id) =>
      rowToMark(asRow(await call('frota_keep_journal', { p_home: home, p_session: session, p_journal: id }))),
    beat: async (beats) => {
      if (beats.length > 0) await call('frota_beat', { p_home: home, p_rows: rowsOf('supabase', beats, beatToRow) })
    },
    heartbeats: async () => (await rows('frota_heartbeats', { p_home: home })).map(rowToBeat),
    append: async (events, acks = [], { keeps, forgets } = { keeps: [], forgets: [] }) => {
      if (events.length + acks.length + keeps.length + forgets.length === 0) return new Set()
      const told = acks.map(({ session, journal, row }) => ({ session_id: session, journal, acked_row: row }))
      const notices = await call('frota_append', {
        p_events: rowsOf('supabase', events, eventToRow),
        p_acks: told,
        p_keeps: rowsOf('supabase', keeps, keepToRow),
        p_forgets: rowsOf('supabase', forgets, forgetToRow),
      })
      return new Set(Array.isArray(notices) ? notices.map(String) : [])
    },
    events: async ({ sessions, type, since, after, limit }) => {
      const answer = asRow(
        await call('frota_home_events', {
          p_home: home,
          p_sessions: sessions ?? null,
          p_type: type ?? null,
          p_since: since?.toISOString() ?? null,
          p_after: after ?? null,
          p_limit: limit,
        }),
      )
      return { events: asRows((answer as Record<string, Json>).events).map(rowToEvent), next: text(answer, 'next') }
    },
    prune: async (now) => {
      let pruned = 0
      for (let deleted = PRUNE_CHUNK_ROWS; deleted === PRUNE_CHUNK_ROWS; pruned += deleted) {
        deleted = Number(await call('frota_prune', { p_now: now.toISOString(), p_chunk: PRUNE_CHUNK_ROWS }))
      }
      return pruned
    },
  }
}

function toSnapshot(answer: Row): Snapshot {
  const all = answer as Record<string, Json>
  return {
    plans: asRows(all.plans).map(rowToPlan),
    tenants: asRows(all.tenants).map(rowToTenant),
    sessions: asRows(all.sessions).map(rowToSession),
    secrets: asRows(all.secrets).map((row) => ({ ...rowToSecret(row), tenantId: text(row, 'tenant_id') as TenantId })),
    channels: asRows(all.channels).map(rowToTenantsChannel),
    operatorSecrets: asRows(all.operator_secrets).map(rowToOperatorSecret),
    dataKeys: new Map(asRows(all.data_keys).map((row) => [text(row, 'tenant_id') as TenantId, text(row, 'wrapped')])),
    journals: new Map(asRows(all.journals).map((row) => [text(row, 'session_id') as SessionId, text(row, 'journal')])),
  }
}
