// Everything that can happen to a WhatsApp session as far as its life goes, each with the one who tells of it.
import type { End, Next } from './after.js'
import type { Phase } from './decide.js'
import type { Engine, PageState } from './engine.js'
import type { WhatsAppConfig } from './kind.js'
import type { Login } from './profiles.js'

export type Happened = OverBrowsers | InBrowser | FromLibrary | FromPeople | OfReading | OfLease

/** run.ts and browser.ts: browsers come and go. */
type OverBrowsers =
  /** A login that was set aside is in use again, to see whether it works. */
  | { what: 'brought back' }
  /** @param login of the profile it is opened on */
  | { what: 'opening'; login: Login }
  | { what: 'opened' }
  | { what: 'unreachable'; why: string }
  | { what: 'closing' }
  /** @param login what becomes of it */
  | { what: 'closed'; end: Exclude<End, 'stopped'>; login: Next['login'] }
  /** No browser is open until somebody asks, or until it is time to try a login that was set aside. */
  | { what: 'asleep'; why: string }

/** life.ts: look after look. */
type InBrowser =
  /** @param page null: it could not be read, which says nothing */
  | { what: 'looked'; page: PageState | null; login: Login }
  /** The page did not answer a look at all. */
  | { what: 'silent' }
  | { what: 'entered'; phase: Exclude<Phase, 'opening'>; reason: string | null }
  /** The page told whose it is. */
  | { what: 'connected'; engine: Engine; account: string }
  | { what: 'ready' }
  /** What belongs to becoming ready failed. */
  | { what: 'not ready' }
  /** A look found all well: time for the chores. */
  | { what: 'working' }
  | { what: 'pruned' }

/** The library, of the browser with this number. */
type FromLibrary =
  | { what: 'qr'; browser: number; code: string }
  | { what: 'link code'; browser: number; code: string }
  /** WhatsApp would not give a code, or it was used up. */
  | { what: 'link trouble'; browser: number; why: string }
  /** WhatsApp's own word that the login is over. */
  | { what: 'logged out'; browser: number; reason: string | null }
  /** The page loaded anew: what arrived before it listened again was told to nobody. */
  | { what: 'reloaded'; browser: number }

/** commands.ts, and the operator's settings. */
type FromPeople =
  /** @param phone the one that wants a code; null: a QR code */
  | { what: 'asked to pair'; phone: string | null }
  | { what: 'asked to log out' }
  | { what: 'log-out answered' }
  | { what: 'log-out failed' }
  | { what: 'configured'; config: Readonly<WhatsAppConfig> }

/** backlog.ts and inbox.ts: what arrived while nobody listened. */
type OfReading =
  /** A message could not be taken up: it must be looked for in its chat. */
  | { what: 'missed' }
  | { what: 'reading' }
  /** @param how cut short: the connection ended, which says nothing */
  | { what: 'reading ended'; how: 'all read' | 'failed' | 'cut short'; startedAt: number }

/** Asked right before an act that another home's copy may have the right to. */
type OfLease = { what: 'lease'; isSure: boolean }
