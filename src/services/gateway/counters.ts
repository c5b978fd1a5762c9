// What was asked and what became of it, in numbers: no address, no body, no name of a customer.
import type { JsonObject } from '../../core/json.js'

export interface Counters {
  received(): void
  /** A request that could not be read as one. */
  malformed(): void
  answered(status: number): void
  read(): { received: number; malformed: number; byStatus: Record<string, number> }
}

export function openCounters(): Counters {
  let received = 0
  let malformed = 0
  const byStatus = new Map<number, number>()
  return {
    received: () => void received++,
    malformed: () => void malformed++,
    answered: (status) => void byStatus.set(status, (byStatus.get(status) ?? 0) + 1),
    read: () => ({
      received,
      malformed,
      byStatus: Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([status, n]) => [String(status), n])),
    }),
  }
}

/** For `frota ls --host`. */
export const inDetail = (counters: Counters, inFlight: number, hooks: number): JsonObject => ({
  hooks,
  inFlight,
  ...counters.read(),
})
