// What is wrong with a value, in our words instead of the schema library's: what is allowed, and what was given. A schema's
// own messages go first. Texts are not repeated where any text is allowed: somebody may have put a secret there.
import type { z } from 'zod'

type Issue = z.core.$ZodRawIssue

/** For `schema.safeParse(value, { error: inOwnWords })`. */
export function inOwnWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${nameOf(issue.expected)}${notThis(issue)}`
    case 'invalid_value':
      if (issue.input === undefined) return 'is missing'
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}${notThis(issue)}`
    case 'too_small':
      return tooSmall(issue, issue.origin, Number(issue.minimum), issue.inclusive !== false)
    case 'too_big':
      return tooBig(issue, issue.origin, Number(issue.maximum), issue.inclusive !== false)
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}${notThis(issue)}`
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? 'of the right form'}`
    case 'unrecognized_keys':
      return `has unknown keys: ${issue.keys.join(', ')}`
    default:
      return 'is not one of the allowed forms'
  }
}

const NAMES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'empty',
  date: 'a time',
}
const nameOf = (type: string) => NAMES[type] ?? type

const FORMATS: Record<string, string> = {
  url: 'an address such as https://example.com',
  email: 'an e-mail address',
  uuid: 'a UUID',
  datetime: 'a time such as 2026-11-21T10:00:00Z',
  date: 'a date such as 2026-11-21',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
}

function tooSmall(issue: Issue, origin: string, least: number, isAllowed: boolean): string {
  if (COUNTED[origin] === undefined) return `must be ${isAllowed ? 'at least' : 'more than'} ${least}${notThis(issue)}`
  return least === 1 ? 'must not be empty' : `must have at least ${least} ${COUNTED[origin]}`
}

function tooBig(issue: Issue, origin: string, most: number, isAllowed: boolean): string {
  if (COUNTED[origin] === undefined) return `must be ${isAllowed ? 'at most' : 'less than'} ${most}${notThis(issue)}`
  return `must have at most ${most} ${COUNTED[origin]}`
}

const COUNTED: Record<string, string> = { string: 'characters', array: 'entries', set: 'entries', map: 'entries' }

const LONGEST_SHOWN = 40

function notThis({ input }: Issue): string {
  if (Array.isArray(input)) return ', not a list'
  if (typeof input === 'object' && input !== null) return ', not an object'
  const text = typeof input === 'string' ? JSON.stringify(input) : String(input)
  return text.length > LONGEST_SHOWN ? '' : `, not ${text}`
}
