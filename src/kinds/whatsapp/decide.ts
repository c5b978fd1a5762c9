// What to make of a look at the page: pure, so that each "why did it ask for pairing?" is a line in a table of tests.
//
//   opening → pairing → linking → ready ⇄ degraded
//   opening: the page loads · pairing: nobody has linked a phone yet · linking: linked, chats are loading
import type { PageState } from './engine.js'

export type Phase = 'opening' | 'pairing' | 'linking' | 'ready' | 'degraded'

export interface View {
  phase: Phase
  /** Why it is degraded, or what pairing waits for. */
  reason: string | null
  page: PageState | null
  /** This phone was linked when last seen. */
  linked: boolean
  /** Looks in a row that found the page without a login. */
  unregisteredLooks: number
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
  /** unpaired: from the phone · asleep: nobody scanned · codeless: the page has neither a login nor a code */
  | { do: 'end'; why: 'unpaired' | 'asleep' | 'codeless' }
  | { do: 'fail'; reason: string }

export const UNSCANNED_MS = 10 * 60_000
const UNREADABLE_MS = 60_000
const CODELESS_MS = 45_000
/** Told before the supervisor counts the start as failed: an account with years of chats may take its time. */
const LOADING_SLOWLY_MS = 30_000
const LOAD_WITHIN_MS = 5 * 60_000
const LOADING = 'linked; chats are loading'
const STALLED_MS = 30_000
/** One look may fall into a reload. */
const SURE_LOOKS = 3
const STALLED = 'scanned, but WhatsApp did not finish linking: it may ask for a passkey on the phone'

const wait: Decision = { do: 'wait' }
const enter = (phase: Exclude<Phase, 'opening'>, reason: string | null = null): Decision => ({
  do: 'enter',
  phase,
  reason,
})

export function decide(view: View): Decision {
  const { page } = view
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
  if (trouble !== null) return phase === 'degraded' && reason === trouble ? wait : enter('degraded', trouble)
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
  if (view.linked)
    return page.qr !== null || view.unregisteredLooks >= SURE_LOOKS ? { do: 'end', why: 'unpaired' } : wait
  if (view.phase !== 'pairing') return enter('pairing')
  if (view.unaskedMs > UNSCANNED_MS) return { do: 'end', why: 'asleep' }
  if (view.byPhone || page.qr !== null) return view.reason === null ? wait : enter('pairing')
  if (view.hadCode && view.codelessMs > STALLED_MS) return view.reason === STALLED ? wait : enter('pairing', STALLED)
  if (!view.hadCode && view.codelessMs > CODELESS_MS) return { do: 'end', why: 'codeless' }
  return wait
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
