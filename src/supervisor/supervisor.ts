// The supervisor: reads what is wanted, looks at what is there, decides (plan.ts), acts (carry.ts). Once a second,
// at once after a verb or a change of state, and never on an unread store.
import { uptime } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../core/errors.js'
import { formatRef, type SessionId } from '../core/ids.js'
import type { Live } from '../core/live.js'
import { LEASE_RENEW_EVERY_MS } from '../core/protocol.js'
import { openBell } from '../node/waits.js'
import type { HostStatus } from '../processes/host.js'
import type { Snapshot } from '../store/store.js'
import { watchForAlerts } from './alerting.js'
import { openAside } from './aside.js'
import { openBeatWriter } from './beats.js'
import { type BootReport, recover } from './boot.js'
import { openCarrier } from './carry.js'
import { moveTimes, watchClock } from './clock.js'
import { openDesk } from './desk.js'
import { openDrain } from './drain.js'
import { listenForSessions } from './endpoint.js'
import { openEnds } from './ends.js'
import { openFarewell } from './farewell.js'
import { openFloods } from './floods.js'
import { openHistory } from './history.js'
import { openLeases } from './leases.js'
import { openLive } from './live.js'
import { openLoops } from './loops.js'
import { openObserver } from './observe.js'
import type { SupervisorParts } from './parts.js'
import { planActions } from './plan.js'
import { openRights } from './rights.js'
import { openRoster } from './roster.js'
import { tidyLogs } from './tidy.js'
import { liveOf } from './unit.js'
import { openWanted } from './wanted-view.js'

const TICK_MS = 1_000
/** After a pause this long (a hung loop, a suspended host) silence is not held against sessions. */
const PAUSE_MS = 5_000
/** An event of the host's own. */
const NOBODY = 'host' as SessionId
const TIDY_EVERY_MS = 60 * 60_000
/** Not while everything starts; but also on a host that never stays up for an hour. */
const FIRST_TIDY_MS = 2 * 60_000

export interface Supervisor {
  readonly live: Live
  readonly boot: BootReport
  host(): HostStatus
  /** What the store was last heard to say; null before the first answer. */
  snapshot(): Snapshot | null
  /** When the loop last turned; for /healthz and the watchdog. */
  lastTickMs(): number
  /** Leaves; sessions go on. With `drain` they are stopped first. */
  close(): Promise<void>
}

