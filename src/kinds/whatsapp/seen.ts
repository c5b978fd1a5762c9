// Everything that a session has seen, in one value, and what it is after one more thing has happened. Pure. The loops and
// the callbacks only feed it (observer.ts); what to do is read from it (view.ts, decide.ts, after.ts, reading.ts).
//
//   browsers   what those that are closed leave to the next: doubt, outages, tries
//   browser    the one that is open, from opening to closing: its page, its phase        seen-browser.ts
//   pairing    what was asked for and what is on the screen                              pairing.ts
//   reading    how far what arrived meanwhile is read                                    reading.ts
import type { Happened } from './happened.js'
import type { WhatsAppConfig } from './kind.js'
import { firstPairing, type Pairing, seePairing } from './pairing.js'
import { firstReading, type Reading, seeReading } from './reading.js'
import { type Browser, noBrowser, seeBrowser } from './seen-browser.js'

/** Times are epoch milliseconds. */
export interface Seen {
  config: Readonly<WhatsAppConfig>
  /** How far the command `logout` is. */
  logout: 'no' | 'asked' | 'done'
  /** When last asked, no other home could be the live one. */
  isLeaseSure: boolean
  browsers: Browsers
  browser: Browser
  pairing: Pairing
  reading: Reading
}

export interface Browsers {
  /** Since when they have not shown the login. */
  doubtSince: number | null
  /** The last one showed no code in a profile without a login: the profile of the next one is new. */
  isFresh: boolean
  /** How often in a row WhatsApp Web could not be reached. */
  outages: number
  /** How often a login that was set aside was tried since one worked. */
  tries: number
}

export const firstSeen = (config: Readonly<WhatsAppConfig>, nowMs: number): Seen => ({
  config,
  logout: 'no',
  isLeaseSure: false,
  browsers: { doubtSince: null, isFresh: false, outages: 0, tries: 0 },
  browser: noBrowser(nowMs),
  pairing: firstPairing(nowMs),
  reading: firstReading,
})

export function see(before: Seen, happened: Happened, nowMs: number): Seen {
  // A browser that is gone may still tell of codes and log-outs: the next one has nothing to do with them.
  if ('browser' in happened && happened.browser !== before.browser.number) return before
  return {
    config: happened.what === 'configured' ? happened.config : before.config,
    logout: seeLogout(before, happened),
    isLeaseSure: happened.what === 'lease' ? happened.isSure : before.isLeaseSure,
    browsers: seeBrowsers(before, happened),
    browser: seeBrowser(before, happened, nowMs),
    pairing: seePairing(before, happened, nowMs),
    reading: seeReading(before.reading, happened, nowMs),
  }
}

function seeLogout({ logout, browser }: Seen, { what }: Happened): Seen['logout'] {
  switch (what) {
    case 'asked to log out':
      return 'asked'
    case 'log-out answered':
      return 'done'
    case 'log-out failed':
      // WhatsApp's word that the login is over is as good as the answer, which the page may not live to give.
      return browser.loggedOut === null ? 'no' : 'done'
    case 'closed':
      return 'no'
    default:
      return logout
  }
}

function seeBrowsers({ browsers, browser }: Seen, happened: Happened): Browsers {
  switch (happened.what) {
    case 'brought back':
      return { ...browsers, tries: browsers.tries + 1 }
    case 'unreachable':
      return { ...browsers, outages: browsers.outages + 1 }
    case 'closed':
      return {
        doubtSince: happened.login === 'keep' ? browser.doubtSince : null,
        isFresh: happened.end === 'codeless',
        outages: 0,
        tries: browser.wasReady ? 0 : browsers.tries,
      }
    default:
      return browsers
  }
}
