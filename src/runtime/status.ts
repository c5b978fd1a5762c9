// How the session goes, as it is told to the supervisor and on /health.
//
//   starting → pairing | ready | degraded → stopping: the last is ours, all others are the kind's word
//
// A journal that cannot be written makes `ready` a `degraded` with that reason, whatever the kind says.

import { messageOf } from '../core/errors.js'
import type { JsonObject } from '../core/json.js'
import { isJsonObject, isShallow } from '../core/json.js'
import {
  type Beat,
  MAX_ACCOUNT_CHARS,
  MAX_ACCOUNTS,
  MAX_DETAIL_CHARS,
  MAX_JSON_DEPTH,
  MAX_REASON_CHARS,
} from '../core/protocol.js'
import { type Redact, redactedJson } from './redact.js'

export type SessionState = Beat['state']

const REPORTABLE: ReadonlySet<SessionState> = new Set(['starting', 'pairing', 'ready', 'degraded'])

export interface Status {
  current(): {
    state: SessionState
    reason: string | null
    since: string
    detail: JsonObject
    accounts: string[] | null
  }
  report(
    state: 'starting' | 'pairing' | 'ready' | 'degraded',
    more?: { reason?: string; detail?: JsonObject; accounts?: string[] },
  ): void
  trouble(reason: string | null): void
  stopping(reason: string): void
}

export interface StatusOptions {
  now: () => Date
  redact: Redact
  onChange: () => void
  /** The state or its reason is another one. */
  onNewState: (state: SessionState, reason: string | null) => void
  /** The kind reported what cannot be told; the rest of its report was. */
  onProblem: (problem: string) => void
}

export function statusOf({ now, redact, onChange, onNewState, onProblem }: StatusOptions): Status {
  let said: { state: SessionState; reason: string | null } = { state: 'starting', reason: null }
  let detail: JsonObject = {}
  let accounts: string[] | null = null
  let troubleReason: string | null = null
  let since = now()
  let shown = said

  const effective = () => {
    const spoiled = troubleReason !== null && said.state !== 'stopping'
    return spoiled
      ? { state: said.state === 'ready' ? ('degraded' as const) : said.state, reason: troubleReason }
      : said
  }
  const update = () => {
    const next = effective()
    const isOther = next.state !== shown.state || next.reason !== shown.reason
    if (isOther) since = now()
    shown = next
    if (isOther) onNewState(next.state, next.reason)
    onChange()
  }
  return {
    current: () => ({ ...shown, since: since.toISOString(), detail, accounts }),
    report(state, more = {}) {
      // A kind that still reports while it closes down does not undo the stop.
      if (said.state === 'stopping') return
      if (!REPORTABLE.has(state)) throw new TypeError(`there is no state "${state}" to report`)
      if (more.accounts != null) accounts = claimable(more.accounts)
      said = { state, reason: more.reason == null ? null : oneLine(redact(String(more.reason)), MAX_REASON_CHARS) }
      if (more.detail != null) detail = tellable(more.detail) ?? detail
      update()
    },
    trouble(reason) {
      troubleReason = reason === null ? null : oneLine(redact(reason), MAX_REASON_CHARS)
      update()
    },
    stopping(reason) {
      said = { state: 'stopping', reason: oneLine(redact(reason), MAX_REASON_CHARS) }
      update()
    },
  }

  /** A copy of its own: kinds are outside code, and a beat that is refused would make the session look dead. */
  function tellable(given: JsonObject): JsonObject | undefined {
    try {
      const text = redactedJson(given, redact)
      if (text.length > MAX_DETAIL_CHARS) throw new Error(`${text.length} of ${MAX_DETAIL_CHARS} characters`)
      const copy: unknown = JSON.parse(text)
      if (!isJsonObject(copy)) throw new Error('not an object')
      if (!isShallow(copy, MAX_JSON_DEPTH)) throw new Error(`nested deeper than ${MAX_JSON_DEPTH} levels`)
      return copy
    } catch (error) {
      onProblem(`the detail it reports is left out: ${messageOf(error)}`)
      return undefined
    }
  }
}

/**
 * As they are: accounts of two sessions must not become one. The store gets only a keyed hash of each. One that is left
 * out would be free for another session, so a list that cannot be told whole is the kind's bug, told to it.
 */
function claimable(accounts: string[]): string[] {
  if (!Array.isArray(accounts)) throw new TypeError('`accounts` is a list of texts')
  if (accounts.length > MAX_ACCOUNTS) throw new RangeError(`${accounts.length} of ${MAX_ACCOUNTS} accounts`)
  const lines = accounts.map((account) => oneLine(String(account), MAX_ACCOUNT_CHARS))
  // In one order: the same accounts told in another one are no news.
  return [...new Set(lines.filter((line) => line !== ''))].sort()
}

function oneLine(text: string, maxChars: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > maxChars ? `${line.slice(0, maxChars - 1)}…` : line
}
