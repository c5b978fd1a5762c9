// What a process that does one thing and ends (a job, a session's check) and whoever started it say to each other.
//
//   its stdin    one line of JSON, the order. The pipe stays open: its end means that nobody waits for an answer any more
//   its stdout   JSON Lines: progress and log as often as it likes, then one result or one error. Any other line was
//                printed past us (by a child of a library, say) and counts as a line of the log
import { isJsonObject, type Json, type JsonObject } from './json.js'

/** Most that one line may hold: a result, for nearly always. All trades of a long backtest are one; a text can be twice as long. */
export const MAX_SAID_BYTES = 256 * 1024 * 1024

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export type Said =
  | ({ is: 'progress' } & Progress)
  | { is: 'log'; level: LogLevel; message: string; fields: JsonObject }
  | { is: 'result'; result: Json; text: string | null; isFailure?: true }
  | ({ is: 'error' } & SaidError)

export interface Progress {
  done: number
  /** Null: nobody knows how much there is. */
  total: number | null
  text: string
}

export interface SaidError {
  message: string
  hint: string
  /** What it was given is wrong: it would be refused again. */
  isBadInput: boolean
  /** Of a mistake in the code itself. */
  stack: string | null
}

const LEVELS: ReadonlySet<unknown> = new Set<LogLevel>(['debug', 'info', 'warn', 'error'])

/** Null: the line is none of ours. */
export function readSaid(line: string): Said | null {
  if (!line.startsWith('{"is":')) return null
  let said: unknown
  try {
    said = JSON.parse(line)
  } catch {
    return null // printed by somebody, and only begins like ours
  }
  if (!isJsonObject(said)) return null
  switch (said.is) {
    case 'progress':
      return { is: 'progress', ...readProgress(said) }
    case 'log':
      return {
        is: 'log',
        level: LEVELS.has(said.level) ? (said.level as LogLevel) : 'info',
        message: text(said.message),
        fields: isJsonObject(said.fields) ? said.fields : {},
      }
    case 'result':
      return {
        is: 'result',
        result: said.result ?? null,
        text: typeof said.text === 'string' ? said.text : null,
        ...(said.isFailure === true ? { isFailure: true as const } : {}),
      }
    case 'error':
      return {
        is: 'error',
        message: text(said.message),
        hint: text(said.hint),
        isBadInput: said.isBadInput === true,
        stack: typeof said.stack === 'string' ? said.stack : null,
      }
    default:
      return null
  }
}

function readProgress({ done, total, text: words }: JsonObject): Progress {
  return { done: number(done) ?? 0, total: number(total), text: text(words) }
}

const text = (value: Json | undefined) => (typeof value === 'string' ? value : '')
const number = (value: Json | undefined) => (typeof value === 'number' && Number.isFinite(value) ? value : null)
