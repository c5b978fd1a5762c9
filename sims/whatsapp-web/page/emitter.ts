// WPP.on and friends. wppconnect passes functions that puppeteer exposes a moment after the page has loaded; a page
// that is ready as fast as this one would be given `undefined`, so those are looked up by name when the event comes.
import { page } from './browser.js'

type Listener = (...values: unknown[]) => unknown

const EXPOSED_LATER: Record<string, string> = {
  'conn.main_ready': 'checkInChat',
  'conn.auth_code_change': 'checkQrCode',
  'conn.link_code_change': 'onLinkCode',
  'conn.link_code_expired': 'onLinkCodeExpired',
}

const listeners = new Map<string, Set<Listener>>()

export function on(event: string, listener: Listener | undefined) {
  const known = listener ?? exposedLater(event)
  if (typeof known !== 'function') throw new Error('on only accepts instances of Function')
  listeners.set(event, (listeners.get(event) ?? new Set()).add(known))
  if (event === 'chat.new_message') onNewMessageListener()
}

/** Called when somebody wants messages: until then the server keeps them. */
let onNewMessageListener = () => {
  // nobody asked yet
}
export function whenMessagesAreWanted(callback: () => void) {
  onNewMessageListener = callback
}

export const off = (event: string, listener: Listener) => listeners.get(event)?.delete(listener)

export function once(event: string, listener: Listener) {
  const remove: Listener = (...values) => {
    off(event, remove)
    return listener(...values)
  }
  on(event, remove)
}

export function emit(event: string, ...values: unknown[]) {
  for (const listener of listeners.get(event) ?? []) {
    try {
      listener(...values)
    } catch (error) {
      console.error(error)
    }
  }
}

function exposedLater(event: string): Listener | undefined {
  const name = EXPOSED_LATER[event]
  return name === undefined ? undefined : (...values) => callWhenExposed(name, values, 100)
}

function callWhenExposed(name: string, values: unknown[], attempts: number) {
  const exposed = page[name]
  if (typeof exposed === 'function') exposed(...values)
  else if (attempts > 0) setTimeout(callWhenExposed, 50, name, values, attempts - 1)
}
