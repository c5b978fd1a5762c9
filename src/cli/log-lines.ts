// One line of a session's log, or one event of its history, for people.
import { styleText } from 'node:util'
import { plain } from '../core/plain-text.js'
import type { EventView } from '../fleet/history.js'
import type { LogLine } from '../fleet/log-files.js'
import { localTime } from './times.js'

const COLOUR: Record<string, 'dim' | 'yellow' | 'red'> = { debug: 'dim', warn: 'yellow', error: 'red' }
const NAMES = ['cyan', 'magenta', 'blue', 'green', 'yellow'] as const

interface Parsed {
  at: string
  level: string
  session: string
  msg: string
}

/** Whether lines may be of more than one session, and have to say whose they are. */
export const areSeveral = ({ refs, all }: { refs: string[]; all?: boolean | undefined }): boolean =>
  all === true || refs.length > 1 || refs.some((ref) => ref.endsWith('/'))

/** What stands before a line of one among several sessions: each has a colour of its own. */
export const whoseLine = (session: string) => `${styleText(colourOf(session), session)}  `

/** @param prefix several sessions are shown: each line says whose it is */
export function logText({ session, line }: LogLine, prefix: boolean): string {
  const head = prefix ? whoseLine(session) : ''
  const parsed = parse(line)
  // Marked, so that what a crash wrote cannot pass for a line of the log, or for one of ours.
  if (!parsed) return `${head}${styleText('red', `crash ${plain(line)}`)}`
  const { at, level, session: _session, msg, ...fields } = parsed
  const colour = COLOUR[level]
  const words = `${plain(level).padEnd(5)} ${plain(msg)}`
  const time = styleText('dim', plain(localTime(at)))
  const rest = Object.entries(fields).map(([key, value]) => styleText('dim', plain(`${key}=${textOf(value)}`)))
  return [`${head}${time} ${colour ? styleText(colour, words) : words}`, ...rest].join('  ')
}

/** @param prefix several sessions are shown: each line says whose it is */
export function eventText({ at, session, type, data }: EventView, prefix: boolean): string {
  const fields = Object.entries(data).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  const head = prefix && session !== null ? whoseLine(session) : ''
  return `${head}${styleText('dim', localTime(at))}  ${styleText('cyan', plain(type))}  ${plain(fields.join(' '))}`
}

/** As written; what a crash said in plain text is put into the same shape. */
export function logObject({ session, line }: LogLine): object {
  return parse(line) ?? { at: null, level: 'crash', session, msg: line }
}

function parse(line: string): Parsed | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value = JSON.parse(line)
    return typeof value.at === 'string' && typeof value.level === 'string' && typeof value.msg === 'string'
      ? value
      : undefined
  } catch {
    return undefined // a crash wrote something that only looks like ours
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

function colourOf(session: string): (typeof NAMES)[number] {
  let sum = 0
  for (const char of session) sum = (sum * 31 + char.charCodeAt(0)) % 9973
  return NAMES[sum % NAMES.length] ?? 'cyan'
}
