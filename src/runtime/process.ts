// One process of ours, from hello to exit code: a session's, or a host service's.
import type { RunEnv } from '../config/session-env.js'
import type { SessionJournal } from '../journal/journal.js'
import { monotonicMs } from './clock.js'
import { takeConsoleOver } from './console.js'
import { farewell } from './farewell.js'
import { echoTo } from './foreground.js'
import { sayHello } from './hello.js'
import { type Link, openLink } from './link.js'
import { openLog, type SessionLog } from './log.js'
import { openLogFile } from './log-file.js'
import { offerToOomKiller } from './oom.js'
import { type Outcome, outcomeOfError, outcomeOfFence, outcomeOfHang, outcomeOfReturn, shortReason } from './outcome.js'
import { openRedactor, type Redact } from './redact.js'
import { writeStderr } from './stderr.js'
import { listenForStop, type Stop } from './stop.js'

const FENCED_GRACE_MS = 1_000
/** Of the grace, kept for what comes after `run`: the last beat, the last events. */
const WIND_UP_MS = 1_500
const CLOSING_MS = 300

/** What every answer to hello has. */
export interface AnyWelcome {
  token: string
  secrets: Record<string, string>
  stopWithinMs: number
  dirs: { data: string; logFile: string }
}

export interface Given<Welcome> {
  welcome: Welcome
  /** When the question was sent that the welcome answers. */
  askedAtMs: number
  env: RunEnv
  link: Link
  stop: Stop
  log: SessionLog
  redact: Redact
  /** From now on these are redacted too. */
  hide(values: string[]): void
  /** The code that is run failed where nobody awaits it. */
  crash: (error: unknown) => void
}

/** Everything the process has besides the code that it is for. */
export interface Place {
  readonly journal: SessionJournal
  /** Loads that code and runs it. */
  run(): Promise<void>
  /** Another copy is the live one. */
  isFenced(): boolean
  /** After `run` has ended: the last beat, what is still to ship, everything closed. */
  windUp(withinMs: number): Promise<void>
}

/** Ends with the process. */
export async function runProcess<Welcome extends AnyWelcome>(
  env: RunEnv,
  open: (given: Given<Welcome>) => Promise<Place>,
): Promise<never> {
  const stop = listenForStop(env)
  const link = openLink(env.socket)
  const { welcome, askedAtMs } = await sayHello<Welcome>(link, env.ticket, stop.signal).catch((error: unknown) => {
    const { code, reason } = outcomeOfError(error, stop.signal)
    writeStderr(`${new Date().toISOString()} ${env.name}: ${shortReason(reason)}\n`)
    process.exit(code)
  })
  link.setToken(welcome.token)
  const { redact, hide } = openRedactor(Object.values(welcome.secrets))
  const log = openLog({
    session: env.name,
    file: openLogFile(welcome.dirs.logFile),
    redact,
    now: () => new Date(),
    monotonicMs,
    debug: env.foreground,
    ...(env.foreground ? { echo: echoTo(writeStderr) } : {}),
  })
  takeConsoleOver(log)
  let place: Place | undefined
  const { run, name: session } = env
  const dataDir = welcome.dirs.data
  const end = farewell({ run, session, dataDir, log, redact, signal: stop.signal, journal: () => place?.journal })
  process.on('uncaughtException', end.crash)
  offerToOomKiller(log)

  const windUpMs = Math.min(WIND_UP_MS, welcome.stopWithinMs / 2)
  let outcome: Outcome
  try {
    place = await open({ welcome, askedAtMs, env, link, stop, log, redact, hide, crash: end.crash })
    outcome = await runAt(place, stop.signal, welcome.stopWithinMs - windUpMs)
  } catch (error) {
    outcome = outcomeOfError(error, stop.signal)
  }
  end.word(outcome)
  await place?.windUp(windUpMs - CLOSING_MS)
  return end.exit(outcome)
}

async function runAt(place: Place, signal: AbortSignal, graceMs: number): Promise<Outcome> {
  if (signal.aborted) return outcomeOfReturn(signal)
  const ended = place.run().then(
    () => outcomeOfReturn(signal),
    (error: unknown) => outcomeOfError(error, signal),
  )
  const outcome = await Promise.race([ended, graceOver(place, signal, graceMs)])
  return place.isFenced() ? outcomeOfFence() : outcome
}

/** Resolves when `run` has had its time after the abort; never before one. */
function graceOver({ isFenced }: Place, signal: AbortSignal, graceMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const start = () => {
      const ms = isFenced() ? Math.min(FENCED_GRACE_MS, graceMs) : graceMs
      setTimeout(() => resolve(outcomeOfHang(graceMs)), ms)
    }
    signal.addEventListener('abort', start, { once: true })
  })
}
