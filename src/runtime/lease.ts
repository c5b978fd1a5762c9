// How long this session may be sure of being the live copy. On the clock that counts since the host's start, from before
// the question was sent: the answer may have been on its way for long.
import type { SessionContext } from '../kinds/kind.js'

export interface Lease {
  readonly view: SessionContext['lease']
  confirm(confirmedForMs: number, askedAtMs: number): void
  lose(): void
}

export function leaseFrom(epoch: number, hostUptimeMs: () => number): Lease {
  let deadlineMs = 0
  let lost = false
  return {
    view: { epoch, confirmed: () => !lost && hostUptimeMs() < deadlineMs },
    confirm(confirmedForMs, askedAtMs) {
      deadlineMs = askedAtMs + confirmedForMs
    },
    lose() {
      lost = true
    },
  }
}
