// Two rights a session may lose while it runs: to be the live copy (its lease), and to speak for an outside account.
import type { SessionId } from '../core/ids.js'
import type { Carrier } from './carry.js'
import type { Context } from './context.js'
import { liveOf, type Unit } from './unit.js'

/** Somebody else may be live already. */
const FENCED_GRACE_MS = 3_000

export interface Rights {
  /** Renews the leases of the whole home; whoever has lost its own is stopped at once. */
  renewLeases(): Promise<void>
  /** The store's answer about this run was that its lease is lost. */
  isFenced(run: string): boolean
  /** It says for whom it speaks: claimed as seen in place of what was, or, when another has one of them, it is stopped. */
  claimAccounts(unit: Unit, accounts: string[]): Promise<void>
}

export function openRights({ parts, roster, leases, history }: Context, carrier: Carrier): Rights {
  const fenced = new Set<string>()
  const asking = new Set<SessionId>()
  return { renewLeases, isFenced: (run) => fenced.has(run), claimAccounts }

  async function renewLeases() {
    const lost = await leases.renew(roster.sessions)
    const alive = new Set<string>(roster.sessions().flatMap((unit) => liveOf(unit)?.run ?? []))
    for (const run of fenced) if (!alive.has(run)) fenced.delete(run)
    for (const unit of lost) {
      const live = liveOf(unit)
      if (!live || fenced.has(live.run)) continue
      fenced.add(live.run)
      history.record(unit, 'session.fenced', { run: live.run, epoch: live.epoch })
      const reason = 'its lease was lost (exit 66)'
      await carrier.stop(unit, { reason, next: { state: 'fenced', reason }, graceMs: FENCED_GRACE_MS })
    }
  }

  /** Every beat asks for it until it is done: one question at a time is enough. */
  async function claimAccounts(unit: Unit, accounts: string[]) {
    if (asking.has(unit.id)) return
    asking.add(unit.id)
    try {
      await claim(unit, accounts)
    } finally {
      asking.delete(unit.id)
    }
  }

  async function claim(unit: Unit, accounts: string[]) {
    // Only the newest: after a pairing with another phone the old one is free for whoever pairs it.
    const { taken } = await parts.store.tenant(unit.tenantId).claim(unit.id, 'seen', accounts.map(parts.vault.claim))
    if (taken.length === 0) {
      unit.accounts = accounts
      roster.save(unit)
      return
    }
    const reason = 'another session already attends this account: one session per account'
    await carrier.stop(unit, { reason, next: { state: 'failed', reason, clears: 'start' } })
  }
}
