// What becomes of the login once its browser is closed, and what is opened next. Pure, so that each "why did it ask for
// pairing?" and "where is the login?" is a line in a table of tests.
import { type Decision, DOUBT_MS } from './decide.js'

/** reopen: with other options, or to see whether another browser finds the login */
export type End = 'stopped' | Extract<Decision, { do: 'end' }>['why']

export interface Closed {
  end: Exclude<End, 'stopped'>
  /** Why WhatsApp ended the login, where it said so. */
  reason: string | null
  /** The command `logout` was carried out. */
  left: boolean
  /** A login that had been set aside was tried. */
  wasTrial: boolean
  /** Somebody asked to pair since that browser was opened. */
  isAsked: boolean
  hasAside: boolean
  /** The profile was new: it showed no code, and another new one would show none either. */
  wasFresh: boolean
}

export interface Next {
  login: 'keep' | 'remove' | 'set aside'
  /** By the command: its phone is forgotten. */
  isLogout: boolean
  /** The phone is told to be unlinked, with this reason. */
  lost: string | null
  /** try: a login that was set aside · fail: nothing more can be tried */
  go: 'open' | 'try' | 'sleep' | 'fail'
  /** Why it sleeps, or fails. */
  why: string | null
}

/** WhatsApp's words for a device that somebody has removed. Others are WhatsApp Web's trouble with itself. */
const UNLINKED = new Set(['unknown_companion', 'user_initiated'])
const STILL_DOUBTED = 'the login set aside is not shown yet, and no phone was paired anew'
const UNSCANNED = 'not scanned for 10 minutes, the browser was closed'
const DOUBTED_REASON = `WhatsApp Web has not shown the login for ${DOUBT_MS / 60_000} minutes, and did not say that it was unlinked; it is kept and tried again`
const ASKED_REASON = 'somebody asked to pair anew while WhatsApp Web did not show the login; it is kept and tried again'

const open: Next = { login: 'keep', isLogout: false, lost: null, go: 'open', why: null }

export function afterBrowser(closed: Closed): Next {
  const { end, reason, left, wasTrial, isAsked, hasAside, wasFresh } = closed
  // The page may tell of a log-out before the command is answered.
  if (left && (end === 'reopen' || end === 'loggedOut'))
    return { ...open, login: 'remove', isLogout: true, go: 'sleep', why: 'logged out' }
  switch (end) {
    case 'reopen':
      return open
    case 'loggedOut':
      return afterLogout(reason)
    case 'doubted':
      if (wasTrial) return { ...open, login: 'set aside', go: isAsked ? 'open' : 'sleep', why: STILL_DOUBTED }
      return { ...open, login: 'set aside', lost: isAsked ? ASKED_REASON : DOUBTED_REASON }
    case 'asleep':
      return { ...open, go: hasAside ? 'try' : 'sleep', why: UNSCANNED }
    case 'codeless':
      if (wasFresh) return { ...open, go: 'fail', why: 'WhatsApp Web shows neither a login nor a QR code' }
      // It never held a login: nothing in it is worth something.
      return { ...open, login: 'remove' }
  }
}

function afterLogout(reason: string | null): Next {
  if (reason === null) return { ...open, login: 'remove', lost: 'WhatsApp has ended the login' }
  if (UNLINKED.has(reason)) return { ...open, login: 'remove', lost: 'unlinked from the phone' }
  return { ...open, login: 'set aside', lost: `WhatsApp Web has ended the login: ${reason}` }
}
