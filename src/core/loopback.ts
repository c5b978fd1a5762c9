// Whose answer a local port is. A page on the internet can let its own name point to 127.0.0.1 (DNS rebinding): the
// browser of somebody on this machine would then fetch from our port and hand the page what it reads. The Host header
// still bears the page's name, and a browser lets no script change it.

/**
 * Whether the Host header names this machine: localhost, 127.0.0.0/8 or [::1], with any port. No Host at all is well:
 * only HTTP/1.0 may leave it out (Node refuses HTTP/1.1 without one), which monitors still speak and no browser does.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return true
  const name = host.replace(/:\d*$/, '').toLowerCase()
  return name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name)
}

/** Misdirected Request: the name that was asked for is not served here. */
export const NOT_LOOPBACK_STATUS = 421
export const NOT_LOOPBACK_HINT = 'Ask for 127.0.0.1 or localhost: other names are not answered here.'
