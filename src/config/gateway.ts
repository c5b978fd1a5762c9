// Where the gateway, the one door to the network, listens, and as what the world knows it.
import { isIP } from 'node:net'
import { networkOf } from '../node/address-set.js'
import { isLoopbackHost } from '../node/addresses.js'
import type { Name } from './names.js'
import { type Given, oneOf, wholeNumber, words } from './values.js'

export interface GatewayConfig {
  /** `auto`: while a wanted session has something to receive. */
  readonly mode: 'auto' | 'on' | 'off'
  /** An address of this machine; `0.0.0.0` and `::` are all of them. */
  readonly bind: string
  /** 0: any free one. */
  readonly port: number
  /** What printed links begin with, without a slash at the end. Null: nobody outside could follow any. */
  readonly publicUrl: string | null
  /** Addresses and networks. Only from them is a forwarded address taken. */
  readonly trustedProxies: readonly string[]
}

export function gatewayConfig(given: Record<Name, Given>, problems: string[]): GatewayConfig {
  const bind = bindAddress(given.FROTA_BIND, problems)
  const port = wholeNumber(given.PORT, 3000, 0, 65_535, problems)
  return Object.freeze({
    mode: oneOf(given.FROTA_GATEWAY, ['auto', 'on', 'off'], problems) ?? 'auto',
    bind,
    port,
    publicUrl: publicUrl(given.FROTA_PUBLIC_URL, problems) ?? ownUrl(bind, port),
    trustedProxies: Object.freeze(trustedProxies(given.FROTA_TRUSTED_PROXIES, problems)),
  })
}

function bindAddress({ name, text = '127.0.0.1' }: Given, problems: string[]): string {
  const address = text.toLowerCase() === 'localhost' ? '127.0.0.1' : text.replace(/^\[(.*)\]$/, '$1')
  if (isIP(address) === 0) problems.push(`${name} is "${text}": it must be an address, such as 127.0.0.1 or 0.0.0.0`)
  return address
}

/** It begins links that carry what nobody else may know: in clear only inside this machine. */
function publicUrl({ name, text }: Given, problems: string[]): string | undefined {
  if (text === undefined) return undefined
  const problem = publicUrlProblem(text)
  if (problem === null) return new URL(text).origin
  problems.push(`${name} ${problem}`)
  return undefined
}

function publicUrlProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return 'is not an address such as https://bots.example.com'
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  // As it was written: `URL` would make one thing of `/..`, `\` and nothing at all.
  if (!/^https?:\/\/[^/?#\\\s]+\/?$/i.test(text)) return 'must end behind the host or port: no path, no query'
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return `must begin with https:// (${url.hostname} is not this machine)`
  }
  return null
}

const ownUrl = (bind: string, port: number): string | null =>
  isLoopbackHost(bind) && port !== 0 ? `http://${isIP(bind) === 6 ? `[${bind}]` : bind}:${port}` : null

function trustedProxies(given: Given, problems: string[]): string[] {
  return words(given).filter((word) => {
    const network = networkOf(word)
    if (network !== null && network.prefix > 0) return true
    const why = network ? 'whoever calls could name any address' : 'it must be an address or a network, as 10.0.0.0/8'
    problems.push(`${given.name} has "${word}": ${why}`)
    return false
  })
}
