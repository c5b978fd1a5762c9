// Where a host name of a URL leads, as far as its text alone can tell. An address is read as an address, never by how it
// begins: `10.evil.example` is a name that anybody may own. `URL` has already written `127.1` and `0x7f000001` out.
const { BlockList, isIP } = process.getBuiltinModule('node:net')

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const privateNet = new BlockList()
privateNet.addSubnet('10.0.0.0', 8, 'ipv4')
privateNet.addSubnet('172.16.0.0', 12, 'ipv4')
privateNet.addSubnet('192.168.0.0', 16, 'ipv4')
privateNet.addSubnet('169.254.0.0', 16, 'ipv4')
privateNet.addSubnet('fc00::', 7, 'ipv6')
privateNet.addSubnet('fe80::', 10, 'ipv6')

/** Reserved, or a way to another address (NAT64, 6to4, Teredo) that would have to be read out of it first. */
const notPublic = new BlockList()
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['100.64.0.0', 10],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  notPublic.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  notPublic.addSubnet(net, bits, 'ipv6')

/** An address of the internet, that anybody may ask. */
export function isPublicAddress(address: string): boolean {
  const { name, version } = read(address)
  return version !== null && ![loopback, privateNet, notPublic].some((list) => list.check(name, version))
}

/** As far as its text can tell: a public address, or a name that a public name server may know. */
export function isPublicHost(hostname: string): boolean {
  return read(hostname).version === null ? !isPrivateHost(hostname) : isPublicAddress(hostname)
}

/** This machine and no other. @param hostname as `URL.hostname` has it */
export function isLoopbackHost(hostname: string): boolean {
  const { name, version } = read(hostname)
  return version === null ? name === 'localhost' : loopback.check(name, version)
}

/** This machine, an address of a private network, or a name that no public name server knows. */
export function isPrivateHost(hostname: string): boolean {
  if (isLoopbackHost(hostname)) return true
  const { name, version } = read(hostname)
  if (version !== null) return privateNet.check(name, version)
  // Containers call each other by one word. One that ends in a dot is absolute: a name of the internet.
  return /^[a-z0-9_-]+$/.test(hostname) || /\.(local|internal|localhost)$/.test(name)
}

/** An IPv4 address inside an IPv6 one is judged by the rules for IPv4: BlockList does that by itself. */
function read(hostname: string): { name: string; version: 'ipv4' | 'ipv6' | null } {
  const name = hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
  const version = ({ 4: 'ipv4', 6: 'ipv6' } as const)[isIP(name)] ?? null
  return { name, version }
}
