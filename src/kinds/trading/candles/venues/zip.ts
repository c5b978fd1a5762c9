// The one file in a zip archive, as Binance makes them: stored or deflated, no encryption, no zip64. What was downloaded
// has been compared with its published hash before, so that this only has to read, not to guard.
import { crc32, inflateRawSync } from 'node:zlib'

const END = 0x06054b50
const ENTRY = 0x02014b50
const END_BYTES = 22
const LONGEST_COMMENT = 65_535
const STORED = 0
const DEFLATED = 8

export class BadZip extends Error {
  override readonly name = 'BadZip'
}

/** @param mostBytes of the file; a larger one is refused before it is unpacked */
export function onlyFileIn(zip: Buffer, mostBytes: number): Buffer {
  const end = endOf(zip)
  if (zip.readUInt16LE(end + 10) !== 1) throw new BadZip('it does not hold exactly one file')
  const entry = zip.readUInt32LE(end + 16)
  if (entry + 46 > zip.length || zip.readUInt32LE(entry) !== ENTRY) throw new BadZip('its list of files is damaged')
  const [method, crc] = [zip.readUInt16LE(entry + 10), zip.readUInt32LE(entry + 16)]
  const [packedBytes, bytes] = [zip.readUInt32LE(entry + 20), zip.readUInt32LE(entry + 24)]
  const local = zip.readUInt32LE(entry + 42)
  if (bytes > mostBytes) throw new BadZip(`its file has ${bytes} bytes`)
  if (local + 30 > zip.length) throw new BadZip('it ends too soon')
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const packed = zip.subarray(from, from + packedBytes)
  const file = unpacked(packed, method, bytes)
  if (file.length !== bytes || crc32(file) !== crc) throw new BadZip('its file is damaged')
  return file
}

/** Its list of files is found from its end, before which a comment may stand. */
function endOf(zip: Buffer): number {
  const first = Math.max(0, zip.length - END_BYTES - LONGEST_COMMENT)
  for (let at = zip.length - END_BYTES; at >= first; at--) if (zip.readUInt32LE(at) === END) return at
  throw new BadZip('it is no zip archive')
}

function unpacked(packed: Buffer, method: number, bytes: number): Buffer {
  if (method === STORED) return packed
  if (method !== DEFLATED) throw new BadZip(`it is packed in a way (${method}) that Binance does not use`)
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) })
  } catch (error) {
    throw new BadZip(`it cannot be unpacked (${error instanceof Error ? error.message : error})`)
  }
}
