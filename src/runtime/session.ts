// One session process, from hello to exit code.

import type { SessionEnv } from '../config/session-env.js'
import { formatRef } from '../core/ids.js'
import type { Welcome } from '../core/protocol.js'
import type { RunModule } from '../kinds/kind.js'
import { monotonicMs } from './clock.js'
import { takeConsoleOver } from './console.js'
import { farewell } from './farewell.js'
import { echoTo } from './foreground.js'
import { sayHello } from './hello.js'
import { type Link, openLink } from './link.js'
import { openLog } from './log.js'
import { openLogFile } from './log-file.js'
import { offerToOomKiller } from './oom.js'
import { type Outcome, outcomeOfError, outcomeOfFence, outcomeOfHang, outcomeOfReturn, shortReason } from './outcome.js'
import { openRedactor } from './redact.js'
import { loadRunModule } from './run-module.js'
import { writeStderr } from './stderr.js'
import { listenForStop, type Stop } from './stop.js'
import { openWorkplace, type Workplace } from './workplace.js'

const FENCED_GRACE_MS = 1_000
/** Of the grace, kept for what comes after `run`: the last beat, the last events. */
const WIND_UP_MS = 1_500
const CLOSING_MS = 300

/** Ends with the process. `sdk`: what kinds from outside import as `frota`. */
export async function runSession(env: SessionEnv, sdk: URL): Promise<void> {
  const stop = listenForStop(env)
  const link = openLink(env.socket)
  const { welcome, askedAtMs } = await sayHello(link, env.ticket, stop.signal).catch((error: unknown) => {
    const { code, reason } = outcomeOfError(error, stop.signal)
    writeStderr(`${new Date().toISOString()} ${formatRef(env.session)}: ${shortReason(reason)}\n`)
    process.exit(code)
  })
  link.setToken(welcome.token)
  await live({ env, sdk, stop, link, welcome, askedAtMs })
}

interface Beginning {
  env: SessionEnv
  sdk: URL
  stop: Stop
  link: Link
  welcome: Welcome
  askedAtMs: number
}

async function live({ env, sdk, stop, link, welcome, askedAtMs }: Beginning): Promise<never> {
  const session = formatRef(env.session)
  const { redact, hide } = openRedactor(Object.values(welcome.secrets))
  const log = openLog({
    session,
    file: openLogFile(welcome.dirs.logFile),
    redact,
    now: () => new Date(),
    monotonicMs,
    debug: env.foreground,
    ...(env.foreground ? { echo: echoTo(writeStderr) } : {}),
  })
  takeConsoleOver(log)
  let place: Workplace | undefined
  const { run, address } = env
  const dataDir = welcome.dirs.data
  const end = farewell({ run, session, dataDir, log, redact, signal: stop.signal, journal: () => place?.journal })
  process.on('uncaughtException', end.crash)
  offerToOomKiller(log)

  const windUpMs = Math.min(WIND_UP_MS, welcome.stopWithinMs / 2)
  let outcome: Outcome
  try {
    place = await openWorkplace({
      welcome,
      askedAtMs,
      run,
      address,
      session,
      link,
      stop,
      log,
      redact,
      hide,
      crash: end.crash,
    })
    outcome = await runKind(place, () => loadRunModule(welcome.runModule, sdk), welcome.stopWithinMs - windUpMs)
  } catch (error) {
    outcome = outcomeOfError(error, stop.signal)
  }
  end.word(outcome)
  await place?.windUp(windUpMs - CLOSING_MS)
  return end.exit(outcome)
}

async function runKind(place: Workplace, load: () => Promise<RunModule>, graceMs: number): Promise<Outcome> {
  const { ctx } = place
  const { signal } = ctx
  if (signal.aborted) return outcomeOfReturn(signal)
  const ended = load()
    .then((module) => module.run(ctx))
    .then(
      () => outcomeOfReturn(signal),
      (error: unknown) => outcomeOfError(error, signal),
    )
  const outcome = await Promise.race([ended, graceOver(place, graceMs)])
  return place.isFenced() ? outcomeOfFence() : outcome
}

/** Resolves when `run` has had its time after the abort; never before one. */
function graceOver({ ctx, isFenced }: Workplace, graceMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const start = () => {
      const ms = isFenced() ? Math.min(FENCED_GRACE_MS, graceMs) : graceMs
      setTimeout(() => resolve(outcomeOfHang(graceMs)), ms)
    }
    ctx.signal.addEventListener('abort', start, { once: true })
  })
}
