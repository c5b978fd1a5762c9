// The state of this page's login.
//
//   starting → unpaired (shows codes) → paired → ready ⇄ offline, conflict
//            ↘ ready (a saved login)            ↘ unpaired: forgets the login and reloads, to a fresh code
import type { PageEvent, WireAccount, WireMessage } from '../protocol.js'
import { location } from './browser.js'
import { emit, whenMessagesAreWanted } from './emitter.js'
import { call, listenToServer } from './link.js'
import { forgetToken, savedToken, saveToken } from './login.js'
import { messageModel } from './models.js'
import { crash, showQr, showText } from './screen.js'

/** The page reloads when this often somebody has seen that the login is gone: one of them was wppconnect's liveness loop. */
const SEEN_UNPAIRED = 4
const RELOAD_AFTER_UNPAIR_MS = 15_000

export const session = {
  account: null as WireAccount | null,
  registered: false,
  ready: false,
  socket: 'OPENING',
  authCode: null as { fullCode: string } | null,
  /** The number a link code was asked for, to ask again when the server comes back. */
  linkPhone: null as string | null,
  wantsMessages: false,
}

const token = savedToken()

/** Not known before the profile was read: asked earlier, it answers a moment later. */
let known = false
const knowing = token.then((saved) => {
  session.registered = saved !== null
  known = true
  if (saved === null) setSocket('UNPAIRED')
})
export function isRegistered(): boolean | Promise<boolean> {
  if (!known) return knowing.then(() => session.registered)
  if (!session.registered) seenUnpaired()
  return session.registered
}

let seenUnpaired = () => {
  // nobody was unpaired
}

export async function startSession() {
  whenMessagesAreWanted(() => {
    session.wantsMessages = true
    askForMessages()
  })
  listenToServer(await token, onEvent, onLost)
}

/** After this turn, so that all listeners that are being added hear the first message. */
function askForMessages() {
  if (session.wantsMessages && session.ready) setTimeout(() => call('listening', {}).catch(console.error))
}

function onEvent(event: PageEvent) {
  switch (event.type) {
    case 'qr':
      session.authCode = { fullCode: event.code }
      showQr(event.code, event.size, event.modules)
      emit('conn.require_auth')
      emit('conn.auth_code_change', session.authCode)
      if (session.linkPhone !== null) emitLinkCode(session.linkPhone)
      return
    case 'scanned':
      return showText('Logging in')
    case 'paired':
      return onPaired(event.token, event.account)
    case 'hello':
      return onHello(event.account)
    case 'unpaired':
      return onUnpaired()
    case 'conflict':
      return onConflict(event.conflict)
    case 'network':
      return onNetwork(event.online)
    case 'message':
      return onMessage(event.message)
    case 'ack':
      return onAck(event.message)
    case 'link-code':
      return emit('conn.link_code_change', event.code)
    case 'link-code-expired':
      return emit('conn.link_code_expired')
    case 'crash':
      return crash()
    case 'reload':
      return location.reload()
  }
}

async function emitLinkCode(phone: string) {
  emit('conn.link_code_change', (await call('link', { phone, fresh: false })).code)
}

async function onPaired(token: string, account: WireAccount) {
  await saveToken(token)
  session.authCode = null
  session.linkPhone = null
  session.registered = true
  emit('conn.auth_code_change', null)
  emit('conn.authenticated')
  setSocket('PAIRING')
  listenToServer(token, onEvent, onLost)
  session.account = account
}

function onHello(account: WireAccount) {
  session.account = account
  if (!account.showsLogin) return hideLogin()
  session.registered = true
  if (account.loading) return setSocket('OPENING')
  onNetwork(account.online)
}

/** An outage: nobody logged out, and no event says so. */
function hideLogin() {
  session.registered = false
  session.ready = false
  setSocket('UNPAIRED')
}

function becomeReady() {
  const first = !session.ready
  session.ready = true
  setSocket('CONNECTED')
  showText(`WhatsApp Web (simulated) ${session.account?.phone}`)
  if (first) for (const step of ['init', 'loaded', 'ready']) emit(`conn.main_${step}`)
  askForMessages()
}

function onUnpaired() {
  session.registered = false
  session.ready = false
  session.account = null
  setSocket('UNPAIRED')
  showText('Logged out')
  emit('conn.logout_reason', 'unknown_companion')
  emit('conn.logout')
  const seen = new Promise<void>((resolve) => {
    let times = 0
    seenUnpaired = () => {
      times++
      if (times >= SEEN_UNPAIRED) resolve()
    }
    setTimeout(resolve, RELOAD_AFTER_UNPAIR_MS)
  })
  Promise.allSettled([forgetToken(), seen]).then(() => location.reload())
}

function onConflict(conflict: boolean) {
  setSocket(conflict ? 'CONFLICT' : 'CONNECTED')
}

function onNetwork(online: boolean) {
  if (session.account) session.account.online = online
  emit('conn.online', online)
  if (!online) return setSocket('TIMEOUT')
  setSocket('OPENING')
  becomeReady()
}

/** The server is away; the stream comes back by itself, with a `hello`. */
function onLost() {
  if (session.ready) onNetwork(false)
}

function setSocket(state: string) {
  if (session.socket === state) return
  session.socket = state
  emit('sim.socket', state)
}

// Messages and acks

let confirmed = Promise.resolve<unknown>(null)

function onMessage(message: WireMessage) {
  emit('chat.new_message', messageModel(message, true))
  confirmed = confirmed.then(() => call('received', { id: message.id })).catch(console.error)
}

const waiting = new Map<string, (message: WireMessage) => void>()
/** An ack comes by another way than the answer to a send, and may overtake it. */
const early = new Map<string, WireMessage>()
const EARLY_KEPT = 100

/** Resolves when WhatsApp has the message, however long there is no network. */
export function taken(message: WireMessage): Promise<WireMessage> {
  if (message.ack !== 0) return Promise.resolve(message)
  const known = early.get(message.id)
  if (known) return Promise.resolve(known)
  return new Promise((resolve) => waiting.set(message.id, resolve))
}

function onAck(message: WireMessage) {
  const resolve = waiting.get(message.id)
  resolve?.(message)
  waiting.delete(message.id)
  if (!resolve) early.set(message.id, message)
  if (early.size > EARLY_KEPT) early.delete(early.keys().next().value ?? '')
  emit('sim.ack', messageModel(message, false))
}
