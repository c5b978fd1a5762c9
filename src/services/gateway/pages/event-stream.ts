// An answer that goes on: events as they happen, and a sign of life in between for proxies and browsers.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { streamHeaders } from './headers.js'

/** Below what proxies allow between two pieces of an answer (nginx 60 s, Caddy none, Cloudflare 100 s). */
const SIGN_EVERY_MS = 15_000
const COME_BACK_AFTER_MS = 2_000
/** Of what its reader has not taken: a browser that is gone without a word. */
const MOST_UNSENT_BYTES = 256 * 1024

export interface EventStream {
  /** Aborts when nobody listens any more. */
  readonly signal: AbortSignal
  send(data: unknown): void
  /** The browser does not come back: `send` has told it so. */
  end(): void
}

export function openEventStream({ socket }: IncomingMessage, response: ServerResponse): EventStream {
  const over = new AbortController()
  const sign = setInterval(() => write(': \n\n'), SIGN_EVERY_MS)
  const close = () => {
    clearInterval(sign)
    over.abort()
  }
  response.once('close', close)
  response.on('error', close)
  response.writeHead(200, [...streamHeaders])
  write(`retry: ${COME_BACK_AFTER_MS}\n\n`)
  return {
    signal: over.signal,
    send: (data) => write(`data: ${JSON.stringify(data)}\n\n`),
    end: () => response.end(),
  }

  function write(text: string) {
    if (over.signal.aborted || response.writableEnded) return
    response.write(text)
    if (response.writableLength > MOST_UNSENT_BYTES) socket.destroy()
  }
}
