// The supervisor: reads what is wanted, looks at what is there, decides (plan.ts), acts (carry.ts). Once a second,
// at once after a verb or a change of state, and never on an unread store.
import type { Live } from '../core/live.js'
import { LEASE_RENEW_EVERY_MS } from '../core/protocol.js'
import type { HostStatus } from '../processes/host.js'
import type { Snapshot } from '../store/store.js'
import { watchForAlerts } from './alerting.js'
import { openBeatWriter } from './beats.js'
import { type BootReport, recover } from './boot.js'
import { openCarrier } from './carry.js'
import { openContext } from './context.js'
import { openDesk } from './desk.js'
import { openDrain } from './drain.js'
import { listenForSessions } from './endpoint.js'
import { openEnds } from './ends.js'
import { openFloods } from './floods.js'
import { openLive } from './live.js'
import { openMembers } from './members.js'
import { openObserver } from './observe.js'
import type { SupervisorParts } from './parts.js'
import { openRights } from './rights.js'
import { openRoutes } from './routes.js'
import { type AnswerCall, openServiceDesk, refused } from './service-desk.js'
import { listenForServices } from './service-endpoint.js'
import { serviceVerbs } from './services.js'
import { tidyLogs } from './tidy.js'
import { openTurns } from './turns.js'

const SHIP_EVERY_MS = 1_000
const LOOK_AT_HOST_EVERY_MS = 5_000
const TIDY_EVERY_MS = 60 * 60_000
/** Not while everything starts; but also on a host that never stays up for an hour. */
const FIRST_TIDY_MS = 2 * 60_000

export interface Supervisor {
  readonly live: Live
  readonly boot: BootReport
  host(): HostStatus
  /** What the store was last heard to say; null before the first answer. */
  snapshot(): Snapshot | null
  /** When the loop last turned; for `frota health` and the watchdog. */
  lastTickMs(): number
  /** From now on host services are answered what they ask by somebody's credential. */
  answerCalls(answer: AnswerCall): void
  /** Leaves; sessions go on. With `drain` they are stopped first. */
  close(): Promise<void>
}

export async function startSupervisor(parts: SupervisorParts): Promise<Supervisor> {
  const leaving = new AbortController()
  const context = openContext(parts, leaving.signal)
  const { store, roster, wanted, history, notices, bell, loops } = context
  const { settings } = parts
  const beats = openBeatWriter(context)
  const going = openDrain(context, { turn: () => turns.turn().catch(loops.told('drain')), tellStore })
  const ends = openEnds(context, going.isDraining)
  const carrier = openCarrier(context, ends)
  const members = openMembers(context, carrier)
  const observer = openObserver(context, carrier)
  const rights = openRights(context, carrier)
  const turns = openTurns(context, { carrier, observer, isDraining: going.isDraining })
  watchForAlerts(context)
  parts.driver.onHint(bell.ring)

  await wanted.begin()
  notices.align()
  roster.align(wanted.units(), parts.now().getTime())
  const boot = await recover(context, ends)
  members.register()
  let answerCall: AnswerCall = async () => refused(503, 'NOT_YET', 'The supervisor is coming up.')
  const desk = openDesk(context, rights)
  const serviceDesk = openServiceDesk(context, openRoutes(context), turns.lastTurnMs, (asked) => answerCall(asked))
  const endpoint = await listenForSessions(desk, parts)
  const serviceEndpoint = await listenForServices(serviceDesk, parts)
  turns.begin()
  const running = [
    turns.forEver(),
    loops.every(settings.storeReadEveryMs, 'read the store', members.read),
    loops.every(LEASE_RENEW_EVERY_MS, 'renew leases', rights.renewLeases),
    loops.every(settings.beatsToStoreEveryMs, 'write heartbeats', beats.flush),
    loops.every(SHIP_EVERY_MS, 'ship events', history.ship),
    loops.every(SHIP_EVERY_MS, 'look for floods', openFloods(context).look),
    loops.every(LOOK_AT_HOST_EVERY_MS, 'look at the host', observer.lookAtHost),
    loops.every(TIDY_EVERY_MS, 'tidy', tidy, FIRST_TIDY_MS),
  ]
  return {
    live: openLive(context, {
      async wake() {
        await members.read()
        await turns.turn()
      },
      drain: going.drain,
      resume: async () => ({ resumed: going.resume('an operator brings the fleet up again') }),
      retire: members.retire,
      ...serviceVerbs(context, turns.turn),
      isDraining: going.isDraining,
    }),
    boot,
    host: observer.host,
    snapshot: wanted.snapshot,
    lastTickMs: turns.lastTurnMs,
    answerCalls(answer) {
      answerCall = answer
    },
    async close() {
      leaving.abort()
      await Promise.all([endpoint.close(), serviceEndpoint.close()])
      // One that hangs is not waited for: what it should be told lies in the journals and the ledger.
      if (wanted.outage()) await parts.store.close()
      await Promise.allSettled(running)
      await history.settled()
      await notices.close()
      if (!wanted.outage()) await beats.flush().catch(loops.told('last heartbeats'))
    },
  }

  async function tidy() {
    await tidyLogs(settings.dirs.logs, wanted.units().values(), parts.now())
    await store.prune(parts.now())
    notices.prune()
  }

  async function tellStore() {
    if (wanted.outage()) return
    await history.ship().catch(loops.told('ship events'))
    await beats.flush().catch(loops.told('write heartbeats'))
  }
}