export async function startSupervisor(parts: SupervisorParts): Promise<Supervisor> {
  const { log } = parts
  const store = parts.store.home(parts.homeId)
  const roster = openRoster(parts.ledger)
  const wanted = openWanted(parts, store)
  const leases = openLeases(
    store,
    () => uptime() * 1000, // counts the time of a suspended host too, as the leases do
    () => wanted.outage() !== null,
  )
  const putAside = openAside(parts, roster)
  const history = openHistory(store, parts.ledger, parts.now, (event, { message: why }) =>
    putAside(event.session ?? NOBODY, [{ event, why }]),
  )
  const beats = openBeatWriter(parts, roster, store, putAside)
  const state = { beatsCountFromMs: 0, lastTick: 0 }
  const clockJumpMs = watchClock(
    () => parts.now().getTime(),
    () => performance.now(),
  )
  const closing = new AbortController()
  const loops = openLoops(log, closing.signal)
  const { every, background } = loops
  const bell = openBell()
  const going = openDrain({
    roster,
    log,
    turn: () => reconcile().catch(loops.told('drain')),
    tellStore,
    wake: bell.ring,
    closing: closing.signal,
  })
  const ends = openEnds(parts, roster, leases, history, going.isDraining)
  const carrier = openCarrier(parts, roster, leases, history, ends)
  const observer = openObserver(parts, roster, carrier)
  const floods = openFloods(parts, roster)
  const rights = openRights(parts, roster, leases, history, carrier)
  const retired = new Set<SessionId>()
  const letGo = openFarewell(parts, roster, history)
  const desk = openDesk(parts, roster, leases, history, {
    wanted: wanted.sessions,
    snapshot: wanted.snapshot,
    poke: bell.ring,
    isFenced: rights.isFenced,
    // While the store is away nobody can be asked; the next beat asks again.
    accountSeen: (...seen) => wanted.outage() || background('claim', rights.claimAccount(...seen)),
    keepJournal: store.keepJournal,
    putAside,
    tenantOf: async (id) => (await store.snapshot()).sessions.find((session) => session.id === id)?.tenantId,
  })
  watchForAlerts(parts, roster, history)
  parts.driver.onHint(bell.ring)

  await wanted.begin()
  roster.align(wanted.sessions(), parts.now().getTime())
  const boot = await recover(parts, roster, ends)
  let registered = false
  background('register', register())
  const endpoint = await listenForSessions(parts.settings.sessionsSocket, desk, parts.tickets, parts.now, log)
  state.beatsCountFromMs = parts.now().getTime()
  state.lastTick = performance.now()
  const running = [
    reconcileForEver(),
    every(parts.settings.storeReadEveryMs, 'read the store', readWanted),
    every(LEASE_RENEW_EVERY_MS, 'renew leases', rights.renewLeases),
    every(parts.settings.beatsToStoreEveryMs, 'write heartbeats', beats.flush),
    every(TICK_MS, 'ship events', history.ship),
    every(TICK_MS, 'look for floods', floods.look),
    every(5_000, 'look at the host', observer.lookAtHost),
    every(TIDY_EVERY_MS, 'tidy', tidy, FIRST_TIDY_MS),
  ]
  const live = openLive(parts, roster, wanted, {
    wake: async () => {
      await readWanted()
      await reconcile()
    },
    drain: going.drain,
    resume: async () => ({ resumed: going.resume('an operator brings the fleet up again') }),
    retire,
    isDraining: going.isDraining,
  })
  return {
    live,
    boot,
    host: observer.host,
    snapshot: wanted.snapshot,
    lastTickMs: () => state.lastTick,
    async close() {
      closing.abort()
      await endpoint.close()
      // One that hangs is not waited for: what it should be told lies in the journals and the ledger.
      if (wanted.outage()) await parts.store.close()
      await Promise.allSettled(running)
      await history.settled()
      if (!wanted.outage()) await beats.flush().catch(loops.told('last heartbeats'))
    },
  }

  /** Not waited for: a store that hangs must not hold up the sessions. */
  async function register() {
    await store.register({ host: parts.settings.hostName, version: parts.settings.version })
    registered = true
  }

  async function readWanted() {
    await wanted.refresh()
    if (!registered && !wanted.outage()) background('register', register())
    const gone = roster.align(wanted.sessions(), parts.now().getTime())
    const snapshot = wanted.snapshot()
    if (!snapshot || wanted.outage()) return
    await Promise.all(gone.map((unit) => (retired.has(unit.id) ? roster.forget(unit) : letGo(unit, snapshot))))
    for (const id of retired) if (!wanted.sessions().has(id)) retired.delete(id)
  }

  /** Decide, act, and decide again while deciding leads to something. Acting is not awaited: one slow stop holds nobody up. */
  async function reconcile() {
    const at = performance.now()
    if (at - state.lastTick > PAUSE_MS) state.beatsCountFromMs = parts.now().getTime()
    state.lastTick = at
    moveWithClock(clockJumpMs())
    await observer.lookAtProcesses()
    // To go down is an operator's word: it needs no store.
    if (!wanted.snapshot() && !going.isDraining()) return
    roster.align(wanted.sessions(), parts.now().getTime())
    for (const unit of roster.units()) {
      // Asked to start while it runs: obeyed already, and no reason to skip a backoff later.
      if (liveOf(unit) && unit.life.state !== 'stopping')
        unit.startRequestsSeen = wanted.sessions().get(unit.id)?.startRequests ?? unit.startRequestsSeen
    }
    const actions = planActions(wanted.sessions(), roster.units(), {
      nowMs: parts.now().getTime(),
      startingAtOnce: 2 * parts.host.cores,
      mayNotStart: observer.mayNotStart(),
      draining: going.isDraining(),
      beatsCountFromMs: state.beatsCountFromMs,
    })
    for (const action of actions) {
      const done = carrier.carryOut(action, wanted.sessions().get(action.id))
      background(action.do, action.do === 'mark' ? done : done.finally(bell.ring))
    }
  }

  function moveWithClock(ms: number) {
    if (ms === 0) return
    log.warn(`the clock was set by ${Math.round(ms / 1000)} s`)
    state.beatsCountFromMs += ms
    for (const unit of roster.units()) {
      moveTimes(unit, ms)
      roster.save(unit)
    }
  }

  async function tidy() {
    await tidyLogs(parts.settings.dirs.logs, wanted.sessions().values(), parts.now())
    await store.prune(parts.now())
  }

  async function tellStore() {
    if (wanted.outage()) return
    await history.ship().catch(loops.told('ship events'))
    await beats.flush().catch(loops.told('write heartbeats'))
  }

  /** The session's rows are gone or about to go: nothing of it may be left running. */
  async function retire(id: SessionId) {
    const unit = roster.get(id)
    if (!unit) return
    while (unit.busy) await sleep(20)
    if (liveOf(unit)) await carrier.ended(unit, { exitCode: null, reason: 'removed' })
    if (liveOf(unit)) throw new UserError('NOT_STOPPED', `${formatRef(unit.ref)} could not be ended.`, 'frota logs')
    roster.forget(unit)
    retired.add(id) // its row may still be there for a moment: whoever looks at it knows it anew
  }

  async function reconcileForEver() {
    while (!closing.signal.aborted) {
      await reconcile().catch(loops.told('reconcile'))
      await bell.wait(TICK_MS, closing.signal)
    }
  }
}
