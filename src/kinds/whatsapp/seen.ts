// What was seen of one browser's page, look after look. Pure: `decide` reads it, and nothing else counts looks.
import type { View } from './decide.js'
import type { PageState } from './engine.js'
import type { Login } from './profiles.js'

/** Times are epoch milliseconds. */
export interface Seen {
  openedAt: number
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
}

export const unseen = (nowMs: number, doubtSince: number | null): Seen => ({
  openedAt: nowMs,
  readableAt: nowMs,
  loadedAt: nowMs,
  codeAt: nowMs,
  hadCode: false,
  wasReady: false,
  lastUnregisteredAt: nowMs,
  doubtSince,
  doubtHereSince: null,
})

/** @param page null: it could not be read, which says nothing */
export function see(before: Seen, page: PageState | null, login: Login, nowMs: number): Seen {
  if (page === null) return before
  const seen = { ...before, readableAt: nowMs }
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

export type Around = Pick<View, 'phase' | 'reason' | 'page' | 'loggedOut' | 'byPhone'> & {
  login: Login
  /** When somebody last asked to pair. */
  askedAt: number
}

export function viewOf(seen: Seen, { login, askedAt, ...around }: Around, nowMs: number): View {
  const since = (at: number | null) => (at === null ? 0 : nowMs - at)
  return {
    ...around,
    hasLogin: login !== 'unpaired',
    isTrial: login === 'aside' && !seen.wasReady,
    isAsked: askedAt > (login === 'aside' ? seen.openedAt : (seen.doubtHereSince ?? seen.openedAt)),
    doubtMs: since(seen.doubtSince),
    doubtHereMs: since(seen.doubtHereSince),
    unreadableMs: since(seen.readableAt),
    loadingMs: since(seen.loadedAt),
    unaskedMs: nowMs - Math.max(seen.openedAt, askedAt),
    codelessMs: since(seen.codeAt),
    hadCode: seen.hadCode,
  }
}
