// Whose answer a local port is. A page on the internet can let its own name point to 127.0.0.1 (DNS rebinding): the
// browser of somebody on this machine would then fetch from our port and hand the page what it reads. The Host header
// still bears the page's name, and a browser lets no script change it.
import { isLoopbackHost } from './addresses.js'

/**
 * Whether the Host header names this machine, with any port. No Host at all is well: only HTTP/1.0 may leave it out (Node
 * refuses HTTP/1.1 without one), which monitors still speak and no browser does.
 */
export const asksForThisMachine = (host: string | undefined): boolean =>
  host === undefined || isLoopbackHost(host.replace(/:\d*$/, ''))

/** Misdirected Request: the name that was asked for is not served here. */
export const NOT_LOOPBACK_STATUS = 421
export const NOT_LOOPBACK_HINT = 'Ask for 127.0.0.1 or localhost: other names are not answered here.'
