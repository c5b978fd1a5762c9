import { usage } from './errors.js'

export type TenantId = string & { readonly tenant: unique symbol }
export type SessionId = string & { readonly session: unique symbol }
export type RunId = string & { readonly run: unique symbol }
export type HomeId = string & { readonly home: unique symbol }

const SLUG = /^[a-z0-9][a-z0-9-]{0,30}$/
const SLUG_RULE = 'lower-case letters, digits and "-", starting with a letter or digit, 31 characters at most'

/** How people name a session: `acme/vendas`. PM2 and the log file know it as `acme.vendas`. */
export interface SessionRef {
  tenant: string
  name: string
}

export const formatRef = (ref: SessionRef) => `${ref.tenant}/${ref.name}`
export const unitName = (ref: SessionRef) => `${ref.tenant}.${ref.name}`

/** Stands where a tenant's slug would, and can be none: the home's own processes, its host services. */
export const HOST = '_host'

export const hostRef = (name: string): SessionRef => ({ tenant: HOST, name })
export const isHostRef = ({ tenant }: Pick<SessionRef, 'tenant'>): boolean => tenant === HOST

/** `_host/gateway` → `gateway`; null for the name of anything else. */
export const hostServiceIn = (text: string): string | null =>
  text.startsWith(`${HOST}/`) ? text.slice(HOST.length + 1) : null

export function parseSlug(text: string, what: 'tenant' | 'session' | 'plan' | 'channel'): string {
  if (SLUG.test(text)) return text
  throw usage('BAD_NAME', `"${text}" is not a ${what} name.`, SLUG_RULE)
}

/** What frota itself is called where a tenant could be: by whoever sets secrets and channels. */
export const OPERATOR = 'operator'
const RESERVED_SLUGS: readonly string[] = [OPERATOR]

/** Of a tenant that is to be made. */
export function parseNewTenantSlug(text: string): string {
  const slug = parseSlug(text, 'tenant')
  if (!RESERVED_SLUGS.includes(slug)) return slug
  throw usage('NAME_RESERVED', `"${slug}" means the operator: no customer is called so.`, 'choose another name')
}

export function parseRef(text: string): SessionRef {
  const [tenant, name, ...rest] = text.split('/')
  if (!tenant || !name || rest.length > 0) throw usage('BAD_REF', `"${text}" is not TENANT/NAME.`, 'e.g. acme/vendas')
  return { tenant: parseSlug(tenant, 'tenant'), name: parseSlug(name, 'session') }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/
const MAX_DISPLAY_NAME = 80

/** For people, in any script; one line of it, since it stands in tables. */
export function parseDisplayName(text: string): string {
  const name = text.trim()
  if (name !== '' && [...name].length <= MAX_DISPLAY_NAME && !UNPRINTABLE.test(name)) return name
  const what = name === '' ? 'is empty' : `must be one line of ${MAX_DISPLAY_NAME} characters at most`
  throw usage('BAD_DISPLAY_NAME', `The display name ${what}.`, 'e.g. --name "Acme Ltda"')
}

/**
 * A UUIDv7: sorts by time, so it can be an event's id and its order. Pure: the caller brings the clock and the chance.
 * @param random at least 10 random bytes
 * @see RFC 9562 §5.7
 */
export function uuidv7(nowMs: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16)
  for (let i = 5, left = nowMs; i >= 0; i--, left = Math.floor(left / 256)) bytes[i] = left % 256
  bytes.set(random.subarray(0, 10), 6)
  return uuidOf(bytes, 7)
}

/** Of an id that follows from something else, the same every time. @param digest at least 16 bytes of a hash */
export const uuidv8 = (digest: Uint8Array): string => uuidOf(digest.slice(0, 16), 8)

function uuidOf(bytes: Uint8Array, version: number): string {
  bytes[6] = (version << 4) | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The known name nearest to a mistyped one, for "did you mean"; undefined when nothing is near. */
export function nearest(text: string, known: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined
  for (const name of known) {
    const distance = editDistance(text.toLowerCase(), name.toLowerCase())
    if (!best || distance < best.distance) best = { name, distance }
  }
  return best && best.distance <= Math.ceil(best.name.length / 4) ? best.name : undefined
}

export function didYouMean(text: string, known: Iterable<string>): string {
  const name = nearest(text, known)
  return name === undefined ? '' : `did you mean "${name}"?`
}

/** How many letters were added, left out, mistaken, or swapped with their neighbour. Nobody mistypes a whole page. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_TYPOS) return Number.POSITIVE_INFINITY
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const mistaken = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwapped ? (before[j - 2] ?? 0) + 1 : mistaken
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, mistaken, swapped))
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}
const MAX_TYPOS = 8
