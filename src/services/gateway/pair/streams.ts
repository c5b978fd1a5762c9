// Pages that are open, each told of every change for as long as it is.
import { pause } from '../../../node/waits.js'
import type { Exchange } from '../door.js'
import { openEventStream } from '../pages/event-stream.js'
import { type Call, lookOf } from './asking.js'
import type { PageEvent } from './page-events.js'

const LOOK_EVERY_MS = 1_000
const MOST_STREAMS = 64
/** Of one visit: a tab that was doubled, a connection that its proxy has not given up yet. */
const MOST_EACH = 4

export interface Streams {
  hasRoom(visit: string): boolean
  /** Resolves when nobody listens any more, or nothing more is to be told. */
  follow(exchange: Exchange, visit: string, about: PageEvent): Promise<void>
  size(): number
  close(): void
}

export function openStreams(call: Call): Streams {
  const open = new Map<AbortController, string>()
  return {
    hasRoom: (visit) =>
      open.size < MOST_STREAMS && [...open.values()].filter((other) => other === visit).length < MOST_EACH,
    async follow({ request, response }, visit, about) {
      const leaving = new AbortController()
      open.set(leaving, visit)
      const stream = openEventStream(request, response)
      const signal = AbortSignal.any([stream.signal, leaving.signal])
      try {
        stream.send(about)
        let told = ''
        do {
          const look = await lookOf(call, visit)
          const text = JSON.stringify(look)
          if (text !== told) stream.send({ look } satisfies PageEvent)
          told = text
          if (look.is === 'paired' || look.is === 'ended') return
        } while (await pause(LOOK_EVERY_MS, signal))
      } finally {
        stream.end()
        open.delete(leaving)
      }
    },
    size: () => open.size,
    close() {
      for (const leaving of open.keys()) leaving.abort()
    },
  }
}
