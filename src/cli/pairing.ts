// How far a session's pairing is. `frota pair` and the menu look again and again, until it is paired or over.
import type { FleetClient } from '../api/verbs.js'
import { EXIT, UserError, usage } from '../core/errors.js'
import type { StateName } from '../core/states.js'
import type { PairAnswer } from '../kinds/kind.js'

export type Pairing =
  | { is: 'paired'; account: string | null }
  | { is: 'qr'; code: string; attempt: number }
  | { is: 'link-code'; code: string }
  /** No code yet, or none any more. */
  | { is: 'waiting'; state: StateName; reason: string | null }
  /** It will not be paired by looking on. */
  | { is: 'over'; error: UserError }

export const LOOK_EVERY_MS = 500

/** The session is on its way up or down, or its supervisor is being replaced. */
const NOT_YET = new Set(['SESSION_NOT_RUNNING', 'NOT_READY', 'STOPPING', 'COMMAND_FAILED', 'FLEET_DOWN'])
/** Refused for what was asked: the same question would be refused again. */
const REFUSED: ReadonlySet<number> = new Set([EXIT.usage, EXIT.notFound, EXIT.notAllowed])

type Call = FleetClient['call']

/** Before anything is brought up or started. */
export async function throwIfNotPaired(call: Call, ref: string): Promise<void> {
  const { kind } = await call('sessions.show', { ref })
  const { commands } = await call('kinds.show', { name: kind })
  if (commands.some((command) => command.name === 'pair')) return
  throw usage('NOT_PAIRED', `${ref} is a ${kind} session: there is nothing to pair.`, `frota start ${ref}`)
}

export async function startToPair(call: Call, ref: string): Promise<void> {
  const { wanted, state } = await call('sessions.show', { ref })
  if (wanted !== 'running' || state === 'failed') await call('sessions.start', { refs: [ref] })
}

/** Throws what may be better at the next look. */
export async function lookAtPairing(call: Call, ref: string, phone: string | null): Promise<Pairing> {
  try {
    const answer = await ask(call, ref, phone)
    if (answer instanceof UserError || !answer?.paired) return await notPaired(call, ref, answer)
    return { is: 'paired', account: answer.account ?? null }
  } catch (thrown) {
    if (thrown instanceof UserError && REFUSED.has(thrown.exit)) return { is: 'over', error: thrown }
    throw thrown
  }
}

/** An error: why it cannot answer yet. Null: a kind from outside that answers nothing. */
async function ask(call: Call, ref: string, phone: string | null): Promise<PairAnswer | UserError | null> {
  try {
    const input = phone === null ? {} : { phone }
    return (await call('sessions.command', { ref, command: 'pair', input })) as PairAnswer | null
  } catch (thrown) {
    if (thrown instanceof UserError && NOT_YET.has(thrown.code)) return thrown
    throw thrown
  }
}

async function notPaired(call: Call, ref: string, answer: PairAnswer | UserError | null): Promise<Pairing> {
  const { state, reason, wanted } = await call('sessions.show', { ref })
  const over = (code: string, message: string, hint: string): Pairing => ({
    is: 'over',
    error: new UserError(code, message, hint),
  })
  if (state === 'failed') return over('SESSION_FAILED', `${ref} failed: ${reason}.`, `frota logs ${ref}`)
  if (wanted === 'stopped') return over('SESSION_STOPPED', `${ref} was stopped.`, `frota pair ${ref}`)
  if (answer instanceof UserError) {
    // A supervisor that was killed is replaced; one that was told to go has stopped its sessions before.
    if (answer.code === 'FLEET_DOWN' && state === 'stopped') return { is: 'over', error: answer }
    return { is: 'waiting', state, reason }
  }
  if (answer?.qr) return { is: 'qr', ...answer.qr }
  if (answer?.linkCode !== undefined) return { is: 'link-code', code: answer.linkCode }
  return { is: 'waiting', state, reason: answer?.reason ?? reason }
}

export const timedOut = (ref: string, timeoutMs: number) =>
  new UserError('TIMED_OUT', `${ref} was not paired within ${timeoutMs / 1000} s.`, `frota pair ${ref}`, EXIT.timeout)
