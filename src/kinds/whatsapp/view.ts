// What decisions read in what was seen. Pure.
import type { Closed } from './after.js'
import type { Phase, View } from './decide.js'
import { needsNewBrowser } from './pairing.js'
import type { Seen } from './seen.js'

const LOOK_EVERY_MS: Record<Phase, number> = {
  opening: 300,
  pairing: 1_000,
  linking: 300,
  ready: 10_000,
  degraded: 2_000,
}
/** A page that cannot be read, or without the login that was there: reloading, or unlinked. */
const LOOK_IN_DOUBT_MS = 1_000
const PRUNE_EVERY_MS = 60 * 60_000
const READY_TRIES = 5
const TRY_AGAIN_MS = 30 * 60_000
const TRY_SELDOM_MS = 12 * 60 * 60_000
const REACH_AGAIN_MS = [2_000, 5_000, 15_000, 30_000, 60_000]

/** For `decide`. */
export function viewOf(seen: Seen, nowMs: number): View {
  const { browser, pairing, logout } = seen
  const { phase, reason, page, silentLooks, login, hadCode, openedAt, doubtHereSince } = browser
  const since = (at: number | null) => (at === null ? 0 : nowMs - at)
  return {
    ...{ phase, reason, page, silentLooks, hadCode },
    mustReopen: mustReopen(seen),
    // Whoever asked for it is answered first: closed meanwhile, the browser would fail the command.
    loggedOut: logout === 'asked' ? null : browser.loggedOut,
    byPhone: browser.opened.phone !== null,
    hasLogin: login !== 'unpaired',
    isTrial: login === 'aside' && !browser.wasReady,
    isAsked: pairing.askedAt > (login === 'aside' ? openedAt : (doubtHereSince ?? openedAt)),
    doubtMs: since(browser.doubtSince),
    doubtHereMs: since(doubtHereSince),
    unreadableMs: since(browser.readableAt),
    loadingMs: since(browser.loadedAt),
    unaskedMs: nowMs - Math.max(openedAt, pairing.askedAt),
    codelessMs: since(browser.codeAt),
  }
}

function mustReopen({ browser, pairing, config, logout }: Seen): boolean {
  const { opened, page, login } = browser
  const isPairing = page?.registered === false && login === 'unpaired'
  const isOther = opened.phone !== pairing.phone || needsNewBrowser(pairing)
  return logout === 'done' || opened.endpoint !== config.endpoint || (isPairing && isOther)
}

/** For `afterBrowser`. */
export function closedOf(seen: Seen, end: Closed['end'], hasAside: boolean): Closed {
  const { browser, browsers, pairing, logout } = seen
  return {
    end,
    reason: browser.loggedOut?.reason ?? null,
    left: logout !== 'no',
    wasTrial: browser.wasAside,
    isAsked: pairing.askedAt > browser.openingAt,
    hasAside,
    wasFresh: browsers.isFresh,
  }
}

export function lookAgainMs({ browser: { phase, page, doubtHereSince } }: Seen): number {
  const isInDoubt = page === null || doubtHereSince !== null
  return isInDoubt ? Math.min(LOOK_IN_DOUBT_MS, LOOK_EVERY_MS[phase]) : LOOK_EVERY_MS[phase]
}

/** The last look found a session at work. */
export const isWorking = ({ browser: { phase, page } }: Seen) => phase === 'ready' && page?.ready === true

export const isToPrune = ({ browser }: Seen, nowMs: number) => nowMs - browser.prunedAt > PRUNE_EVERY_MS

/** It does not become ready. The page may reload under our questions: some failures are nothing. */
export const isHopeless = ({ browser }: Seen) => browser.readyFailures >= READY_TRIES

/** The other window may be the live copy in another home: a login is not taken from it on an old lease. */
export const mayTakeOver = ({ browser, isLeaseSure }: Seen) => browser.page?.socket === 'CONFLICT' && isLeaseSure

/** A login that was set aside is tried again while nobody pairs, more and more seldom: a browser for a minute each time. */
export const tryAgainMs = (tries: number) => Math.min(TRY_AGAIN_MS * 2 ** Math.max(0, tries - 1), TRY_SELDOM_MS)

export const reachAgainMs = (outages: number) => REACH_AGAIN_MS[Math.min(outages, REACH_AGAIN_MS.length) - 1] ?? 0
