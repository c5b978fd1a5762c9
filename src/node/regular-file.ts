// Files that an operator names: a pipe, a device or a directory in their place must neither hang the program nor fill
// its memory.
const { closeSync, constants, fstatSync, openSync, readSync } = process.getBuiltinModule('node:fs')

export interface ReadFile {
  readonly bytes: Buffer
  /** Of the file that was read. */
  readonly mode: number
}

/**
 * Opened without waiting: an ordinary `open` of a pipe that nobody writes to never returns, and hears no signal.
 * @throws also for what is not a regular file, and for one that is longer than this
 */
export function readRegularFile(path: string, maxBytes: number): ReadFile {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  try {
    const seen = fstatSync(fd)
    if (seen.isDirectory()) throw new Error('it is a directory')
    if (!seen.isFile()) throw new Error('it is not a regular file')
    const bytes = readAtMost(fd, maxBytes + 1)
    if (bytes.length > maxBytes) throw new Error(`it is larger than ${words(maxBytes)}`)
    return { bytes, mode: seen.mode }
  } finally {
    closeSync(fd)
  }
}

/** Not by the size that was seen: files of /proc have none, and others grow. */
function readAtMost(fd: number, limit: number): Buffer {
  const chunks: Buffer[] = []
  for (let length = 0; length < limit; ) {
    const chunk = Buffer.allocUnsafe(Math.min(64 * 1024, limit - length))
    const read = readSync(fd, chunk, 0, chunk.length, null)
    if (read === 0) break
    chunks.push(chunk.subarray(0, read))
    length += read
  }
  return Buffer.concat(chunks)
}

function words(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  const [size, unit] = bytes >= 1024 * 1024 ? [bytes / 1024 / 1024, 'MB'] : [bytes / 1024, 'KB']
  return `${Math.round(size * 10) / 10} ${unit}`
}
