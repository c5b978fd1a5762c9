// What the gateway serves, each by a door of its own: hooks, health, pages for people, later the API. The server bounds what
// anybody may send and asks them in turn; what it is about is each door's own business.
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface Door {
  /** Null: not its. It goes by the request line alone. */
  find(method: string, url: string): ((exchange: Exchange) => Promise<void> | void) | null
  /** How many requests of its are under way. */
  inFlight?(): number
  /** The gateway leaves: what would go on without an end is ended. */
  close?(): void
}

export interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  /** Tells a caller who asked first (`Expect: 100-continue`) to send the body. */
  proceed(): void
  /** While `work` goes on, its connection is not closed for another's sake. Only for callers who have shown who they are. */
  keep<T>(work: () => Promise<T>): Promise<T>
  /** It asked for what is not there. The same words whatever that was; 429 when it asks again and again. */
  unknown(): void
  /** Counts as a guess; false, and answered, when its caller has made too many. */
  mayGuess(): boolean
}
