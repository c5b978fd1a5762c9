// The door of the page behind `frota pair --link`:
//
//   GET  /pair               the document: the same for everybody, and nothing is changed by fetching it
//   POST /pair/open          { token } → { visit }, and a cookie that stands for this browser
//   GET  /pair/events?v=ID   what is told of the pairing, as it happens
//   GET  /pair/state?v=ID    the same once, for browsers behind a proxy that keeps events back
//   POST /pair/phone?v=ID    { phone } by a code that is typed on this phone; null: by QR code after all
//
// The link's token stands behind the # of its address, which no browser sends and no log has. What stands in the cookie is
// never in an address. The supervisor alone knows which of them are good.

import { languageFor, languageOf } from '../../../core/languages.js'
import { LINK_PREFIX, LINK_SECRET, VISIT_PREFIX } from '../../../core/one-time-links.js'
import type { Door, Exchange } from '../door.js'
import { jsonHeaders } from '../pages/headers.js'
import { cookiesIn, isFromOurPage, readSmallJson } from '../pages/requests.js'
import { answer, refuse } from '../replies.js'
import { aboutOf, ask, type Call, lookOf } from './asking.js'
import { pairDocument } from './document.js'
import type { PageEvent } from './page-events.js'
import { openStreams } from './streams.js'

const { hash } = process.getBuiltinModule('node:crypto')

const COOKIE_PATH = '/pair'
const VISIT_ID = /^[0-9a-f]{12}$/
const BUSY_RETRY_S = 5
/** Visits that the supervisor has known before: asking for these is no guess. */
const MOST_KNOWN = 1_000

export interface PairDoorParts {
  call: Call
  /** What the world calls the gateway; null: nobody knows. */
  publicUrl: string | null
}

type Serve = (exchange: Exchange, query: URLSearchParams) => Promise<void> | void

export function openPairDoor({ call, publicUrl }: PairDoorParts): Door {
  const isSecure = publicUrl?.startsWith('https:') ?? false
  const cookiePrefix = `${isSecure ? '__Secure-' : ''}frota-pair-`
  const streams = openStreams(call)
  const known = new Set<string>()
  const routes: Readonly<Record<string, Serve>> = {
    'GET /pair': showDocument,
    'HEAD /pair': showDocument,
    'POST /pair/open': open,
    'GET /pair/events': byVisit(follow),
    'GET /pair/state': byVisit(state),
    'POST /pair/phone': byVisit(setPhone),
  }
  return {
    find(method, url) {
      const [path = '', query = ''] = url.split('?', 2)
      const serve = Object.hasOwn(routes, `${method} ${path}`) ? routes[`${method} ${path}`] : undefined
      return serve ? (exchange) => serve(exchange, new URLSearchParams(query)) : null
    },
    inFlight: streams.size,
    close: streams.close,
  }

  function showDocument({ request, response }: Exchange, query: URLSearchParams) {
    const language = languageOf(query.get('lang') ?? '') ?? languageFor(request.headers['accept-language'])
    const { html, headers } = pairDocument(language)
    answer(request, response, { status: 200, rawHeaders: headers, body: html })
  }

  async function open(exchange: Exchange) {
    const { request } = exchange
    if (!isFromOurPage(request, publicUrl)) return tell(exchange, 403, { code: 'NOT_OURS' })
    if (!exchange.mayGuess()) return
    exchange.proceed()
    const token = String((await readSmallJson(request))?.token ?? '')
    if (!LINK_SECRET.test(token)) return tell(exchange, 401, { code: 'UNAUTHORIZED' })
    const visits = [...cookiesIn(request)].flatMap(([name, value]) =>
      name.startsWith(cookiePrefix) && LINK_SECRET.test(value) ? [value] : [],
    )
    const said = await ask(call, LINK_PREFIX + token, 'open', { visits: visits.slice(0, 16) })
    if (said.is !== 'said') return tellOf(exchange, said)
    const { id, visit, expiresAt } = said.result as { id: string; visit: string; expiresAt: string }
    const seconds = Math.max(0, Math.ceil((Date.parse(expiresAt) - Date.now()) / 1000))
    const secure = isSecure ? '; Secure' : ''
    const cookie = `${cookiePrefix}${id}=${visit}; Path=${COOKIE_PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`
    tell(exchange, 200, { visit: id }, ['set-cookie', cookie])
  }

  /** Who shows the cookie of this visit. To one that the supervisor has not known before it is a guess. */
  function byVisit(serve: (exchange: Exchange, visit: string) => Promise<void> | void): Serve {
    return async (exchange, query) => {
      const id = query.get('v') ?? ''
      const visit = VISIT_ID.test(id) ? cookiesIn(exchange.request).get(`${cookiePrefix}${id}`) : undefined
      if (visit === undefined || !LINK_SECRET.test(visit)) {
        if (exchange.mayGuess()) tell(exchange, 401, { code: 'UNAUTHORIZED' })
        return
      }
      if (!known.has(hash('sha256', visit)) && !exchange.mayGuess()) return
      return exchange.keep(async () => serve(exchange, visit))
    }
  }

  function remember(visit: string) {
    known.add(hash('sha256', visit))
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value ?? '')
  }

  async function follow(exchange: Exchange, visit: string) {
    const about = await aboutOf(call, visit)
    if (typeof about === 'string') return tellOf(exchange, { is: about })
    remember(visit)
    if (!streams.hasRoom(visit)) return refuse(exchange.request, exchange.response, 'busy', BUSY_RETRY_S)
    await streams.follow(exchange, visit, about)
  }

  async function state(exchange: Exchange, visit: string) {
    const about = await aboutOf(call, visit)
    if (typeof about === 'string') return tellOf(exchange, { is: about })
    remember(visit)
    const events: PageEvent[] = [about, { look: await lookOf(call, visit) }]
    tell(exchange, 200, events)
  }

  async function setPhone(exchange: Exchange, visit: string) {
    const { request } = exchange
    if (!isFromOurPage(request, publicUrl)) return tell(exchange, 403, { code: 'NOT_OURS' })
    exchange.proceed()
    const body = await readSmallJson(request)
    const phone = body?.phone ?? null
    if (body === null || (phone !== null && typeof phone !== 'string'))
      return tell(exchange, 400, { code: 'BAD_INPUT' })
    tellOf(exchange, await ask(call, VISIT_PREFIX + visit, 'pair.phone', { phone }))
  }
}

const STATUS_OF = { said: 200, unknown: 401, refused: 422, away: 503 } as const
/** Answered as others answer them. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = { LINK_TAKEN: 403 }

function tellOf(exchange: Exchange, said: { is: keyof typeof STATUS_OF; code?: string }) {
  const code = said.code ?? ''
  tell(exchange, STATUS_OF_CODE[code] ?? STATUS_OF[said.is], said.is === 'refused' ? { code } : {})
}

function tell({ request, response }: Exchange, status: number, body: object, more: readonly string[] = []) {
  answer(request, response, { status, rawHeaders: [...jsonHeaders, ...more], body: JSON.stringify(body) })
}
