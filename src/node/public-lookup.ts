// Name resolution for addresses that somebody else chose: a name that leads into a private network must not make this
// machine ask there. What was looked at is what is connected to, so a name that answers otherwise the next time is no way
// around it. The name servers are asked by Node itself: the system's own look-up takes one of few threads for as long as
// it waits, and names that nobody answers for would hold up everybody else's.
import { type LookupAddress, promises } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './addresses.js'

/** The error's code when a name has no public address. */
export const PRIVATE_ADDRESS = 'EPRIVATE'

const TIMEOUT_MS = 3_000
const TRIES = 2

/**
 * For `http.request`. It is not asked about an address written out: whoever uses this looks at those before.
 * @param servers the system's unless said
 */
export function publicLookup(servers?: string[]): LookupFunction {
  const resolver = new promises.Resolver({ timeout: TIMEOUT_MS, tries: TRIES })
  if (servers) resolver.setServers(servers)
  return (hostname, options, done) => {
    addressesOf(hostname).then(
      (found) => {
        const usable = found.filter(
          ({ address, family }) => isPublicAddress(address) && isAsked(family, options.family),
        )
        const [first] = usable
        if (!first)
          return done(Object.assign(new Error(`${hostname} has no public address`), { code: PRIVATE_ADDRESS }), '')
        if (options.all) done(null, usable)
        else done(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    )
  }

  /** @throws only when neither family has an answer */
  async function addressesOf(hostname: string): Promise<LookupAddress[]> {
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason
    return [
      ...(four.status === 'fulfilled' ? four.value.map((address) => ({ address, family: 4 })) : []),
      ...(six.status === 'fulfilled' ? six.value.map((address) => ({ address, family: 6 })) : []),
    ]
  }
}

const isAsked = (family: number, asked: number | string | undefined) => !asked || String(asked).endsWith(String(family))
