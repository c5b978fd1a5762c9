// Random bytes for event ids. Not from node:crypto: OpenSSL costs 2.3 MB in every session.
const { openSync, readSync } = process.getBuiltinModule('node:fs')

const POOL_BYTES = 1_024

export function randomSource(): (bytes: number) => Uint8Array {
  const pool = Buffer.alloc(POOL_BYTES)
  const fd = openSync('/dev/urandom', 'r')
  let used = POOL_BYTES
  return (bytes) => {
    if (used + bytes > POOL_BYTES) {
      readSync(fd, pool, 0, POOL_BYTES, null)
      used = 0
    }
    const taken = Uint8Array.prototype.slice.call(pool, used, used + bytes)
    used += bytes
    return taken
  }
}
