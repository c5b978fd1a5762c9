// How the session goes, as it is told to the supervisor and on /health.
//
//   starting → pairing | ready | degraded (the kind's word) → stopping (ours)
//
// A journal that cannot be written makes `ready` a `degraded` with that reason, whatever the kind says.
import type { JsonObject } from '../core/json.js'
import type { Beat } from '../core/protocol.js'

export type SessionState = Beat['state']

export interface Status {
  current(): { state: SessionState; reason: string | null; since: string; detail: JsonObject; account: string | null }
  report(
    state: 'pairing' | 'ready' | 'degraded',
    more?: { reason?: string; detail?: JsonObject; account?: string },
  ): void
  trouble(reason: string | null): void
  stopping(reason: string): void
}

export interface StatusOptions {
  now: () => Date
  redact: (text: string) => string
  onChange: () => void
}

export function statusOf({ now, redact, onChange }: StatusOptions): Status {
  let said: { state: SessionState; reason: string | null } = { state: 'starting', reason: null }
  let detail: JsonObject = {}
  let account: string | null = null
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
    if (next.state !== shown.state || next.reason !== shown.reason) since = now()
    shown = next
    onChange()
  }
  return {
    current: () => ({ ...shown, since: since.toISOString(), detail, account }),
    report(state, more = {}) {
      // A kind that still reports while it closes down does not undo the stop.
      if (said.state === 'stopping') return
      said = { state, reason: more.reason === undefined ? null : redact(more.reason) }
      detail = more.detail ?? detail
      account = more.account ?? account
      update()
    },
    trouble(reason) {
      troubleReason = reason
      update()
    },
    stopping(reason) {
      said = { state: 'stopping', reason }
      update()
    },
  }
}
