// The host services of this home. They are the operator's alone: no tenant has a part in them.
import { throwIfBelow } from '../core/actors.js'
import { notFound, UserError } from '../core/errors.js'
import { didYouMean, formatRef, hostRef } from '../core/ids.js'
import type { LsRow } from '../core/states.js'
import type { HostService } from '../kinds/host-services.js'
import { type Acting, entryOf, type FleetParts } from './parts.js'
import { fromLive, UNSEEN } from './rows.js'

export function serviceVerbs(parts: Acting) {
  return { list: async () => serviceRows(parts), restart, recover }

  async function restart({ name }: { name: string }): Promise<{ session: string }> {
    const live = needLive(parts)
    await live.restartService(name)
    return told('service.restart', name)
  }

  async function recover({ name }: { name: string }): Promise<{ session: string; setAside: string | null }> {
    const { setAside } = await needLive(parts).recoverService(name)
    return { ...(await told('service.recover', name)), setAside }
  }

  async function told(action: string, name: string) {
    const session = formatRef(hostRef(name))
    await parts.store.audit(entryOf(parts, action, session, {}))
    return { session }
  }
}

/** The operator's alone. @throws ROLE_TOO_LOW, SERVICE_UNKNOWN */
export function needService({ actor, kinds }: Acting, name: string): HostService {
  throwIfBelow(actor, 'operator', formatRef(hostRef(name)))
  const service = kinds.services.get(name)
  if (service) return service
  const hint = didYouMean(name, kinds.services.keys()) || 'frota ls --host'
  throw notFound('SERVICE_UNKNOWN', `There is no host service "${name}".`, hint)
}

/** One row each, in the form of a session's. With the fleet down nothing of them runs, and no store tells of them. */
export function serviceRows(parts: FleetParts): LsRow[] {
  const row = (name: string, kind: string, wanted: LsRow['wanted'], seen: typeof UNSEEN): LsRow => {
    const { configVersion: _, ...rest } = seen
    return {
      session: formatRef(hostRef(name)),
      tenant: hostRef(name).tenant,
      name,
      kind,
      wanted,
      outdated: seen.oldProgram,
      ...rest,
    }
  }
  const rows = parts.live
    ? parts.live.services().map((live) => {
        const { name, from, wanted, ...seen } = live
        return row(name, from, wanted, fromLive(seen, parts))
      })
    : [...parts.kinds.services.values()].map(({ name, from }) => row(name, from, 'stopped', UNSEEN))
  return rows.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function needLive({ live }: FleetParts) {
  if (live) return live
  throw new UserError('FLEET_DOWN', 'The fleet is down.', 'frota up')
}
