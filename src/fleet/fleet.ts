// The operator's verbs. Menu, CLI and API call these and nothing else; nothing is decided here about a session's life:
// a verb writes what is wanted, the supervisor acts on it. Who asks is an argument: it decides what can be reached, and
// every change says it in the audit.
import type { Actor } from '../core/actors.js'
import type { Store } from '../store/store.js'
import { auditVerbs } from './audit.js'
import { channelVerbs } from './channels.js'
import { checkSession } from './check.js'
import { type Guests, guestsOf } from './guests.js'
import { historyVerbs } from './history.js'
import { listHooks } from './hooks.js'
import { hostVerbs } from './host.js'
import { kindVerbs } from './kinds.js'
import { moveSession } from './move.js'
import { notifyVerbs } from './notify.js'
import { endPairLink, makePairLink } from './pair-links.js'
import type { Acting, FleetParts } from './parts.js'
import { planVerbs } from './plans.js'
import { listRecords } from './records.js'
import { recoverSession } from './recovery.js'
import { removeSession } from './removal.js'
import { renameVerbs } from './rename.js'
import { scopedSnapshot, scopedStore } from './scope.js'
import { secretVerbs } from './secrets.js'
import { serviceVerbs } from './services.js'
import { sessionVerbs } from './sessions.js'
import { tenantVerbs } from './tenants.js'
import { viewVerbs } from './views.js'
import { wantedVerbs } from './wanted.js'

export type Fleet = ReturnType<typeof verbsFor>

export interface Fleets {
  as(actor: Actor): Fleet
  /** Whoever has followed a one-time link. */
  readonly guests: Guests
}

export function createFleet(parts: FleetParts): Fleets {
  // One view of the home for all: what it has read already is not sent again.
  const own = parts.store.home(parts.homeId)
  const home: Store['home'] = (id) => (id === parts.homeId ? own : parts.store.home(id))
  const shared = { ...parts, store: { ...parts.store, home } }
  return { as: (actor) => verbsFor(actingAs(shared, actor)), guests: guestsOf(shared) }
}

function actingAs(parts: FleetParts, actor: Actor): Acting {
  const { tenant } = actor
  if (tenant === null) return { ...parts, actor }
  return {
    ...parts,
    actor,
    store: scopedStore(parts.store, tenant),
    snapshot: async () => scopedSnapshot(await parts.snapshot(), tenant),
  }
}

function verbsFor(parts: Acting) {
  const renames = renameVerbs(parts)
  const views = viewVerbs(parts)
  return {
    tenants: { ...tenantVerbs(parts), rename: renames.tenant, views: views.list, view: views.view },
    plans: planVerbs(parts),
    kinds: kindVerbs(parts),
    sessions: {
      ...sessionVerbs(parts),
      ...wantedVerbs(parts),
      rename: renames.session,
      remove: (input: { ref: string; keepData?: boolean | undefined }) => removeSession(parts, input),
      check: (input: { ref: string }) => checkSession(parts, input),
      recover: (input: { ref: string }) => recoverSession(parts, input),
      move: (input: Parameters<typeof moveSession>[1]) => moveSession(parts, input),
      records: (input: Parameters<typeof listRecords>[1]) => listRecords(parts, input),
      hooks: (input: { ref: string }) => listHooks(parts, input),
      pairLink: (input: Parameters<typeof makePairLink>[1]) => makePairLink(parts, input),
      endPairLink: (input: { ref: string }) => endPairLink(parts, input),
    },
    secrets: secretVerbs(parts),
    history: historyVerbs(parts),
    audit: auditVerbs(parts),
    notify: notifyVerbs(parts),
    channels: channelVerbs(parts),
    host: hostVerbs(parts),
    services: serviceVerbs(parts),
  }
}
