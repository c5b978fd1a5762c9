// What the supervisor's pieces share. Each takes this one object and names what it uses of it; what a piece needs of
// only one other piece is an argument of its own.
import { uptime } from 'node:os'
import { formatRef, type SessionId } from '../core/ids.js'
import type { OneTimeLinks } from '../core/one-time-links.js'
import { type Bell, openBell } from '../node/waits.js'
import type { HomeStore } from '../store/store.js'
import { type Addresses, openAddresses } from './addresses.js'
import { openAside, type PutAside } from './aside.js'
import { type History, openHistory, type Refusals } from './history.js'
import { isHostUnit } from './host-units.js'
import { type Leases, openLeases } from './leases.js'
import { type Loops, openLoops } from './loops.js'
import { type Notices, openNotices } from './notices.js'
import { openOneTimeLinks } from './one-time-links.js'
import type { SupervisorLog, SupervisorParts } from './parts.js'
import { openRoster, type Roster } from './roster.js'
import { openWanted, type WantedView } from './wanted-view.js'

export interface Context {
  parts: SupervisorParts
  /** This home's own view of the store. */
  store: HomeStore
  roster: Roster
  wanted: WantedView
  links: OneTimeLinks
  leases: Leases
  addresses: Addresses
  history: History
  notices: Notices
  putAside: PutAside
  /** Rung when something that a plan depends on has changed: the loop turns at once. */
  bell: Bell
  loops: Loops
  /** The supervisor leaves. */
  closing: AbortSignal
}

export function openContext(parts: SupervisorParts, closing: AbortSignal): Context {
  const store = parts.store.home(parts.homeId)
  const roster = openRoster(parts.ledger)
  const links = openOneTimeLinks(parts.ledger.links, parts.now)
  const wanted = openWanted(parts, store, links)
  const putAside = openAside(parts, roster)
  const notices = openNotices(parts, wanted)
  return {
    parts,
    store,
    roster,
    wanted,
    links,
    addresses: openAddresses(parts.settings.addresses, parts.log),
    leases: leasesOfAll(openLeases(store, hostUptimeMs, () => wanted.outage() !== null)),
    notices,
    history: historyOfAll(
      openHistory({ store, ledger: parts.ledger, notices, now: parts.now }, refusals(parts, putAside)),
      parts.log,
    ),
    putAside,
    bell: openBell(),
    loops: openLoops(parts.log, closing),
    closing,
  }
}

function refusals(parts: SupervisorParts, putAside: PutAside): Refusals {
  return {
    row: (event, { message: why }) => putAside(event.session ?? NOBODY, [{ event, why }]),
    all: (sort, { message }) => {
      const text = `${message}. Nothing is lost: ${sort} wait in the sessions' journals until it takes them again.`
      parts.log.error(`The store takes no ${sort} at all: ${text}`)
      parts.alert({
        key: `history:${sort}`,
        level: 'warning',
        title: `The store takes no ${sort}`,
        text,
        session: null,
        at: parts.now(),
      })
    },
    over: (sort) => parts.clearAlert(`history:${sort}`),
  }
}

/** A host service's epoch is only counted: whoever holds the home's lock holds it. */
const leasesOfAll = (ofSessions: Leases): Leases => ({
  ...ofSessions,
  async acquire(unit, run) {
    if (!isHostUnit(unit)) return ofSessions.acquire(unit, run)
    unit.epoch += 1
    return { epoch: unit.epoch, journal: unit.journal }
  },
  release: async (unit, run) => (isHostUnit(unit) ? undefined : ofSessions.release(unit, run)),
})

/** What is seen of a host service goes into the supervisor's own log. */
const historyOfAll = (ofSessions: History, log: SupervisorLog): History => ({
  ...ofSessions,
  record(unit, type, data) {
    if (!isHostUnit(unit)) return ofSessions.record(unit, type, data)
    log.info(`${formatRef(unit.ref)} ${type}`, data)
  },
})

/** Counts the time of a suspended host too, as the leases do. */
const hostUptimeMs = () => uptime() * 1000

/** An event of the host's own. */
const NOBODY = 'host' as SessionId
