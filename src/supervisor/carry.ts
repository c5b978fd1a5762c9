// Carries out what plan.ts decided. With ends.ts the only part that touches processes and leases.
import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { messageOf } from '../core/errors.js'
import { formatRef, type RunId, unitName } from '../core/ids.js'
import type { Context } from './context.js'
import type { Ends, HowEnded } from './ends.js'
import { isHostUnit } from './host-units.js'
import type { Action } from './plan.js'
import { portCandidates } from './ports.js'
import { type AfterStop, type LiveRun, liveOf, type Unit } from './unit.js'
import { DEFAULT_LIMITS, type Wanted } from './wanted.js'

export interface Carrier {
  /** Does one action; the unit is busy meanwhile. Never rejects: what failed becomes the unit's state. */
  carryOut(action: Action, wanted: Wanted | undefined): Promise<void>
  /** A live run's process is gone (or must go): sweeps what is left of it and decides what comes next. */
  ended(unit: Unit, how: HowEnded): Promise<void>
  /** Asks its run to stop, whatever else is under way. One that stops already keeps its grace, and its reason. */
  stop(unit: Unit, stop: Stop): Promise<void>
}

export interface Stop {
  reason: string
  next: AfterStop
  /** Then it is killed. Left out: what its kind needs at most. */
  graceMs?: number
}

