// The inside of a process that does one thing and ends (core/one-shot.ts). Whatever is printed in it becomes lines of the
// log: its standard output carries our own lines and nothing else.
import { messageOf } from '../core/errors.js'
import { isJsonObject, type Json, type JsonObject } from '../core/json.js'
import { type LogLevel, MAX_SAID_BYTES, type Said, type SaidError } from '../core/one-shot.js'
import { sizeText } from '../core/sizes.js'
import type { Log } from '../kinds/kind.js'
import { takeConsoleOver } from './console.js'
import { ORPHAN_GRACE_MS } from './orphan.js'
import { writeStderr } from './stderr.js'
import { Stopping } from './stop.js'

const { writeSync } = process.getBuiltinModule('node:fs')

export interface OneShotDoor {
  order: JsonObject
  /** Aborted when it must stop: finish what is in hand, write nothing by halves, return. */
  signal: AbortSignal
  log: Log
  say(said: Said): void
}

/** @param leave for one that nobody waits for any more: the last thing it does */
export async function openOneShot(leave: () => void): Promise<OneShotDoor> {
  const controller = new AbortController()
  const stop = (why: string) => {
    if (!controller.signal.aborted) controller.abort(new Stopping(why))
  }
  const write = (level: LogLevel, message: string, fields: JsonObject = {}) =>
    say({ is: 'log', level, message, fields })
  takeConsoleOver({ write })
  process.on('SIGTERM', () => stop('it was told to stop'))
  process.on('uncaughtException', (error) => {
    // What was cut short by the stop, and what nobody waited for, does not cut the stop short.
    if (controller.signal.aborted && isAbort(error)) return
    say({ is: 'error', ...errorOf(error) })
    process.exit(1)
  })
  const order = await readOrder(() => {
    stop('nobody waits for it any more')
    setTimeout(() => {
      leave()
      process.kill(-process.pid, 'SIGKILL') // it leads a group of its own: with whatever it started
    }, ORPHAN_GRACE_MS).unref()
  })
  const log: Log = {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  }
  return { order, signal: controller.signal, log, say }
}

/** At once and whole, also in the middle of a computation that never lets go of the thread. */
function say(said: Said): void {
  const line = Buffer.from(`${JSON.stringify(said)}\n`)
  // Cut in two it would be taken for lines of the log.
  if (line.length > MAX_SAID_BYTES) throw new Error(`what it answers is longer than ${sizeText(MAX_SAID_BYTES)}`)
  try {
    for (let at = 0; at < line.length; ) at += writeSync(1, line, at)
  } catch {
    process.exit(1) // nobody reads: there is nobody to tell
  }
}

/** The first line. The end of the pipe says that whoever asked is gone. */
function readOrder(onEnd: () => void): Promise<JsonObject> {
  return new Promise((resolve, reject) => {
    let text = ''
    let isRead = false
    process.stdin.setEncoding('utf8')
    process.stdin.on('data', (chunk: string) => {
      if (isRead) return
      text += chunk
      if (!text.includes('\n')) return
      isRead = true
      const order: unknown = JSON.parse(text)
      text = ''
      if (isJsonObject(order)) resolve(order)
      else reject(new Error('the order is no JSON object'))
    })
    process.stdin.on('end', onEnd)
    process.stdin.on('error', onEnd)
  })
}

/** Runs `work` and says what came of it; ends the process. */
export async function answerWith(
  door: OneShotDoor,
  work: () => Promise<{ result: Json; text: string | null; isFailure?: true }>,
  leave: () => void,
): Promise<never> {
  try {
    door.say({ is: 'result', ...(await work()) })
  } catch (error) {
    door.say({ is: 'error', ...errorOf(error) })
  }
  leave()
  process.exit(0)
}

/** A mistake in the code is found by its stack; what the code itself throws says enough by its message. */
const MISTAKES: ReadonlySet<unknown> = new Set(['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'])

function errorOf(error: unknown): SaidError {
  const is = typeof error === 'object' && error !== null ? (error as Partial<Error> & { hint?: unknown }) : {}
  return {
    message: messageOf(error),
    hint: typeof is.hint === 'string' ? is.hint : '',
    isBadInput: is.name === 'BadInput', // by name: its class may be another copy's
    stack: MISTAKES.has(is.name) && typeof is.stack === 'string' ? is.stack : null,
  }
}

const isAbort = (error: unknown) => error instanceof Error && error.name === 'AbortError'

/** For what goes wrong before there is a door. */
export function lastWord(error: unknown): never {
  writeStderr(`${messageOf(error)}\n`)
  process.exit(1)
}
