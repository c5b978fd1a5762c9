// Whose request it is, when reverse proxies stand before us: only what a trusted one has written is believed. Each adds
// whom it was called by at the right, so the rightmost address that is no trusted proxy's is the caller; what stands left
// of it anybody may have written.
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressSet } from '../../node/address-set.js'

const { isIP } = process.getBuiltinModule('node:net')

export interface Caller {
  address: string
  /** Whether it came over TLS to the first proxy. */
  isSecure: boolean
}

export function callerOf(peer: string | undefined, headers: IncomingHttpHeaders, trusted: AddressSet): Caller {
  const address = bare(peer ?? '')
  if (!trusted.has(address)) return { address, isSecure: false }
  const [common, standard] = [commonChain(headers), standardChain(headers.forwarded)]
  const said = [common, standard].flatMap((chain) => (chain === null ? [] : [rightmost(chain, address, trusted)]))
  const [first, second] = said
  // A proxy that writes one of the two hands the other on as the caller wrote it: when they disagree neither is believed.
  if (!first || (second && second.address !== first.address)) return { address, isSecure: false }
  return first
}

interface Hop {
  address: string
  protocol: string
}

function rightmost(chain: Hop[], peer: string, trusted: AddressSet): Caller {
  let nearest: Caller = { address: peer, isSecure: false }
  for (const { address, protocol } of chain.toReversed()) {
    // `unknown`, or a name of the proxy's own: who called it is not said.
    if (isIP(address) === 0) break
    nearest = { address, isSecure: protocol === 'https' }
    if (!trusted.has(address)) break
  }
  return nearest
}

/** X-Forwarded-For, with what X-Forwarded-Proto says: one word for each, or one for all. */
function commonChain(headers: IncomingHttpHeaders): Hop[] | null {
  const addresses = listOf(headers['x-forwarded-for'])
  if (addresses.length === 0) return null
  const protocols = listOf(headers['x-forwarded-proto'])
  return addresses.map((text, i) => {
    const protocol = protocols.length === addresses.length ? protocols[i] : protocols.at(-1)
    return { address: bare(text), protocol: (protocol ?? '').toLowerCase() }
  })
}

/** RFC 7239: `for=192.0.2.60;proto=https, for="[2001:db8::17]:4711"`. */
function standardChain(text: string | undefined): Hop[] | null {
  const elements = listOf(text)
  if (elements.length === 0) return null
  return elements.map((element) => {
    const pairs = element.split(';').map((pair): [string, string] => {
      const at = pair.indexOf('=')
      return [
        pair.slice(0, at).trim().toLowerCase(),
        pair
          .slice(at + 1)
          .trim()
          .replace(/^"(.*)"$/, '$1'),
      ]
    })
    const of = (name: string) => pairs.find(([known]) => known === name)?.[1] ?? ''
    return { address: bare(of('for')), protocol: of('proto').toLowerCase() }
  })
}

function listOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  return text === '' ? [] : text.split(',').map((word) => word.trim())
}

/** Without brackets and port, and an IPv4 address inside an IPv6 one as itself. */
function bare(text: string): string {
  const host = /^\[([^\]]*)\](:\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  return /^::ffff:([\d.]+)$/i.exec(host)?.[1] ?? host
}

/** Whom a limit is held against: of IPv6 the network, as everybody has a whole one. */
export function limitedAs(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail] = address.toLowerCase().replace(/%.*$/, '').split('::')
  const groups = head.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').length
  const whole = [...groups, ...Array<string>(Math.max(missing, 0)).fill('0'), ...(tail ?? '').split(':')]
  return whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')
}
