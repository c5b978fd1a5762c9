// One small HTTP POST. Not fetch: its first call costs a process 17 MB, and a supervisor may never send an alert.
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isLoopbackHost, isPublicHost } from '../node/addresses.js'
import { codeOf, hasCode } from '../node/codes.js'
import { PRIVATE_ADDRESS, publicLookup } from '../node/public-lookup.js'
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
  { signal, publicOnly = false }: { signal: AbortSignal; publicOnly?: boolean },
): Promise<Answer> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
  try {
    return await post(url, body, headers, limited, publicOnly)
  } catch (error) {
    if (signal.aborted) throw new NotDelivered('it was given up: frota is stopping', false)
    if (limited.aborted) throw new NotDelivered(`${url.hostname} did not answer in ${TIMEOUT_MS / 1000} s`, true)
    if (hasCode(error, PRIVATE_ADDRESS)) throw new NotDelivered(`${url.hostname} has no public address`, false)
    const code = codeOf(error) ?? 'no connection'
    throw new NotDelivered(`${url.hostname} could not be reached (${code})`, true)
  }
}

function post(
  url: URL,
  body: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  publicOnly: boolean,
): Promise<Answer> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        signal,
        agent: false,
        ...(publicOnly && { lookup: publicLookup() }),
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

/**
 * Why secrets may not be sent there; null when they may: by https, or on this machine.
 * @param publicOnly somebody else than the operator chose it: by https and to the internet
 */
export function targetProblem(text: string, publicOnly: boolean): string | null {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (publicOnly && url?.protocol === 'https:' && !isPublicHost(url.hostname)) return 'must not be in a private network'
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && !publicOnly && isLoopbackHost(url.hostname))
  if (isSafe) return null
  return `must be an https:// address${publicOnly ? '' : ' (or http:// on this machine)'}`
}

/** Worth another try: the other side is busy or broken, not refusing. */
export const isPassing = (status: number) => status >= 500 || [408, 425, 429].includes(status)
