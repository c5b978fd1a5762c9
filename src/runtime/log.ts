// JSON lines {at, level, session, msg, …fields}, limited in length and rate; what is dropped is counted and told.
import { bucket } from '../core/bucket.js'
import type { JsonObject } from '../core/json.js'
import type { Log } from '../kinds/kind.js'
import type { LogFile } from './log-file.js'
import { type Redact, redactedJson } from './redact.js'

export type Level = 'debug' | 'info' | 'warn' | 'error'

const MAX_MESSAGE_CHARS = 8_000
const MAX_LINE_CHARS = 16_000
const TELL_DROPPED_AFTER_MS = 1_000

export interface SessionLog extends Log {
  write(level: Level, message: string, fields?: JsonObject): void
  dropped(): number
  close(): void
}

export interface LogOptions {
  session: string
  file: LogFile
  redact: Redact
  now: () => Date
  monotonicMs: () => number
  /** Whether `debug` lines are kept. */
  debug: boolean
  /** For an operator who is watching. */
  echo?: (line: string) => void
}

export function openLog({ session, file, redact, now, monotonicMs, debug, echo }: LogOptions): SessionLog {
  // A flood of small talk leaves room for what is wrong.
  const talk = bucket({ perSecond: 200, burst: 1_000, monotonicMs })
  const trouble = bucket({ perSecond: 50, burst: 200, monotonicMs })
  let dropped = 0
  let told = 0
  let teller: NodeJS.Timeout | undefined

  function write(level: Level, message: string, fields?: JsonObject): void {
    if (level === 'debug' && !debug) return
    const allowed = level === 'warn' || level === 'error' ? trouble() || talk() : talk()
    if (!allowed || !append(level, message, fields)) drop()
  }
  function append(level: Level, message: string, fields: JsonObject | undefined): boolean {
    const line = lineOf({ at: now().toISOString(), level, session }, message, fields, redact)
    echo?.(line)
    return file.append(line)
  }
  function drop(): void {
    dropped++
    teller ??= setTimeout(tell, TELL_DROPPED_AFTER_MS).unref()
  }
  function tell(): void {
    clearTimeout(teller)
    teller = undefined
    const count = dropped - told
    if (count === 0) return
    if (append('warn', `${count} log lines dropped`, { dropped: count })) told = dropped
  }
  return {
    write,
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    dropped: () => dropped,
    close() {
      tell()
      file.close()
    },
  }
}

interface Head {
  at: string
  level: Level
  session: string
}

/** Redacted first, cut afterwards: half a secret is not recognised, and tells as much. */
function lineOf(head: Head, message: string, fields: JsonObject | undefined, redact: Redact): string {
  const text = redact(message)
  const msg = text.length > MAX_MESSAGE_CHARS ? `${text.slice(0, MAX_MESSAGE_CHARS)}…` : text
  const start = JSON.stringify({ ...head, msg })
  const line = extended(start, fieldsText(fields, redact))
  return `${line.length > MAX_LINE_CHARS ? extended(start, '{"truncated":true}') : line}\n`
}

// Kinds are outside code: a field that will not become JSON costs the fields, not the line.
function fieldsText(fields: JsonObject | undefined, redact: Redact): string {
  if (!fields) return '{}'
  try {
    const { at: _at, level: _level, session: _session, msg: _msg, ...others } = fields
    return redactedJson(others, redact)
  } catch (error) {
    return JSON.stringify({ fieldsError: redact(String(error)) })
  }
}

const extended = (object: string, more: string) => (more === '{}' ? object : `${object.slice(0, -1)},${more.slice(1)}`)
