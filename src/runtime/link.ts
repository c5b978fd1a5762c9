// HTTP over the supervisor's Unix socket.
import { distrustOfSocket } from '../node/trust.js'
import { openUnixClient } from '../node/unix-client.js'

const MAX_ANSWER_BYTES = 8 * 1024 * 1024
/** Beats, events and one more: a question of the one does not wait for an answer to the other. */
const MAX_CONNECTIONS = 3

export interface Answer {
  status: number
  /** Parsed; an empty object when the body was not JSON. */
  body: Record<string, unknown>
}

export interface Link {
  /** Rejects when the supervisor did not answer in time, or at all. */
  post(path: string, body: unknown, timeoutMs: number): Promise<Answer>
  /** Shown from now on. */
  setToken(token: string): void
  close(): void
}

export function openLink(socketPath: string, maxConnections = MAX_CONNECTIONS): Link {
  const client = openUnixClient(socketPath, { maxConnections, maxAnswerBytes: MAX_ANSWER_BYTES })
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  return {
    async post(path, body, timeoutMs) {
      // Asked each time: what is sent holds a ticket or a token, and a directory under /tmp may have been cleared away.
      const found = distrustOfSocket(socketPath)
      if (found) throw new Error(found.message)
      const { status, body: answer } = await client.post(path, headers, JSON.stringify(body), timeoutMs)
      return { status, body: parse(answer.toString()) }
    },
    setToken(value) {
      headers.authorization = `Bearer ${value}`
    },
    close: client.close,
  }
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** What the supervisor said with a refusal, ready to follow its status. */
export function refusalIn({ error }: Answer['body']): string {
  return typeof error === 'object' && error !== null && 'message' in error ? `: ${error.message}` : ''
}
