// One small HTTP POST. Not fetch: its first call costs a process 17 MB, and a supervisor may never send an alert.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isLoopbackHost } from '../node/addresses.js'
import { codeOf } from '../node/codes.js'
import { NotDelivered } from './notifier.js'

const TIMEOUT_MS = 10_000
const LONGEST_ANSWER_BYTES = 64 * 1024

export interface Answer {
  status: number
  retryAfter: string | null
  text: string
}

/** Redirects are not followed. A failure's message has a code only: an address may hold a token. */
export async function postJson(
  url: URL,
  body: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Answer> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    return await post(url, body, headers, limited)
  } catch (error) {
    if (signal.aborted) throw new NotDelivered('it was given up: frota is stopping', false)
    if (limited.aborted) throw new NotDelivered(`${url.hostname} did not answer in ${TIMEOUT_MS / 1000} s`, true)
    const code = codeOf(error) ?? 'no connection'
    throw new NotDelivered(`${url.hostname} could not be reached (${code})`, true)
  }
}

function post(url: URL, body: string, headers: Record<string, string>, signal: AbortSignal): Promise<Answer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        signal,
        agent: false,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          if (text.length < LONGEST_ANSWER_BYTES) text += chunk
        })
        response.on('error', reject)
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] ?? null, text }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

/** An address that secrets may be sent to: https, or this machine. */
export const isSafeTarget = (url: URL): boolean =>
  url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))

/** Worth another try: the other side is busy or broken, not refusing. */
export const isPassing = (status: number) => status >= 500 || [408, 425, 429].includes(status)
