// The page's line to its server: events come over a stream that reconnects by itself, questions go as POSTs.
import type { PageCall, PageCalls, PageEvent } from '../protocol.js'
import { EventSource } from './browser.js'

const id = crypto.randomUUID()
/** The server answers pages that have a stream: whoever calls earlier waits for it. */
const { promise: streaming, resolve: connected } = Promise.withResolvers<void>()
let stream: InstanceType<typeof EventSource> | undefined

export function listenToServer(token: string | null, onEvent: (event: PageEvent) => void, onLost: () => void) {
  stream?.close()
  stream = new EventSource(`/events?page=${id}${token === null ? '' : `&token=${token}`}`)
  stream.onmessage = ({ data }) => onEvent(JSON.parse(data))
  stream.onerror = onLost
  stream.onopen = connected
}

export async function call<Name extends PageCall>(
  name: Name,
  input: PageCalls[Name]['input'],
): Promise<PageCalls[Name]['output']> {
  await streaming
  const response = await fetch(`/call/${name}?page=${id}`, { method: 'POST', body: JSON.stringify(input) })
  const answer = (await response.json()) as { result: PageCalls[Name]['output']; error?: PageError }
  if (answer.error) throw wppError(answer.error.code, answer.error.message)
  return answer.result
}

interface PageError {
  code: string
  message: string
}

/** What wa-js throws. */
export const wppError = (code: string, message: string) => Object.assign(new Error(message), { code, name: 'WPPError' })