export function openCarrier({ parts, roster, leases, history, addresses }: Context, ends: Ends): Carrier {
  const { driver, settings, log } = parts
  const nowMs = () => parts.now().getTime()
  return { carryOut, ended, stop }

  async function carryOut(action: Action, wanted: Wanted | undefined) {
    const unit = roster.get(action.id)
    if (!unit || unit.busy) return
    unit.busy = true
    try {
      await act(unit, action, wanted)
    } catch (thrown) {
      log.error(`could not ${action.do} ${formatRef(unit.ref)}: ${messageOf(thrown)}`)
    } finally {
      unit.busy = false
    }
  }

  async function act(unit: Unit, action: Action, wanted: Wanted | undefined) {
    switch (action.do) {
      case 'start':
        return wanted && start(unit, wanted)
      case 'stop':
        return stop(unit, { ...action, graceMs: graceOf(wanted) })
      case 'kill':
        return ends.finish(unit, { exitCode: null, reason: action.reason })
      case 'mark':
        return mark(unit, action.as)
      case 'renice':
        return renice(unit)
    }
  }

  async function start(unit: Unit, wanted: Wanted) {
    const again = unit.startedAt !== null
    const restartAsked = wanted.restartRequests > unit.restartRequestsSeen
    const asked = wanted.startRequests > unit.startRequestsSeen || restartAsked
    if (asked) unit.attempts = { recentExits: [], sinceReady: 0, flappingTold: false }
    unit.startRequestsSeen = wanted.startRequests
    unit.restartRequestsSeen = wanted.restartRequests
    const run = randomUUID() as RunId
    const lease = await leases.acquire(unit, run)
    const at = nowMs()
    const wait = (reason: string, ms: number) =>
      roster.change(unit, { state: 'waiting', since: at, reason, retryAt: at + ms })
    if ('heldElsewhere' in lease) return wait(lease.heldElsewhere, lease.retryInMs)
    const journal = lease.journal === undefined ? lastKnownJournal(unit, wanted) : lease.journal
    // Whether it had one nobody can say: made now, a second one could not be told from the first.
    if (journal === null && lease.journal === undefined) return wait(FIRST_START, FIRST_START_RETRY_MS)
    unit.journal = journal
    unit.startedAt = at
    if (again && (restartAsked || !asked)) unit.restarts += 1
    const live = newRun(unit, wanted, run, lease.epoch, at)
    // Written before the spawn: a supervisor that dies in between finds the run in its ledger and its marker in /proc.
    roster.change(unit, { state: 'starting', since: at, reason: null, live })
    try {
      await mkdir(dataDir(unit), { recursive: true, mode: 0o700 })
      addresses.prepare()
      live.pid = (await driver.start(unitOf(unit, run, wanted))).pid
      roster.save(unit)
    } catch (thrown) {
      await ends.finish(unit, { exitCode: null, reason: `could not be started: ${messageOf(thrown)}` })
    }
  }

  function newRun(unit: Unit, wanted: Wanted, run: RunId, epoch: number, at: number): LiveRun {
    return {
      run,
      pid: 0,
      epoch,
      ports: programOf(unit).hasPort ? portCandidates(roster.sessions(), run, settings.basePort, unit.lastPort) : [],
      helloed: false,
      wire: null,
      program: settings.session.program(),
      configVersion: wanted.configVersion,
      secretsVersion: wanted.secretsVersion,
      limitsVersion: wanted.kindLimits.version,
      startedAt: at,
      beat: null,
      lastBeatAt: at,
      readySince: null,
      wasReady: false,
    }
  }

  function unitOf(unit: Unit, run: RunId, wanted: Wanted) {
    const name = unitName(unit.ref)
    const { args, socket, tickets } = programOf(unit)
    return {
      run,
      name,
      command: settings.session.command,
      args,
      cwd: settings.session.cwd,
      env: {
        ...settings.session.env,
        FROTA_HOME: settings.home,
        FROTA_SESSION: formatRef(unit.ref),
        FROTA_RUN: run,
        FROTA_SOCKET: socket,
        FROTA_ADDRESS: addresses.of(run),
        FROTA_TICKET: tickets.ticket({ session: unit.id, run }, nowMs()),
      },
      errorFile: path.join(settings.dirs.logs, `${name}.crash.log`),
      stopWithinMs: wanted.limits.stopWithinMs,
    }
  }

  /** What its process is, and where it says hello. A host service has no port of its own: it binds what it needs. */
  function programOf(unit: Unit) {
    if (!isHostUnit(unit))
      return { args: settings.session.args, socket: settings.sessionsSocket, tickets: parts.tickets, hasPort: true }
    const { args, socket, tickets } = parts.services
    return { args, socket, tickets, hasPort: false }
  }

  async function stop(unit: Unit, { reason, next, graceMs = graceOf(undefined) }: Stop) {
    const live = liveOf(unit)
    if (!live) return
    const since = nowMs()
    if (unit.life.state !== 'stopping')
      roster.change(unit, { state: 'stopping', since, reason, live, killAt: since + graceMs, next })
    await driver.signalStop(live.run)
  }

  function mark(unit: Unit, as: Extract<Action, { do: 'mark' }>['as']) {
    const since = nowMs()
    const live = liveOf(unit)
    if (as.state === 'degraded') {
      if (live) roster.change(unit, { state: 'degraded', since, reason: as.reason, live })
      return
    }
    const reason = as.reason ?? ''
    switch (as.state) {
      case 'stopped':
        return roster.change(unit, { state: 'stopped', since, reason: as.reason })
      case 'waiting':
        return roster.change(unit, { state: 'waiting', since, reason, retryAt: 0 })
      case 'failed':
        return roster.change(unit, { state: 'failed', since, reason, clears: 'config' })
    }
  }

  function renice(unit: Unit) {
    const live = liveOf(unit)
    if (!live || !unit.usage) return
    parts.host.renice(live.pid)
    unit.usage.reniced = true
    const cpuPercent = Math.round(unit.usage.cpuPercent)
    history.record(unit, 'session.reniced', { cpuPercent })
    const name = formatRef(unit.ref)
    const text = `${cpuPercent} % of a core for two minutes: it now runs with lower priority.`
    const about = { key: `cpu:${unit.id}`, session: name, at: parts.now() }
    parts.alert({ ...about, level: 'warning', title: `${name} uses too much CPU`, text })
  }

  async function ended(unit: Unit, how: HowEnded) {
    if (unit.busy) return
    unit.busy = true
    try {
      await ends.finish(unit, how)
    } catch (thrown) {
      log.error(`could not clean up after ${formatRef(unit.ref)}: ${messageOf(thrown)}`)
    } finally {
      unit.busy = false
    }
  }

  function dataDir(unit: Unit) {
    return path.join(settings.dirs.tokens, unit.ref.tenant, unit.ref.name)
  }
}

/** What was last read of the store names the journal; how far it was acknowledged only this home's own ledger knows. */
const lastKnownJournal = ({ journal }: Unit, { journalId }: Wanted) =>
  journalId === null || journal?.id === journalId ? journal : { id: journalId, row: 0 }

const FIRST_START = 'waits for the store: its first journal must be written down there'
const FIRST_START_RETRY_MS = 5_000

/** Half a second for the way there and back. */
const graceOf = (wanted: Wanted | undefined) => (wanted?.limits ?? DEFAULT_LIMITS).stopWithinMs + 500
