// Everything a running session has besides its kind: journal, beats, shipping, lease, address, port. Opened in this order,
// because each needs the one before; the callbacks that point forward find their part once it is there.

import type { RunId } from '../core/ids.js'
import type { Beat, Welcome } from '../core/protocol.js'
import { openJournal, type SessionJournal } from '../journal/journal.js'
import type { SessionContext } from '../kinds/kind.js'
import { listenAtAddress } from './address.js'
import { type Beats, startBeats } from './beats.js'
import { hostUptimeMs, monotonicMs } from './clock.js'
import { commandsOf, stackOf } from './commands.js'
import { contextFrom } from './context.js'
import { listenHealth } from './health.js'
import { hooksOf } from './hooks.js'
import { tellJournal } from './journal-word.js'
import { leaseFrom } from './lease.js'
import type { Link } from './link.js'
import { liveConfig } from './live-config.js'
import { liveValue } from './live-value.js'
import type { SessionLog } from './log.js'
import { metricsText } from './metrics.js'
import { asSecrets, secretsFetcher } from './new-secrets.js'
import { randomSource } from './random.js'
import { type Redact, redactedJson } from './redact.js'
import { type Shipping, startShipping } from './shipping.js'
import { stateLogger } from './state-log.js'
import { type Status, statusOf } from './status.js'
import type { Stop } from './stop.js'

const { join } = process.getBuiltinModule('node:path')

const TIDY_EVERY_MS = 60 * 60 * 1000
const LAST_BEAT_MS = 300

export interface WorkplaceParts {
  welcome: Welcome
  /** When the question was sent that the welcome answers. */
  askedAtMs: number
  run: RunId
  /** Where this session is to be found. */
  address: string
  /** `acme/vendas` */
  session: string
  link: Link
  stop: Stop
  log: SessionLog
  redact: Redact
  /** From now on these are redacted too. */
  hide(values: string[]): void
  /** The kind failed where nobody awaits it. */
  crash: (error: unknown) => void
}

export interface Workplace {
  readonly ctx: SessionContext
  readonly journal: SessionJournal
  /** Another copy is the live one. */
  isFenced(): boolean
  /** After `run` has ended: the last beat, the last events, address and port closed. */
  windUp(withinMs: number): Promise<void>
}

export async function openWorkplace(parts: WorkplaceParts): Promise<Workplace> {
  const { welcome, link, stop, log, redact } = parts
  const { signal } = stop
  const now = () => new Date()
  let beats: Beats | undefined
  let shipping: Shipping | undefined
  let fenced = false

  const status = statusOf({
    now,
    redact,
    onChange: () => beats?.soon(),
    onNewState: stateLogger(log, monotonicMs),
    onProblem: (problem) => log.warn(problem),
  })
  const journal = openJournal(join(welcome.dirs.data, 'journal.db'), {
    now,
    kept: welcome.journal,
    epoch: welcome.lease.epoch,
    maxRecordsBytes: welcome.maxRecordsBytes,
    random: randomSource(),
    toJson: (data) => redactedJson(data, redact),
    onRecord: () => shipping?.soon(),
    onTrouble: (reason) => tellTrouble(reason, status, log),
  })
  if (welcome.journal === null) await tellJournal(link, journal.mark().id, signal)
  const lease = leaseFrom(welcome.lease.epoch, hostUptimeMs)
  lease.confirm(welcome.lease.confirmedForMs, parts.askedAtMs)
  const config = liveConfig(welcome)
  const secrets = liveValue(asSecrets(welcome.secrets), welcome.secretsVersion, (version, other) => version !== other)
  const onTaken = () => beats?.soon()
  const fetchSecrets = secretsFetcher({ link, log, secrets, hide: parts.hide, onTaken, crash: parts.crash })
  const commands = commandsOf({ names: welcome.commands, signal, log, redact })
  const hooks = hooksOf({ specs: welcome.hooks, signal, log })
  const counters = () => ({ ...journal.counts(), logLinesDropped: log.dropped() })
  const onError = (message: string, stack: string) => log.error(message, { stack })
  const { commandToken, hookToken } = welcome
  const address = await listenAtAddress({ path: parts.address, commands, commandToken, hooks, hookToken, onError })
  const health = await openPort(parts, status, counters, onError)
  log.info('starts', { kind: welcome.kind, run: parts.run, port: health.port, pid: process.pid })

  beats = startBeats({
    link,
    log,
    beat: () => ({
      ...status.current(),
      port: health.port,
      configVersion: config.version(),
      limitsVersion: config.limitsVersion(),
      takesConfigLive: config.isTakenLive(),
      secretsVersion: secrets.version(),
      takesSecretsLive: secrets.isTakenLive(),
      counters: counters(),
    }),
    onAnswer({ lease: { confirmedForMs }, newer, newSecrets, maxRecordsBytes }, askedAtMs) {
      lease.confirm(confirmedForMs, askedAtMs)
      if (maxRecordsBytes !== null) journal.limit(maxRecordsBytes)
      if (newSecrets) void fetchSecrets()
      if (!newer || !config.isTakenLive()) return
      try {
        config.take(newer)
        beats?.soon()
      } catch (error) {
        parts.crash(error)
      }
    },
    onFenced() {
      fenced = true
      lease.lose()
      log.error('another copy is the live one: this one stops at once')
      stop.now('lease lost')
    },
  })
  shipping = startShipping(link, journal, log)
  signal.addEventListener('abort', () => status.stopping(String(signal.reason?.message)), { once: true })
  setInterval(() => tidy(journal, log), TIDY_EVERY_MS).unref()

  const ctx = contextFrom({
    welcome,
    signal,
    journal,
    log,
    status,
    lease: lease.view,
    commands,
    hooks,
    config,
    secrets,
  })
  return {
    ctx,
    journal,
    isFenced: () => fenced,
    async windUp(withinMs) {
      // Only a stop that somebody asked for is told: a crash is the supervisor's to see.
      const lastBeat = signal.aborted && !fenced ? beats.last(LAST_BEAT_MS) : undefined
      await Promise.all([lastBeat, shipping.flush(withinMs)])
      address.close()
      health.close()
      link.close()
    },
  }
}

function openPort(
  { welcome, run, session }: WorkplaceParts,
  status: Status,
  counters: () => Beat['counters'],
  onError: (message: string, stack: string) => void,
) {
  return listenHealth({
    ports: welcome.ports,
    health() {
      const { state, reason, since } = status.current()
      return { ready: state === 'ready', body: { state, reason, since, session, run } }
    },
    metrics: () => metricsText({ session, kind: welcome.kind, state: status.current().state, counters: counters() }),
    onError,
  })
}

function tellTrouble(reason: string | null, status: Status, log: SessionLog): void {
  if (reason === null) log.info('the journal takes writes again')
  else log.error(reason)
  status.trouble(reason)
}

function tidy(journal: SessionJournal, log: SessionLog): void {
  try {
    journal.tidy()
  } catch (error) {
    log.warn('the journal was not tidied', { error: stackOf(error) })
  }
}
