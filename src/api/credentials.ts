// By what an answer is given to somebody outside: a host service hands on the credential that it was shown, and the verb
// that was asked for. Who that is, and what they may, is decided here. No credential is an operator's: whoever took the
// gateway over could then do no more than the people whose credentials it has seen.
import type { Actor } from '../core/actors.js'
import { EXIT, type ExitCode, type UserError } from '../core/errors.js'
import type { Json } from '../core/json.js'
import type { CallAnswer } from '../core/protocol.js'
import type { Fleets } from '../fleet/fleet.js'
import { StoreUnavailable } from '../store/store.js'
import { type AnswerCall, refused } from '../supervisor/service-desk.js'
import { askAsGuest, isGuests } from './guests.js'
import { asUserError } from './server.js'
import { callVerb } from './verbs.js'

export type Account = Extract<Actor, { kind: 'account' }>

export interface CredentialKind {
  /** What all of them begin with, and those of no other kind. */
  prefix: string
  /** Null: nobody has it, or not any more. */
  resolve(credential: string): Promise<Account | null>
}

/** None yet: log-ins and API keys come with what they are for. A one-time link is nobody's account: guests.ts. */
export const CREDENTIAL_KINDS: readonly CredentialKind[] = []

export function answerCalls(
  fleets: Fleets,
  kinds: readonly CredentialKind[],
  reportBug: (thrown: unknown) => void,
): AnswerCall {
  return async ({ credential, verb, input }) => {
    try {
      const unknown = () => refused(401, 'UNAUTHORIZED', 'Nobody is known by this.')
      if (isGuests(credential)) {
        const result = await askAsGuest(fleets.guests, credential, verb, input)
        return result === null ? unknown() : { status: 200, body: { result: result as Json } }
      }
      const account = await accountOf(credential, kinds)
      if (!account) return unknown()
      return { status: 200, body: { result: ((await callVerb(fleets, account, verb, input)) ?? null) as Json } }
    } catch (thrown) {
      return refusalOf(thrown, reportBug)
    }
  }
}

/** A kind that resolves to anybody else than an account is wrong, and nobody is let in by its mistake. */
async function accountOf(credential: string, kinds: readonly CredentialKind[]): Promise<Account | null> {
  const kind = kinds.find(({ prefix }) => credential.startsWith(prefix))
  const actor: Actor | null = (await kind?.resolve(credential)) ?? null
  return actor?.kind === 'account' && isAccountsRole(actor) ? actor : null
}

const isAccountsRole = ({ role }: { role: string }) => role !== 'operator'

function refusalOf(thrown: unknown, reportBug: (thrown: unknown) => void): CallAnswer {
  const error = asUserError(thrown)
  if (error.code === 'BUG') {
    reportBug(thrown)
    return refused(500, 'BUG', 'This did not work, and it is not your fault.')
  }
  return refused(statusOf(error, thrown), error.code, error.message, error.hint)
}

const STATUS_OF: Partial<Record<ExitCode, number>> = {
  [EXIT.usage]: 400,
  [EXIT.notFound]: 404,
  [EXIT.notAllowed]: 403,
}

const statusOf = ({ exit }: UserError, thrown: unknown) =>
  thrown instanceof StoreUnavailable ? 503 : (STATUS_OF[exit] ?? 422)
