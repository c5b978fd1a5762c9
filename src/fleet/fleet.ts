// The operator's verbs. Menu, CLI and API call these and nothing else; nothing is decided here about a session's life:
// a verb writes what is wanted, the supervisor acts on it.
import { historyVerbs } from './history.js'
import { hostVerbs } from './host.js'
import { kindVerbs } from './kinds.js'
import { notifyVerbs } from './notify.js'
import type { FleetParts } from './parts.js'
import { planVerbs } from './plans.js'
import { recoverSession } from './recovery.js'
import { removeSession } from './removal.js'
import { renameVerbs } from './rename.js'
import { secretVerbs } from './secrets.js'
import { sessionVerbs } from './sessions.js'
import { tenantVerbs } from './tenants.js'

export type Fleet = ReturnType<typeof createFleet>

export function createFleet(parts: FleetParts) {
  const renames = renameVerbs(parts)
  return {
    tenants: { ...tenantVerbs(parts), rename: renames.tenant },
    plans: planVerbs(parts),
    kinds: kindVerbs(parts),
    sessions: {
      ...sessionVerbs(parts),
      rename: renames.session,
      remove: (input: { ref: string; keepData?: boolean }) => removeSession(parts, input),
      recover: (input: { ref: string }) => recoverSession(parts, input),
    },
    secrets: secretVerbs(parts),
    history: historyVerbs(parts),
    notify: notifyVerbs(parts),
    host: hostVerbs(parts),
  }
}
