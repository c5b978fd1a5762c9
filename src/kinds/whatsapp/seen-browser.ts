// What was seen of one browser, from opening to closing. Pure; a part of what `see` puts together. Nothing else counts looks.
import type { Phase } from './decide.js'
import type { Engine, PageState } from './engine.js'
import type { Happened } from './happened.js'
import type { WhatsAppConfig } from './kind.js'
import type { Login } from './profiles.js'

/** Times are epoch milliseconds. */
export interface Browser {
  /** Counted upwards: the library's word is of one browser. */
  number: number
  /** How it was opened. */
  opened: { endpoint: string | undefined; phone: string | null }
  /** It was opened on a login that had been set aside. */
  wasAside: boolean
  openingAt: number
  openedAt: number
  phase: Phase
  /** Why it is degraded, or what pairing waits for. */
  reason: string | null
  /** The last look; null: the page could not be read. */
  page: PageState | null
  /** Of its profile, at the last look. */
  login: Login
  /** Looks in a row that were not answered at all. */
  silentLooks: number
  /** How often in a row it failed to become ready. */
  readyFailures: number
  /** The page could be read. */
  readableAt: number
  /** It had its chats, or no login to load any for. */
  loadedAt: number
  /** A code was on the screen. */
  codeAt: number
  hadCode: boolean
  /** The page had its login and its chats at least once. */
  wasReady: boolean
  lastUnregisteredAt: number
  /** Since when, in this browser and in those before it, a login that should be there is not shown. */
  doubtSince: number | null
  doubtHereSince: number | null
  /** WhatsApp's word that the login is over, and perhaps why. */
  loggedOut: { reason: string | null } | null
  /** Since it was logged in; not taken back by a trouble. */
  connected: Engine | null
  prunedAt: number
}

export const noBrowser = (nowMs: number): Browser => ({
  number: 0,
  opened: { endpoint: undefined, phone: null },
  wasAside: false,
  openingAt: nowMs,
  ...atOpening(nowMs),
  phase: 'opening',
  reason: null,
  page: null,
  login: 'unpaired',
  silentLooks: 0,
  readyFailures: 0,
  hadCode: false,
  wasReady: false,
  doubtSince: null,
  doubtHereSince: null,
  loggedOut: null,
  connected: null,
  prunedAt: 0,
})

const atOpening = (nowMs: number) => ({
  openedAt: nowMs,
  readableAt: nowMs,
  loadedAt: nowMs,
  codeAt: nowMs,
  lastUnregisteredAt: nowMs,
})

/** What it goes by, of all that was seen. */
interface Before {
  browser: Browser
  browsers: { doubtSince: number | null }
  config: Readonly<Pick<WhatsAppConfig, 'endpoint'>>
  pairing: { phone: string | null }
}

export function seeBrowser(seen: Before, happened: Happened, nowMs: number): Browser {
  const { browser } = seen
  switch (happened.what) {
    case 'opening':
      return openingBrowser(seen, happened.login, nowMs)
    case 'opened':
      return { ...browser, ...atOpening(nowMs) }
    case 'looked':
      return seePage({ ...browser, page: happened.page, login: happened.login, silentLooks: 0 }, nowMs)
    case 'silent':
      return { ...browser, page: null, silentLooks: browser.silentLooks + 1 }
    case 'entered':
      return { ...browser, phase: happened.phase, reason: happened.reason }
    case 'connected':
      return { ...browser, connected: happened.engine }
    case 'ready':
      return { ...browser, readyFailures: 0 }
    case 'not ready':
      return { ...browser, phase: 'linking', readyFailures: browser.readyFailures + 1 }
    case 'pruned':
      return { ...browser, prunedAt: nowMs }
    case 'logged out':
      return { ...browser, loggedOut: { reason: happened.reason } }
    case 'closing':
      return { ...browser, connected: null }
    default:
      return browser
  }
}

/** Pairing by a code for a phone is for a profile without a login alone. */
function openingBrowser({ browser, browsers, config, pairing }: Before, login: Login, nowMs: number): Browser {
  return {
    ...noBrowser(nowMs),
    number: browser.number + 1,
    opened: { endpoint: config.endpoint, phone: login === 'unpaired' ? pairing.phone : null },
    wasAside: login === 'aside',
    login,
    doubtSince: browsers.doubtSince,
  }
}

function seePage(browser: Browser, nowMs: number): Browser {
  const { page, login } = browser
  if (page === null) return browser
  const seen = { ...browser, readableAt: nowMs }
  if (page.registered) {
    // A page that begins takes the login that it finds for good: only its chats show that it is.
    return page.ready ? { ...seen, loadedAt: nowMs, wasReady: true, doubtSince: null, doubtHereSince: null } : seen
  }
  const code = page.qr === null ? {} : { codeAt: nowMs, hadCode: true }
  const missing = login !== 'unpaired'
  return {
    ...seen,
    ...code,
    loadedAt: nowMs,
    lastUnregisteredAt: nowMs,
    doubtSince: missing ? (seen.doubtSince ?? nowMs) : null,
    doubtHereSince: missing ? (seen.doubtHereSince ?? nowMs) : null,
  }
}
