// What the browser gets: the page, its scripts, its stream of events, and answers to its calls.
import { existsSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { answer, readJson } from '../json-http.js'
import { Refusal } from '../refusal.js'
import type { Exchange } from './exchange.js'
import type { LivePage } from './live-page.js'
import { isNumber } from './phones.js'
import type { PageCall, PageCalls } from './protocol.js'

const HTML = `<!doctype html>
<html><head><meta charset="utf-8"><title>WhatsApp Web (simulated)</title><link rel="icon" href="data:,"></head>
<body><script type="module" src="/page/main.js"></script></body></html>`

type Handlers = {
  [Name in PageCall]: (page: LivePage, input: PageCalls[Name]['input']) => PageCalls[Name]['output']
}

export function servePage(exchange: Exchange) {
  const handlers = callHandlers(exchange)
  return async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'https://web.whatsapp.com')
    try {
      const [, folder, name = ''] = url.pathname.split('/')
      if (url.pathname === '/') return answerText(response, 'text/html; charset=utf-8', HTML)
      if (folder === 'page') return answerText(response, 'text/javascript; charset=utf-8', script(name))
      if (url.pathname === '/events') return openStream(exchange, url, response)
      if (folder !== 'call' || request.method !== 'POST') throw notFound(url.pathname)
      const handler = handlers[name as PageCall] as ((page: LivePage, input: unknown) => unknown) | undefined
      if (!handler) throw notFound(url.pathname)
      const input = await readJson(request)
      answer(response, 200, { result: handler(exchange.page(url.searchParams.get('page') ?? ''), input) })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      answer(response, error.status, { error: { code: error.code, message: error.message } })
    }
  }
}

const notFound = (path: string) => new Refusal('not_found', `${path} is not here`, { status: 404 })

function openStream(exchange: Exchange, url: URL, response: ServerResponse) {
  const id = url.searchParams.get('page')
  if (!id) throw new Refusal('page_unknown', 'page: missing')
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write('retry: 500\n\n')
  exchange.open(id, url.searchParams.get('token'), response)
}

function answerText(response: ServerResponse, type: string, text: string) {
  response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' })
  response.end(text)
}

/** Compiled they lie beside this file; in development their types are taken off. */
function script(name: string): string {
  if (!/^[a-z]+\.js$/.test(name)) throw notFound(`/page/${name}`)
  const compiled = new URL(`./page/${name}`, import.meta.url)
  if (existsSync(compiled)) return readFileSync(compiled, 'utf8')
  const source = new URL(`./page/${name.replace(/js$/, 'ts')}`, import.meta.url)
  if (!existsSync(source)) throw notFound(`/page/${name}`)
  return stripTypeScriptTypes(readFileSync(source, 'utf8'))
}

function callHandlers(exchange: Exchange): Handlers {
  const account = (page: LivePage) => exchange.accountOf(page)
  return {
    listening: (page) => {
      exchange.listen(page)
      return null
    },
    received: (page, { id }) => {
      exchange.received(page, id)
      return null
    },
    link: (page, { phone, fresh }) => {
      if (!isNumber(phone)) throw new Refusal('invalid_phone', `${phone} is not a phone number`)
      if (page.login) throw new Refusal('already_authenticated', 'This page is logged in', { status: 409 })
      return { code: page.showLinkCode(phone, fresh) }
    },
    exists: (page, { id }) => exchange.exists(account(page), id),
    names: (_page, { id }) => exchange.phones.namesOf(id),
    send: (page, { to, text, key }) => exchange.send(page, to, text, key),
    message: (page, { id }) => account(page).find(id),
    messages: (page, { chat, ...ask }) => account(page).history(chat, ask),
    chats: (page) => account(page).chats(),
    chat: (page, { id }) => account(page).chat(id),
    read: (page, { chat }) => ({ unreadCount: exchange.read(account(page), chat) }),
    presence: (page, { chat, state }) => {
      exchange.note(account(page), chat, state)
      return null
    },
    takeover: (page) => {
      exchange.takeOver(page)
      return null
    },
    logout: (page) => {
      exchange.unpair(account(page), page.login?.device)
      return null
    },
  }
}
