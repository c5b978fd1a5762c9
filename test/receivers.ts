// What channels lead to, on this machine: a webhook's receiver, and a Bot API server as strict as Telegram's own.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

interface TestLike {
  after(work: () => unknown): void
}

export interface Posted {
  path: string
  body: Record<string, unknown>
}

/** Keeps what it took. With another status than 200 it takes nothing. */
export async function aReceiver(t: TestLike) {
  const receiver = { posted: [] as Posted[], asked: 0, status: 200, url: '' }
  const server = createServer(async (request, response) => {
    receiver.asked += 1
    const body = JSON.parse(await text(request)) as Record<string, unknown>
    if (receiver.status === 200) receiver.posted.push({ path: request.url ?? '', body })
    response.writeHead(receiver.status).end()
  })
  receiver.url = await listening(t, server)
  return receiver
}

/** Answers what api.telegram.org answers to a `sendMessage` that is wrong in the same way. */
export async function aBotApi(t: TestLike, { token, chats }: { token: string; chats: string[] }) {
  const api = { sent: [] as { chat: string; text: string }[], slowDown: 0, url: '' }
  const server = createServer(async (request, response) => {
    const [status, answer] = await answerTo(request)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ ok: status === 200, ...answer }))
  })
  api.url = await listening(t, server)
  return api

  async function answerTo(request: IncomingMessage): Promise<[number, object]> {
    const refused = (status: number, description: string, more: object = {}): [number, object] => [
      status,
      { error_code: status, description, ...more },
    ]
    const [, bot, method] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? []
    if (bot !== token) return refused(401, 'Unauthorized')
    if (method !== 'sendMessage' || request.method !== 'POST') return refused(404, 'Not Found')
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
      return refused(400, 'Bad Request: message text is empty')
    const message = JSON.parse(await text(request)) as Record<string, unknown>
    const unknown = Object.keys(message).filter((field) => !KNOWN.has(field))
    if (unknown.length > 0) return refused(400, `Bad Request: unknown fields ${unknown.join()}`)
    const chat = String(message.chat_id)
    if (!chats.includes(chat)) return refused(400, 'Bad Request: chat not found')
    if (message.parse_mode !== 'HTML') return refused(400, 'Bad Request: unsupported parse_mode')
    const shown = shownText(String(message.text ?? ''))
    if (shown === null) return refused(400, "Bad Request: can't parse entities")
    if (shown.trim() === '') return refused(400, 'Bad Request: message text is empty')
    if (shown.length > 4096) return refused(400, 'Bad Request: message is too long')
    if (api.slowDown > 0) {
      api.slowDown -= 1
      return refused(429, 'Too Many Requests: retry after 0', { parameters: { retry_after: 0 } })
    }
    api.sent.push({ chat, text: shown })
    return [200, { result: { message_id: api.sent.length } }]
  }
}

const KNOWN = new Set(['chat_id', 'text', 'parse_mode', 'disable_notification', 'link_preview_options'])

/** Null when Telegram would not take it: a tag that it does not know, one that is not closed, an entity that is none. */
function shownText(html: string): string | null {
  const open: string[] = []
  let broken = false
  const plain = html.replace(/<(\/?)(\w+)>/g, (_, end: string, tag: string) => {
    if (!['b', 'i', 'u', 's', 'code', 'pre'].includes(tag)) broken = true
    if (end === '') open.push(tag)
    else if (open.pop() !== tag) broken = true
    return ''
  })
  if (broken || open.length > 0 || /[<>]|&(?!(amp|lt|gt|quot);)/.test(plain)) return null
  return plain.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
}

async function listening(t: TestLike, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
