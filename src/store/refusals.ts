// What a store refuses, in the same words whichever driver it is.
import { EXIT, UserError } from '../core/errors.js'

const REFUSALS = {
  TENANT_EXISTS: [EXIT.failure, (what) => `There is a customer "${what}" already.`, 'frota tenant ls shows them all'],
  // Names are looked up before: what a store is asked for by its id was there a moment ago.
  TENANT_UNKNOWN: [EXIT.notFound, () => 'The customer was removed in the meantime.', 'frota tenant ls shows them all'],
  PLAN_UNKNOWN: [EXIT.notFound, (what) => `There is no plan "${what}".`, 'frota plan ls shows them all'],
  PLAN_EXISTS: [EXIT.failure, (what) => `There is a plan "${what}" already.`, 'frota plan set changes it'],
  PLAN_IN_USE: [
    EXIT.notAllowed,
    (what) => `There are customers on the plan "${what}": it is not removed.`,
    'frota tenant set-plan moves them; frota plan set PLAN withdrawn=yes gives it to nobody new',
  ],
  PLAN_LIMIT: [
    EXIT.notAllowed,
    (what) => `The plan allows ${what} session(s), and all are taken.`,
    'frota tenant set-plan moves the customer to a larger plan; frota rm frees a place',
  ],
  SESSION_EXISTS: [EXIT.failure, (what) => `The customer has a session "${what}" already.`, 'frota ls shows them all'],
  SESSION_UNKNOWN: [EXIT.notFound, () => 'The session was removed in the meantime.', 'frota ls shows them all'],
  SESSION_MOVED: [
    EXIT.failure,
    () => 'The session was removed, or another home took it, in the meantime.',
    'look again: frota move',
  ],
  ACCOUNT_TAKEN: [
    EXIT.notAllowed,
    (what) => `A session of "${what}" uses an account that another customer's session attends in that store.`,
    'one session per bot, wallet or phone number: remove one of the two',
  ],
  JOURNAL_TAKEN: [
    EXIT.notAllowed,
    (what) =>
      `Its journal is the one of another session (${what.slice(0, 8)}): two would do the same acts. Put its own back from a backup, or begin a new one.`,
    'frota recover TENANT/NAME begins a new one',
  ],
  VIEW_MISSING: [
    EXIT.failure,
    (what) => `The view ${what} is not in the store as this program knows it.`,
    'frota db migrate makes it; frota db status shows what is missing',
  ],
  CONFIG_CHANGED: [
    EXIT.failure,
    (what) => `Somebody else changed the config of "${what}" in the meantime: nothing was changed.`,
    'look at it again with frota config, then repeat',
  ],
  SCHEMA_NEWER: [
    EXIT.failure,
    (what) => `The database is newer than this program (${what}): it was left alone.`,
    'run the frota version that upgraded it, or a newer one',
  ],
  SCHEMA_OLDER: [
    EXIT.failure,
    (what) => `The database is not set up for this program (${what}).`,
    'frota db migrate brings it up to date; frota db status shows what is missing',
  ],
  KEY_MISMATCH: [
    EXIT.notAllowed,
    (what) => `The ${what} store was made with another master key: its secrets could not be opened there.`,
    'copy into an empty store, or one made with the same key',
  ],
} satisfies Record<string, [exit: UserError['exit'], message: (what: string) => string, hint: string]>

export type Refusal = keyof typeof REFUSALS

export const isRefusal = (code: string): code is Refusal => Object.hasOwn(REFUSALS, code)

export function refusal(code: Refusal, what: string): UserError {
  const [exit, message, hint] = REFUSALS[code]
  return new UserError(code, message(what), hint, exit)
}
