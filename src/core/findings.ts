// What a session's check found: one finding for each thing that was looked at.
import { isJsonObject } from './json.js'

export interface Finding {
  level: 'ok' | 'warning' | 'error'
  /** What was looked at, in a word or two: `config`, `API_KEY`. */
  what: string
  text: string
  /** What to do about it. */
  hint?: string
}

const MOST = 100
const LONGEST_WHAT = 60
const LONGEST_TEXT = 1_000
const LEVELS: ReadonlySet<unknown> = new Set<Finding['level']>(['ok', 'warning', 'error'])

/** A kind's own word, which may be anything. What is none is an error itself: it would have said something. */
export function readFindings(said: unknown): Finding[] {
  if (!Array.isArray(said)) return [unreadable('the check answers no list')]
  const found = said.slice(0, MOST).map(readFinding)
  return said.length > MOST ? [...found, unreadable(`it has ${said.length} findings; ${MOST} are shown`)] : found
}

function readFinding(said: unknown): Finding {
  if (!isJsonObject(said)) return unreadable('one of its findings is no object')
  const { level, what, text, hint } = said
  if (!LEVELS.has(level)) return unreadable('one of its findings has no level: ok, warning or error')
  if (typeof what !== 'string' || typeof text !== 'string')
    return unreadable('one of its findings has no `what` or `text`')
  return {
    level: level as Finding['level'],
    what: what.slice(0, LONGEST_WHAT),
    text: text.slice(0, LONGEST_TEXT),
    ...(typeof hint === 'string' && hint !== '' && { hint: hint.slice(0, LONGEST_TEXT) }),
  }
}

const unreadable = (text: string): Finding => ({ level: 'error', what: 'check', text })

export const isFine = (findings: readonly Finding[]) => findings.every(({ level }) => level !== 'error')
