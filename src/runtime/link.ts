// HTTP over the supervisor's Unix socket. Node's http is taken as a built-in module: its ESM face costs 14 MB.
import type { RequestOptions } from 'node:http'
import { readBody } from '../node/bodies.js'
import { distrustOfSocket } from '../node/trust.js'

const http = process.getBuiltinModule('node:http')

const MAX_ANSWER_BYTES = 8 * 1024 * 1024

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

export function openLink(socketPath: string, maxSockets = 3): Link {
  const agent = new http.Agent({ keepAlive: true, maxSockets })
  let token: string | undefined
  return {
    post(path, body, timeoutMs) {
      const headers: Record<string, string> = { 'content-type': 'application/json' }
      if (token !== undefined) headers.authorization = `Bearer ${token}`
      return request({ socketPath, agent, path, method: 'POST', headers }, JSON.stringify(body), timeoutMs)
    },
    setToken(value) {
      token = value
    },
    close: () => agent.destroy(),
  }
}

function request(options: RequestOptions, text: string, timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Asked each time: what is sent holds a ticket or a token, and a directory under /tmp may have been cleared away.
    const found = distrustOfSocket(options.socketPath ?? '')
    if (found) throw new Error(found.message)
    const payload = Buffer.from(text)
    const headers = { ...options.headers, 'content-length': payload.length }
    let answered = false
    const outgoing = http.request({ ...options, headers }, (incoming) => {
      answered = true
      readBody(incoming, MAX_ANSWER_BYTES).then((body) => {
        clearTimeout(timer)
        if (body) return resolve({ status: incoming.statusCode ?? 0, body: parse(body.toString()) })
        outgoing.destroy()
        reject(new Error('the answer is too large'))
      }, settle)
    })
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
    const settle = (error: Error) => {
      clearTimeout(timer)
      reject(error)
    }
    outgoing.on('error', settle)
    // A connection that ends before its answer began may raise no error; afterwards it is the body that is cut short.
    outgoing.on('close', () => answered || settle(new Error('the connection was closed')))
    outgoing.end(payload)
  })
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
