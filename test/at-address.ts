// Asks at a session's own address as supervisor and gateway do, with whatever a test wants to say there.
import { type IncomingHttpHeaders, request } from 'node:http'
import { TOKEN_HEADER } from '../src/core/hooks.js'

export interface Asked {
  token?: string
  method?: string
  headers?: Record<string, string | string[]>
  body?: string | Uint8Array
}

export interface Answered {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** Rejects when nobody answers there. */
export function askAt(address: string, path: string, asked: Asked = {}): Promise<Answered> {
  const { token, method = 'POST', headers = {}, body } = asked
  const own = token === undefined ? headers : { ...headers, [TOKEN_HEADER]: token }
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: address, path, method, headers: own, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
