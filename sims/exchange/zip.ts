// A zip archive with one file, deflated.
import { crc32, deflateRawSync } from 'node:zlib'

export function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const label = Buffer.from(name)
  const common = Buffer.alloc(22) // from the flags to the length of the name, the same in both headers
  common.writeUInt16LE(8, 2)
  common.writeUInt32LE(crc32(content), 8)
  common.writeUInt32LE(packed.length, 12)
  common.writeUInt32LE(content.length, 16)
  common.writeUInt16LE(label.length, 20)
  const local = Buffer.concat([word(0x04034b50), half(20), common, half(0), label, packed])
  const entry = Buffer.concat([word(0x02014b50), half(20), half(20), common, Buffer.alloc(16), label])
  const end = Buffer.concat([
    word(0x06054b50),
    half(0),
    half(0),
    half(1),
    half(1),
    word(entry.length),
    word(local.length),
    half(0),
  ])
  return Buffer.concat([local, entry, end])
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function half(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}
