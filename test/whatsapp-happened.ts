// What happens to a WhatsApp session, for tests of what is seen and decided then: in any order, without loops.
import type { Closed } from '../src/kinds/whatsapp/after.js'
import { decide, type Phase } from '../src/kinds/whatsapp/decide.js'
import type { PageState } from '../src/kinds/whatsapp/engine.js'
import type { Happened } from '../src/kinds/whatsapp/happened.js'
import { type WhatsAppConfig, whatsapp } from '../src/kinds/whatsapp/kind.js'
import { pairAnswer } from '../src/kinds/whatsapp/pairing.js'
import type { Login } from '../src/kinds/whatsapp/profiles.js'
import { firstSeen, type Seen, see } from '../src/kinds/whatsapp/seen.js'
import { viewOf } from '../src/kinds/whatsapp/view.js'
import { fakeEngine } from './whatsapp-fakes.js'

const config = whatsapp.config.parse({}) as WhatsAppConfig

export const MINUTE_MS = 60_000

export const linkedPage: PageState = { registered: true, ready: true, online: true, socket: 'CONNECTED', qr: null }
export const codePage: PageState = { registered: false, ready: false, online: true, socket: 'UNPAIRED', qr: '2@code' }
export const blankPage: PageState = { ...codePage, qr: null }

export const opening = (login: Login): Happened => ({ what: 'opening', login })
export const opened: Happened = { what: 'opened' }
export const looked = (page: PageState | null, login: Login = 'linked'): Happened => {
  return { what: 'looked', page, login }
}
export const closed = (end: Closed['end'], login: 'keep' | 'remove' | 'set aside' = 'keep'): Happened[] => [
  { what: 'closing' },
  { what: 'closed', end, login },
]
export const entered = (phase: Exclude<Phase, 'opening'>, reason: string | null = null): Happened => {
  return { what: 'entered', phase, reason }
}
export const asked = (phone: string | null = null): Happened => ({ what: 'asked to pair', phone })
export const connected: Happened = { what: 'connected', engine: fakeEngine(), account: 'whatsapp:+5511999990000' }
export const read = (how: 'all read' | 'failed' | 'cut short', startedAt = 0): Happened => {
  return { what: 'reading ended', how, startedAt }
}
export const ready: Happened[] = [
  opening('linked'),
  opened,
  looked(linkedPage),
  entered('ready'),
  connected,
  { what: 'ready' },
]

/** A number lets as many milliseconds pass. Frozen: whoever wrote into what was seen would be found out. */
export function after(...things: (Happened | number)[]) {
  let nowMs = 1_000
  let seen = deepFreeze(firstSeen(config, nowMs))
  for (const thing of things) {
    if (typeof thing === 'number') nowMs += thing
    else seen = deepFreeze(see(seen, thing, nowMs))
  }
  return { seen, nowMs, decision: decide(viewOf(seen, nowMs)), answer: pairAnswer(seen.pairing) }
}

function deepFreeze(seen: Seen): Seen {
  for (const part of Object.values(seen)) if (typeof part === 'object') Object.freeze(part)
  return Object.freeze(seen)
}

export function told({ browser, reason = 'unknown_companion' }: { browser: number; reason?: string }): Happened {
  return { what: 'logged out', browser, reason }
}

export function qr(browser: number, code: string): Happened {
  return { what: 'qr', browser, code }
}

export function configured(endpoint: string | undefined): Happened {
  return { what: 'configured', config: endpoint === undefined ? config : { ...config, endpoint } }
}
