// A list of addresses and networks (`10.0.0.5`, `10.0.0.0/8`, `fd00::/8`), and whether an address is one of them.
const { BlockList, isIP } = process.getBuiltinModule('node:net')

export interface AddressSet {
  has(address: string): boolean
}

const VERSION = { 4: 'ipv4', 6: 'ipv6' } as const
const BITS = { ipv4: 32, ipv6: 128 } as const

/** An IPv4 address inside an IPv6 one (`::ffff:10.0.0.5`, as a socket on `::` tells it) is judged as the IPv4 one. */
export function addressSet(entries: readonly string[]): AddressSet {
  const list = new BlockList()
  for (const entry of entries) {
    const network = networkOf(entry)
    if (network === null) throw new Error(`"${entry}" is no address and no network`)
    list.addSubnet(network.address, network.prefix, network.version)
  }
  return {
    has(text) {
      const address = text.replace(/%.*$/, '') // of a link-local one: through which device
      const version = VERSION[isIP(address) as 4 | 6]
      return version !== undefined && list.check(address, version)
    },
  }
}

/** Null when it is neither. */
export function networkOf(entry: string): { address: string; prefix: number; version: 'ipv4' | 'ipv6' } | null {
  const [address = '', bits, ...rest] = entry.split('/')
  const version = VERSION[isIP(address) as 4 | 6]
  if (version === undefined || address.includes('%') || rest.length > 0) return null
  if (bits === undefined) return { address, prefix: BITS[version], version }
  const prefix = /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  return prefix <= BITS[version] ? { address, prefix, version } : null
}
