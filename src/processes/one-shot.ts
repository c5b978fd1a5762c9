// A process that does one thing for whoever started it, answers and ends: a job, a session's check. It is bounded in
// memory and time, has a directory of its own for as long as it runs, and nothing of it is left afterwards.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { setPriority } from 'node:os'
import path from 'node:path'
import { EXIT, UserError, usage } from '../core/errors.js'
import type { RunId } from '../core/ids.js'
import type { Json, JsonObject } from '../core/json.js'
import { type LogLevel, MAX_SAID_BYTES, type Progress, readSaid, type Said } from '../core/one-shot.js'
import { sizeText } from '../core/sizes.js'
import { hasCode } from '../node/codes.js'
import { signalProcess } from '../node/procfs.js'
import { later } from '../node/waits.js'
import { withoutCoreDumps } from './core-dumps.js'
import { lineSplitter } from './lines.js'
import { killMarked } from './proc.js'
import { treeUsage } from './usage.js'

const WEIGH_EVERY_MS = 1_000
const STACK_LINES = 10
/** Of what it printed last: a longer line says nothing to anybody. */
const LAST_LINE_CHARS = 300
const MB = 1024 * 1024
/** After everybody who could write to its pipes has been killed. */
const LAST_WORDS_MS = 2_000

export interface OneShot {
  /** For people: `trading backtest`. */
  what: string
  /** The compiled program. */
  program: string
  /** What it is told, beside `dirs.tmp`. Over a pipe: neither its command line nor its environment shows it. */
  order(tmp: string): JsonObject
  /** Its whole environment. */
  env: Readonly<Record<string, string>>
  cwd: string
  /** Where its own directory is made. */
  tmpRoot: string
  /** Aborted: it is asked to stop, and killed with all it started when its grace is over. */
  signal: AbortSignal
  /** Aborted: what is left of the grace is not waited for. */
  hurry?: AbortSignal
  graceMs: number
  /** Null: as long as it takes. */
  withinMs: number | null
  /** Of the whole tree; it is ended over it. */
  maxMemoryBytes: number
  /** What is said in one line, as the answer is: of a longer one there is no answer. */
  maxSaidBytes?: number
  /** Added to its niceness: others go first. */
  niceness: number
  onProgress?(progress: Progress): void
  onLog(level: LogLevel, message: string, fields: JsonObject): void
}

export interface Answer {
  result: Json
  /** As its module draws it for people; null when it does not. */
  text: string | null
  /** Its module says that the answer is bad news. */
  isFailure: boolean
}

/**
 * Rejects with a UserError that says what went wrong; with the signal's reason when it was aborted before it had an
 * answer. Resolved or rejected, no process and no file of it is left.
 */
