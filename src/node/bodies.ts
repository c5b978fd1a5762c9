// The body of an HTTP request or answer, up to a size.
import type { IncomingMessage } from 'node:http'
import { gatherPieces, type Pieces } from './pieces.js'

/**
 * Undefined when it is longer; what is too much is read and thrown away, so that a refusal can still be sent (to leave
 * an iteration early would close the connection first). Rejects when the other side breaks off.
 */
export function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let pieces: Pieces | null = gatherPieces()
    let size = 0
    message.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) pieces?.add(chunk)
      else {
        pieces = null
        resolve(undefined)
      }
    })
    message.on('end', () => resolve(pieces ? Buffer.concat(pieces.all()) : undefined))
    message.on('error', reject)
    // Every message is closed in the end, and an error costs its stack even when nobody is there to hear of it.
    message.on('close', () => message.complete || reject(new Error('the connection was closed half-way')))
  })
}
