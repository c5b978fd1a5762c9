// The body of a request, whole, before the session hears of it: a slow sender holds nobody up but itself. All bodies
// together have one room of a fixed size.
import type { IncomingMessage } from 'node:http'
import { gatherPieces } from '../../node/pieces.js'

export interface Room {
  /** False when there is not so much left. */
  take(bytes: number): boolean
  giveBack(bytes: number): void
}

/** What one request has taken. */
export interface Held {
  /** False when there is not so much left. */
  take(bytes: number): boolean
  /** Once is enough; twice does no harm. */
  release(): void
}

export function roomOf(bytes: number): Room {
  let left = bytes
  return {
    take(wanted) {
      if (wanted > left) return false
      left -= wanted
      return true
    },
    giveBack(taken) {
      left += taken
    },
  }
}

/** A place for one request in both: its hook's share, and the whole. */
export function holdIn(share: Room, whole: Room): Held {
  let held = 0
  return {
    take(bytes) {
      if (!share.take(bytes)) return false
      if (!whole.take(bytes)) {
        share.giveBack(bytes)
        return false
      }
      held += bytes
      return true
    },
    release() {
      share.giveBack(held)
      whole.giveBack(held)
      held = 0
    },
  }
}

export type Received = { chunks: Buffer[]; bytes: number } | 'too large' | 'no room' | 'broken off'

/** Never rejects. */
export function receive(request: IncomingMessage, maxBytes: number, held: Held): Promise<Received> {
  return new Promise((resolve) => {
    const pieces = gatherPieces()
    let bytes = 0
    const settle = (received: Received) => {
      request.off('data', onData)
      resolve(received)
    }
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > maxBytes) return settle('too large')
      if (!held.take(chunk.length)) return settle('no room')
      pieces.add(chunk)
    }
    request.on('data', onData)
    request.once('end', () => settle({ chunks: pieces.all(), bytes }))
    request.once('error', () => settle('broken off'))
    request.once('close', () => settle('broken off'))
  })
}

const MOST_UNREAD_BYTES = 1024 * 1024

/**
 * What was refused is read to its end and thrown away, up to a bound: closed at once, the sender would often see a broken
 * connection and not the answer.
 */
export function throwAway(request: IncomingMessage): void {
  let left = MOST_UNREAD_BYTES
  request.on('error', () => undefined) // it broke off: there is nobody to tell
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) request.socket.destroy()
  })
  request.resume()
}