export async function runOneShot(given: OneShot): Promise<Answer> {
  given.signal.throwIfAborted()
  const tmp = mkdtempSync(path.join(given.tmpRoot, 'frota-'))
  chmodSync(tmp, 0o700)
  try {
    return await inDirectory(given, tmp)
  } finally {
    rmSync(tmp, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function inDirectory(given: OneShot, tmp: string): Promise<Answer> {
  const run = randomUUID() as RunId
  const child = launch(given, run)
  const words = listen(child, given)
  const over = new AbortController()
  try {
    await once(child, 'spawn')
    const ended = once(child, 'exit') as Promise<[number | null, string | null]>
    lowerPriority(child, given.niceness)
    child.stdin?.on('error', ignoreClosed).write(`${JSON.stringify(given.order(tmp))}\n`)
    const cut = watch(child, given, run, over.signal)
    const [code, signal] = await ended
    over.abort()
    await killMarked([run])
    await Promise.race([words.heard, later(LAST_WORDS_MS)])
    return answerOf(given, { ...words.all(), cut: cut(), code, signal })
  } finally {
    over.abort()
    await killMarked([run])
  }
}

/** In a session of its own, so that Ctrl-C at the terminal is for whoever started it. */
function launch({ program, env, cwd, maxMemoryBytes }: OneShot, run: RunId): ChildProcess {
  const heap = `--max-old-space-size=${Math.max(64, Math.floor(maxMemoryBytes / MB))}`
  const { command, args } = withoutCoreDumps(process.execPath, [heap, program])
  // No FROTA_HOME: with it a supervisor that boots would end it as a session that somebody left behind.
  return spawn(command, args, { env: { ...env, FROTA_RUN: run }, cwd, detached: true, stdio: 'pipe' })
}

function lowerPriority({ pid }: ChildProcess, by: number) {
  try {
    if (pid !== undefined && by > 0) setPriority(pid, by)
  } catch (error) {
    if (!(error instanceof Error && 'info' in error && hasCode(error.info, 'ESRCH'))) throw error
  }
}

const ignoreClosed = (error: Error) => {
  // It ended before it had read its order; why is told by its end.
  if (!hasCode(error, 'EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED')) throw error
}

function listen(child: ChildProcess, { maxSaidBytes = MAX_SAID_BYTES, onProgress, onLog }: OneShot) {
  let last: Extract<Said, { is: 'result' | 'error' }> | null = null
  let lastLine = ''
  let isOutOfHeap = false
  const print = (level: LogLevel) => (line: string) => {
    if (line.trim() === '') return
    lastLine = line.length > LAST_LINE_CHARS ? `a line of ${line.length} characters` : line
    isOutOfHeap ||= /heap out of memory/i.test(line)
    onLog(level, line, {})
  }
  const take = (line: string) => {
    const said = readSaid(line)
    if (said === null) print('info')(line)
    else if (said.is === 'progress') onProgress?.({ done: said.done, total: said.total, text: said.text })
    else if (said.is === 'log') onLog(said.level, said.message, said.fields)
    else last ??= said
  }
  const heard = Promise.all([
    lineSplitter(child.stdout, maxSaidBytes, take),
    lineSplitter(child.stderr, MB, print('warn')),
  ])
  return { heard, all: () => ({ said: last, lastLine, isOutOfHeap }) }
}

/** Answers why it was cut short; null when nobody did. */
function watch(child: ChildProcess, given: OneShot, run: RunId, over: AbortSignal): () => Error | null {
  const { signal, hurry, graceMs, withinMs, maxMemoryBytes, what } = given
  let why: Error | null = null
  const timers: NodeJS.Timeout[] = []
  const kill = () => void killMarked([run]).catch(() => undefined) // tried again at the end, and told there
  const stop = (reason: Error) => {
    if (why !== null) return
    why = reason
    if (child.pid !== undefined) signalProcess(child.pid, 'SIGTERM')
    timers.push(setTimeout(kill, hurry?.aborted ? 0 : graceMs))
  }
  const onAbort = () => stop(signal.reason)
  signal.addEventListener('abort', onAbort, { signal: over })
  hurry?.addEventListener('abort', kill, { signal: over })
  if (signal.aborted) onAbort()
  if (withinMs !== null) timers.push(setTimeout(() => stop(tooLate(what, withinMs)), withinMs))
  const weigh = () => {
    const bytes = treeUsage([child.pid ?? 0]).get(child.pid ?? 0)?.rssBytes ?? 0
    if (bytes <= maxMemoryBytes) return
    why ??= tooBig(what, maxMemoryBytes)
    kill()
  }
  timers.push(setInterval(weigh, WEIGH_EVERY_MS))
  over.addEventListener('abort', () => timers.forEach(clearTimeout), { once: true })
  return () => why
}

interface End {
  said: Extract<Said, { is: 'result' | 'error' }> | null
  cut: Error | null
  code: number | null
  signal: string | null
  /** That it printed past us. */
  lastLine: string
  isOutOfHeap: boolean
}

function answerOf({ what, maxMemoryBytes, onLog }: OneShot, { said, cut, code, signal, ...printed }: End): Answer {
  // One that was asked to stop may have finished what it had in hand.
  if (said?.is === 'result') return { result: said.result, text: said.text, isFailure: said.isFailure === true }
  if (cut !== null) throw cut
  if (said === null) {
    if (printed.isOutOfHeap) throw tooBig(what, maxMemoryBytes)
    const how = `${signal ?? `exit ${code}`}${printed.lastLine === '' ? '' : `; it said: ${printed.lastLine}`}`
    throw new UserError('NO_ANSWER', `${what} ended without an answer (${how}).`)
  }
  if (said.isBadInput) throw usage('BAD_INPUT', `${what}: ${said.message}.`, said.hint)
  for (const line of said.stack?.split('\n').slice(0, STACK_LINES) ?? []) onLog('error', line.trim(), {})
  throw new UserError('FAILED', `${what} failed: ${said.message}.`, said.hint)
}

const tooLate = (what: string, withinMs: number) =>
  new UserError('TIMED_OUT', `${what} was stopped: it took longer than ${withinMs / 1000} s.`, '', EXIT.timeout)

const tooBig = (what: string, maxBytes: number) =>
  new UserError('OUT_OF_MEMORY', `${what} was ended: it needs more memory than ${sizeText(maxBytes)}.`)
