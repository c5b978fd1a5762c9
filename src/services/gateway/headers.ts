// Headers on their way through, as they came: names, values, order and repetitions. Left out is what is meant for the
// next neighbour on the way and not for the end of it, and what a session could take for ours.
import { TOKEN_HEADER } from '../../core/hooks.js'

/** Name, value, name, value: as Node's `rawHeaders`. */
export type RawHeaders = readonly string[]

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  // The body is received whole before it is handed over: its length is said anew, and nobody waits for a 100.
  'content-length',
  'expect',
])
/** Never left out because a caller names it in `Connection`. */
const NEEDED = 'host'
/** Also in the spelling that some servers make the same of. */
const OURS = /^frota[-_]/i
/** Without a body these are sent without a length. */
const BODILESS_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'])
const BODILESS_STATUS: ReadonlySet<number> = new Set([204, 304])

export interface Asked {
  method: string
  rawHeaders: RawHeaders
}

/** For the session. */
export function requestHeaders({ method, rawHeaders }: Asked, token: string, bytes: number): string[] {
  const kept = endToEnd(rawHeaders).filter(([name]) => !OURS.test(name))
  // HTTP/1.0 may leave it out, HTTP/1.1 may not.
  const host = kept.some(([name]) => name.toLowerCase() === NEEDED) ? [] : [NEEDED, 'localhost']
  const length = bytes === 0 && BODILESS_METHODS.has(method) ? [] : ['content-length', String(bytes)]
  return [...kept.flat(), ...host, ...length, TOKEN_HEADER, token]
}

/** For the caller. */
export function responseHeaders(method: string, status: number, rawHeaders: RawHeaders, bytes: number): string[] {
  const kept = endToEnd(rawHeaders).flat()
  if (BODILESS_STATUS.has(status)) return kept
  // To HEAD the length is that of what is not sent.
  const length = method === 'HEAD' ? headerIn(rawHeaders, 'content-length') : String(bytes)
  return length === undefined ? kept : [...kept, 'content-length', length]
}

function endToEnd(rawHeaders: RawHeaders): [string, string][] {
  const pairs = pairsOf(rawHeaders)
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((word) => word.trim())
  const left = new Set(named.filter((name) => name !== NEEDED))
  return pairs.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !left.has(name.toLowerCase()))
}

const pairsOf = (raw: RawHeaders): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i] ?? '', raw[2 * i + 1] ?? ''])

const headerIn = (raw: RawHeaders, wanted: string): string | undefined =>
  pairsOf(raw).find(([name]) => name.toLowerCase() === wanted)?.[1]
