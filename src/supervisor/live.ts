// The supervisor as the operator's verbs see it.
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../core/errors.js'
import { didYouMean, formatRef, type SessionId } from '../core/ids.js'
import type { Live } from '../core/live.js'
import { askSession } from './ask.js'
import type { Context } from './context.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'
import type { ServiceVerbs } from './services.js'
import { liveOf, liveSession } from './unit.js'
import type { WantedView } from './wanted-view.js'

const GOING_DOWN = 'the fleet goes down; when nobody waits for that any more, frota up takes it back'

export function openLive(
  { parts, roster, wanted, notices, addresses, links }: Context,
  {
    isDraining,
    ...verbs
  }: Pick<Live, 'wake' | 'drain' | 'resume' | 'retire' | ServiceVerbs> & { isDraining(): boolean },
): Live {
  const startedAt = parts.now().toISOString()
  return {
    ...verbs,
    sessions() {
      const program = parts.settings.session.program()
      const problems = wanted.problems()
      return new Map(
        roster.sessions().map((unit) => [unit.id, liveSession(unit, problems.get(unit.id), program)] as const),
      )
    },
    async command(id, name, input) {
      const unit = roster.get(id)
      const live = unit && liveOf(unit)
      if (!unit || !live?.beat) {
        const ref = unit ? formatRef(unit.ref) : 'The session'
        throw new UserError('SESSION_NOT_RUNNING', `${ref} is not running.`, 'frota start brings it up')
      }
      const token = parts.tickets.commandToken(live.run)
      return askSession({ address: addresses.of(live.run), command: name, input, token })
    },
    async status() {
      const outage = wanted.outage()
      return {
        supervisor: { pid: process.pid, startedAt, rssBytes: process.memoryUsage.rss() },
        pm2: await parts.driver.info(),
        storeOutage: outage && { since: outage.since.toISOString(), reason: outage.reason },
        warnings: [
          ...(isDraining() ? [GOING_DOWN] : []),
          ...parts.kinds.problems,
          ...strangers(parts, roster),
          ...problemLines(roster, wanted),
        ],
      }
    },
    async whileStopped(id, name, work) {
      const unit = roster.get(id)
      if (!unit) return work()
      while (unit.busy) await sleep(20)
      if (liveOf(unit)) throw new UserError('SESSION_RUNNING', `${name} runs.`, `frota stop ${name} --wait, then again`)
      unit.busy = true
      try {
        return await work()
      } finally {
        unit.busy = false
      }
    },
    links,
    arriving: notices.arriving,
    testAlerts: () => parts.testAlerts(),
    channels: notices.states,
    testChannel: notices.test,
  }
}

/** A mistyped FROTA_ONLY starts nothing, and would say nothing. */
function strangers({ settings }: SupervisorParts, roster: Roster): string[] {
  const known = new Set(roster.sessions().map((unit) => formatRef(unit.ref)))
  return [...(settings.only ?? [])]
    .filter((ref) => !known.has(ref))
    .map((ref) => `FROTA_ONLY: this home has no session ${ref}${near(ref, known)}`)
}

const near = (ref: string, known: Set<string>) => {
  const hint = didYouMean(ref, known)
  return hint === '' ? '' : ` (${hint})`
}

function problemLines(roster: Roster, wanted: WantedView): string[] {
  return [...wanted.problems()].map(([id, problem]) => {
    const unit = roster.get(id as SessionId)
    return `${unit ? formatRef(unit.ref) : id}: ${problem}`
  })
}
