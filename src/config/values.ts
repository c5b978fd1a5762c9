// Small parsers, one a value: each tells its problem and goes on, so that all problems are reported together.
// Hand-written because a schema library would double the start of every `frota` command.

import { messageOf } from '../core/errors.js'
import { parseRef, type SessionRef } from '../core/ids.js'
import { isPrivateHost } from '../node/addresses.js'

export type Origin = 'env' | 'file' | 'default'

/** One value and where it came from. Empty counts as unset: hosting panels pass empty variables on. */
export interface Given {
  name: string
  text: string | undefined
  origin: Origin
}

export function pick(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  file: Readonly<Record<string, string | undefined>>,
): Given {
  const fromEnv = (env[name] ?? '').trim()
  if (fromEnv !== '') return { name, text: fromEnv, origin: 'env' }
  const fromFile = (file[name] ?? '').trim()
  return fromFile === '' ? { name, text: undefined, origin: 'default' } : { name, text: fromFile, origin: 'file' }
}

export function wholeNumber(given: Given, fallback: number, min: number, max: number, problems: string[]): number {
  if (given.text === undefined) return fallback
  const value = /^\d{1,9}$/.test(given.text) ? Number(given.text) : Number.NaN
  if (value >= min && value <= max) return value
  problems.push(`${given.name} is "${given.text}": it must be a whole number from ${min} to ${max}`)
  return fallback
}

export function oneOf<T extends string>(given: Given, choices: readonly T[], problems: string[]): T | undefined {
  if (given.text === undefined) return undefined
  const found = choices.find((choice) => choice === given.text?.toLowerCase())
  if (found === undefined) problems.push(`${given.name} is "${given.text}": it must be one of ${choices.join(', ')}`)
  return found
}

const YES = new Set(['1', 'true', 'yes', 'on'])
const NO = new Set(['0', 'false', 'no', 'off'])

export function flag(given: Given, problems: string[]): boolean {
  if (given.text === undefined) return false
  const text = given.text.toLowerCase()
  if (!YES.has(text) && !NO.has(text)) problems.push(`${given.name} is "${given.text}": it must be 1 or 0`)
  return YES.has(text)
}

export const words = (given: Given): string[] => (given.text ?? '').split(/[\s,]+/).filter((word) => word !== '')

/** Null when nothing was named: no limit. */
export function refs(given: Given, problems: string[]): SessionRef[] | null {
  const named = words(given)
  if (named.length === 0) return null
  return named.flatMap((text) => {
    try {
      return [parseRef(text)]
    } catch (error) {
      problems.push(`${given.name}: ${messageOf(error)}`)
      return []
    }
  })
}

/** Keys travel with every request to this address: in clear only inside the machine or a private network. */
export function serviceUrl(given: Given, problems: string[]): string | undefined {
  if (given.text === undefined) return undefined
  const url = URL.canParse(given.text) ? new URL(given.text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    problems.push(`${given.name} is not an address such as https://xyz.supabase.co`)
    return undefined
  }
  if (url.username !== '' || url.password !== '') {
    problems.push(`${given.name} must not hold a user name or password`)
    return undefined
  }
  if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
    problems.push(`${given.name} must begin with https:// (the key would travel in clear to ${url.hostname})`)
    return undefined
  }
  return url.href.replace(/\/+$/, '')
}

/** Says so when someone pasted the key that browsers get. */
export function supabaseKeyProblem(name: string, key: string): string | undefined {
  if (key.startsWith('sb_publishable_')) return `${name} is the publishable key: the secret key (sb_secret_…) is needed`
  const role = jwtRole(key)
  if (role === 'anon') return `${name} is the anon key: the secret or service_role key is needed`
  if (/\s/.test(key)) return `${name} has a space or line break in it`
  return undefined
}

function jwtRole(key: string): unknown {
  const payload = key.split('.')[1]
  if (!key.startsWith('eyJ') || payload === undefined) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return typeof claims === 'object' && claims !== null && 'role' in claims ? claims.role : undefined
  } catch {
    return undefined // not a JWT after all; the server will judge it
  }
}
