// The sessions' door: hello, beat, events on `sessions.sock`. A session can ask for nothing that is not its own:
// what it may see follows from its ticket or token, never from what it says.
import type { IncomingMessage } from 'node:http'
import type { Beat, BeatAnswer, OpenedSecrets, Welcome } from '../core/protocol.js'
import { fencedOr, openDoor, openRereader, passOf, type Reply, readJson } from './door.js'
import type { SupervisorParts } from './parts.js'
import type { Pass } from './tickets.js'
import { type EventsBatch, readBeat, readEvents, readHello, readJournal } from './wire.js'

export const MAX_HELLO_BYTES = 4 * 1024
export const MAX_BEAT_BYTES = 128 * 1024
/** A batch has about a million characters, of up to three bytes. */
const MAX_EVENTS_BYTES = 4 * 1024 * 1024

/** Of what a program says with its ticket. */
export interface Hello {
  pid: number
  wire: number
}

/** What the endpoint asks of the supervisor. `fenced`: not, or no longer, the live copy. */
export interface SessionsDesk {
  hello(pass: Pass, said: Hello): Promise<Welcome | 'fenced'>
  /** Resolves when it is written down that this is the session's journal. */
  journal(pass: Pass, id: string): Promise<object | 'fenced'>
  beat(pass: Pass, beat: Beat): BeatAnswer | 'fenced'
  /** All that the session reads, as they are now. */
  secrets(pass: Pass): OpenedSecrets | 'fenced'
  /** Taken from older runs too. Resolves after the store's commit. */
  events(pass: Pass, batch: EventsBatch): Promise<void>
}

type DoorParts = Pick<SupervisorParts, 'tickets' | 'now' | 'log'> & {
  settings: Pick<SupervisorParts['settings'], 'sessionsSocket'>
}

export function listenForSessions(desk: SessionsDesk, { settings, tickets, now, log }: DoorParts) {
  const beatOf = openRereader(MAX_BEAT_BYTES, readBeat)
  return openDoor({ name: "sessions' endpoint", socket: settings.sessionsSocket, answer, log })

  async function answer(request: IncomingMessage): Promise<Reply> {
    switch (request.url) {
      case '/hello':
        return fencedOr(await hello(readHello(await readJson(request, MAX_HELLO_BYTES))))
      case '/journal': {
        const pass = passOf(request, tickets)
        return fencedOr(await desk.journal(pass, readJournal(await readJson(request, MAX_HELLO_BYTES))))
      }
      case '/secrets': {
        const pass = passOf(request, tickets)
        await readJson(request, MAX_HELLO_BYTES)
        return fencedOr(desk.secrets(pass))
      }
      case '/beat': {
        const pass = passOf(request, tickets)
        return fencedOr(desk.beat(pass, await beatOf(request)))
      }
      case '/events': {
        const pass = passOf(request, tickets)
        const batch = readEvents(await readJson(request, MAX_EVENTS_BYTES))
        await desk.events(pass, batch)
        return { status: 200, body: { acked: batch.upTo } }
      }
      default:
        return { status: 404, body: {} }
    }
  }

  async function hello({ ticket, ...said }: Hello & { ticket: string }) {
    const pass = tickets.readTicket(ticket, now().getTime())
    if (!pass) return 'fenced' as const
    return desk.hello(pass, said)
  }
}
