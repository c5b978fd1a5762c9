// Name resolution for addresses that somebody else chose: a name that leads into a private network must not make this
// machine ask there. What was looked at is what is connected to, so a name that answers otherwise the next time is no way
// around it.
import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './addresses.js'

/** The error's code when a name has no public address. */
export const PRIVATE_ADDRESS = 'EPRIVATE'

type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

/** For `http.request`. It is not asked about an address written out: whoever uses this looks at those before. */
export const publicLookup =
  (resolve: Resolve = lookup): LookupFunction =>
  (hostname, options, done) =>
    resolve(hostname, { ...options, all: true }, (error, found) => {
      if (error) return done(error, '')
      const usable = found.filter(({ address }) => isPublicAddress(address))
      const [first] = usable
      if (!first)
        return done(Object.assign(new Error(`${hostname} has no public address`), { code: PRIVATE_ADDRESS }), '')
      if (options.all) done(null, usable)
      else done(null, first.address, first.family)
    })
