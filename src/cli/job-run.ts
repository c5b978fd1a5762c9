// One job from its flags to what is printed: its input judged by its schema, its process watched, Ctrl-C handed on.
import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { bareEnvironment } from '../config/config.js'
import { ensureHome } from '../config/home.js'
import { EXIT, messageOf, UserError, usage } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import { parseSize } from '../core/sizes.js'
import { fieldsOfSchema } from '../kinds/config.js'
import { FileInPlace } from '../kinds/file.js'
import { flagOf } from '../kinds/flags.js'
import type { JobScreen, JobSpec } from '../kinds/job.js'
import { inOwnWords } from '../kinds/own-words.js'
import { LookedUpSession } from '../kinds/session-config.js'
import { runOneShot } from '../processes/one-shot.js'
import type { Cli } from './cli.js'
import { openProgress } from './progress.js'
import { documentText } from './units.js'

const GB = 1024 ** 3
/** After Ctrl-C: for a whole file to be written to its end, and not so long that nobody waits. */
const GRACE_MS = 10_000
const NICENESS = 10
const USUAL_COLUMNS = 100

export interface AskedJob {
  kind: string
  job: string
  given: JsonObject
}

export async function runJobHere(cli: Cli, { kind, job, given }: AskedJob): Promise<void> {
  const { doors } = cli
  const config = doors.config()
  const spec = (await (await doors.admin()).openKinds()).need(kind).jobs?.[job]
  if (!spec) throw new Error(`${kind} has no job ${job}`)
  const what = `${kind} ${job}`
  const input = checkedInput(what, spec, await withSessions(cli, spec, withFilesInPlace(spec, given)))
  ensureHome(config)
  const data = path.join(config.paths.data, 'jobs', kind)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const cwd = process.cwd()
  const progress = openProgress(cli)
  const stops = hearStops(cli, what, progress.end)
  const answer = await runOneShot({
    what,
    program: path.join(doors.checkout, 'dist/src/job.js'),
    order: (tmp) => ({
      module: spec.run.href,
      input,
      dirs: { cwd, tmp, data },
      modules: { strategies: [...config.strategies] },
      screen: cli.json ? null : { ...screen() },
    }),
    env: bareEnvironment(config),
    cwd,
    tmpRoot: config.passedOn.TMPDIR ?? '/tmp',
    ...stops,
    graceMs: GRACE_MS,
    withinMs: null,
    maxMemoryBytes: (spec.maxMemory === undefined ? null : parseSize(spec.maxMemory)) ?? GB,
    niceness: NICENESS,
    onProgress: progress.show,
    onLog: progress.log,
  }).finally(progress.end)
  cli.print(answer.result, () => answer.text ?? documentText(answer.result))
  if (answer.isFailure) cli.exitWith(EXIT.failure)
  if (stops.signal.aborted) cli.exitWith(EXIT.interrupted)
}

/** Read where they lie, never copied: candles of years are gigabytes. What cannot be opened is said before it begins. */
function withFilesInPlace(spec: JobSpec, given: JsonObject): Record<string, unknown> {
  const input: Record<string, unknown> = { ...given }
  for (const { key, type, items } of fieldsOfSchema(spec.input)) {
    const value = given[key]
    if (type === 'file' && typeof value === 'string') input[key] = fileAt(key, value)
    if (items?.type === 'file' && Array.isArray(value)) input[key] = value.map((one) => fileAt(key, String(one)))
  }
  return input
}

/** What they are set to do, as `frota config` tells it: a job asks no store. */
async function withSessions(cli: Cli, spec: JobSpec, given: Record<string, unknown>): Promise<Record<string, unknown>> {
  const input = { ...given }
  for (const { key, type } of fieldsOfSchema(spec.input)) {
    const ref = given[key]
    if (type !== 'session' || typeof ref !== 'string') continue
    const [{ kind }, config] = [await cli.call('sessions.show', { ref }), await cli.call('sessions.config', { ref })]
    input[key] = new LookedUpSession({ ref, kind, config })
  }
  return input
}

function fileAt(key: string, given: string): FileInPlace {
  const file = path.resolve(given)
  try {
    accessSync(file, constants.R_OK)
    const seen = statSync(file)
    if (!seen.isFile()) throw new Error('it is not a regular file')
    return new FileInPlace({ name: path.basename(file), bytes: seen.size, path: file })
  } catch (thrown) {
    throw usage(
      'BAD_FILE',
      `--${flagOf(key)}: ${given}: ${messageOf(thrown)}.`,
      'the path of a file, from this directory',
    )
  }
}

/** @throws BAD_INPUT, naming the flags */
function checkedInput(what: string, spec: JobSpec, given: Record<string, unknown>): JsonObject {
  const parsed = spec.input.safeParse(given, { error: inOwnWords })
  if (parsed.success) return parsed.data as JsonObject
  const problems = parsed.error.issues.map(({ path: [key], message }) =>
    key === undefined ? message : `--${flagOf(String(key))} ${message}`,
  )
  throw usage('BAD_INPUT', `${what}: ${problems.join('; ')}.`, `frota ${what} --help`)
}

const screen = (): JobScreen => ({
  width: process.stdout.columns || USUAL_COLUMNS,
  colour: process.stdout.isTTY === true && process.stdout.hasColors(),
})

/** The first Ctrl-C asks it to stop, a second one does not wait for that. */
function hearStops(cli: Cli, what: string, clear: () => void): { signal: AbortSignal; hurry: AbortSignal } {
  const [stop, hurry] = [new AbortController(), new AbortController()]
  const onSignal = () => {
    if (stop.signal.aborted) return hurry.abort()
    clear()
    if (!cli.json) cli.note(`Stopping ${what}; Ctrl-C again ends it at once.`)
    stop.abort(new UserError('INTERRUPTED', `${what} was interrupted.`, '', EXIT.interrupted))
  }
  cli.ownSignals()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  return { signal: stop.signal, hurry: hurry.signal }
}
