// What to make of a look at the page: pure, so that each "why did it ask for pairing?" is a line in a table of tests.
//
//            no login                 scanned                  chats are there
//   opening ───────────▶ pairing ───────────────▶ linking ──────────────────────▶ ready
//     │ │                 ▲    │ no code: a passkey?   │                          │   ▲
//     │ │                 └────┘ (says so)             │ chats load slowly        │   │ over
//     │ └── linked already ──▶ linking, or ready       ▼                trouble   ▼   │
//     └──── the login is not shown for 10 s ───────▶ degraded ◀───────────────────────┘
//
//   Every state may end the browser:
//     reopen     wanted otherwise now, or another browser may find what this one does not
//     loggedOut  by WhatsApp's own word      doubted  the login is not shown, and nobody says why
//     asleep     nobody scanned              codeless a page that never had a login shows no code
//   or fail, which ends the process: the page hangs, cannot be read for a minute, or its chats do not load in five.
import type { PageState } from './engine.js'

export type Phase = 'opening' | 'pairing' | 'linking' | 'ready' | 'degraded'

export interface View {
  phase: Phase
  /** Why it is degraded, or what pairing waits for. */
  reason: string | null
  page: PageState | null
  /** Looks in a row that the page did not answer at all. */
  silentLooks: number
  /** The browser was opened for something else than is wanted now, or the command `logout` was carried out. */
  mustReopen: boolean
  /** The browser's profile holds a login, as far as we know. */
  hasLogin: boolean
  /** It had been set aside, and this browser only sees whether it works again. */
  isTrial: boolean
  /** Somebody asked to pair while the page was in doubt. */
  isAsked: boolean
  /** For how long the page has not shown the login; in this browser alone. */
  doubtMs: number
  doubtHereMs: number
  /** WhatsApp has said that the login is over, and perhaps why. */
  loggedOut: { reason: string | null } | null
  unreadableMs: number
  /** Since the page was opened, linked or last had its chats. */
  loadingMs: number
  /** Since the browser was opened or someone last asked to pair. */
  unaskedMs: number
  /** Since a code was last on the screen, or since the browser was opened. */
  codelessMs: number
  /** Pairing by a code typed on the phone: no QR code is shown. */
  byPhone: boolean
  /** A QR code was on the screen of this browser. */
  hadCode: boolean
}

export type Decision =
  | { do: 'wait' }
  | { do: 'enter'; phase: Exclude<Phase, 'opening'>; reason: string | null }
  | { do: 'end'; why: 'loggedOut' | 'doubted' | 'asleep' | 'codeless' | 'reopen' }
  | { do: 'fail'; reason: string }

/** A busy host may be late once. */
const SILENT_LOOKS = 2
export const UNSCANNED_MS = 10 * 60_000
const UNREADABLE_MS = 60_000
const CODELESS_MS = 45_000
/** Told before the supervisor counts the start as failed: an account with years of chats may take its time. */
const LOADING_SLOWLY_MS = 30_000
const LOAD_WITHIN_MS = 5 * 60_000
export const LOADING = 'linked; chats are loading'
const STALLED_MS = 30_000
/** A page that reloads shows no login for a moment. */
const TELL_DOUBT_MS = 10_000
/** Until then the page may come round; afterwards a person is asked to pair, and the login is set aside. */
export const DOUBT_MS = 5 * 60_000
/** One that was set aside is given as long to show itself. */
export const TRY_MS = 60_000
const REOPEN_DOUBTED_MS = 90_000
export const DOUBTED = 'WhatsApp Web does not show the login, and does not say that it was unlinked'
const STALLED = 'scanned, but WhatsApp did not finish linking: it may ask for a passkey on the phone'

const wait: Decision = { do: 'wait' }
const enter = (phase: Exclude<Phase, 'opening'>, reason: string | null = null): Decision => ({
  do: 'enter',
  phase,
  reason,
})

export function decide(view: View): Decision {
  const { page } = view
  if (view.silentLooks >= SILENT_LOOKS) return { do: 'fail', reason: 'the page of WhatsApp Web hangs' }
  if (view.mustReopen) return { do: 'end', why: 'reopen' }
  if (view.loggedOut !== null && view.hasLogin) return { do: 'end', why: 'loggedOut' }
  if (page === null) {
    if (view.unreadableMs <= UNREADABLE_MS) return wait
    return { do: 'fail', reason: `WhatsApp Web did not load within ${UNREADABLE_MS / 1000} s` }
  }
  return page.registered ? decideLinked(view, page) : decideUnlinked(view, page)
}

function decideLinked(view: View, page: PageState): Decision {
  const { phase, reason } = view
  if (!page.ready) return decideLoading(view)
  const trouble = troubleOf(page)
  if (trouble !== null) return reason === trouble ? wait : enter('degraded', trouble)
  return phase === 'ready' ? wait : enter('ready')
}

function decideLoading({ phase, reason, loadingMs }: View): Decision {
  if (phase === 'opening' || phase === 'pairing') return enter('linking')
  if (loadingMs > LOAD_WITHIN_MS)
    return { do: 'fail', reason: `the chats did not load within ${LOAD_WITHIN_MS / 1000} s` }
  if (loadingMs <= LOADING_SLOWLY_MS || reason === LOADING) return wait
  return enter('degraded', LOADING)
}

function decideUnlinked(view: View, page: PageState): Decision {
  if (view.hasLogin) return decideDoubted(view)
  if (view.phase !== 'pairing') return enter('pairing')
  if (view.unaskedMs > UNSCANNED_MS) return { do: 'end', why: 'asleep' }
  if (view.byPhone || page.qr !== null) return view.reason === null ? wait : enter('pairing')
  if (!view.hadCode) return view.codelessMs > CODELESS_MS ? { do: 'end', why: 'codeless' } : wait
  return view.codelessMs <= STALLED_MS || view.reason === STALLED ? wait : enter('pairing', STALLED)
}

/** Not even a QR code is WhatsApp's word: a page that lost its storage, or an outage, shows one to a login that is good. */
function decideDoubted(view: View): Decision {
  const { reason, isTrial, isAsked, doubtMs, doubtHereMs } = view
  if (doubtMs > (isTrial ? TRY_MS : DOUBT_MS)) return { do: 'end', why: 'doubted' }
  if (isAsked && (isTrial || doubtMs > TELL_DOUBT_MS)) return { do: 'end', why: 'doubted' }
  if (isTrial || doubtMs <= TELL_DOUBT_MS) return wait
  if (doubtHereMs > REOPEN_DOUBTED_MS) return { do: 'end', why: 'reopen' }
  return reason === DOUBTED ? wait : enter('degraded', DOUBTED)
}

function troubleOf(page: PageState): string | null {
  if (!page.online) return 'WhatsApp Web is offline'
  switch (page.socket) {
    case 'CONFLICT':
      return 'WhatsApp Web is open in another window with this login'
    case 'TIMEOUT':
      return 'WhatsApp does not answer'
    case 'PROXYBLOCK':
      return 'a proxy blocks WhatsApp'
    case 'TOS_BLOCK':
    case 'SMB_TOS_BLOCK':
      return 'WhatsApp has blocked this number (terms of service)'
    case 'DEPRECATED_VERSION':
      return 'WhatsApp Web refuses this version'
    default:
      return null
  }
}
