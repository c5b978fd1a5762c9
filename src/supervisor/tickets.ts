// Two kinds of pass, both signed with a key derived from the vault's, neither kept anywhere:
//   ticket  in the environment of a new process: one hello, 60 s, for one session and run
//   token   in a session's memory: names session and run, verified without state, so a new supervisor knows it too
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { RunId, SessionId } from '../core/ids.js'
import { TICKET_VALID_MS } from '../core/protocol.js'

export interface Pass {
  session: SessionId
  run: RunId
}

export interface Tickets {
  ticket(pass: Pass, nowMs: number): string
  /** Undefined when forged or stale. Whether it was spent is the ledger's to know. */
  readTicket(text: string, nowMs: number): Pass | undefined
  token(pass: Pass): string
  readToken(text: string): Pass | undefined
  /** What the supervisor shows when it calls one of the run's commands. */
  commandToken(run: RunId): string
  /** What the gateway shows when it hands the run a hook. Commands are not open to it. */
  hookToken(run: RunId): string
}

export function openTickets(key: Uint8Array): Tickets {
  const sign = (purpose: string, body: string) =>
    createHmac('sha256', key).update(`${purpose}\n${body}`).digest('base64url')
  const seal = (purpose: string, body: string) => `${body}.${sign(purpose, body)}`
  /** The fields as they were sealed, or none: what is signed has them all. */
  const open = (purpose: string, text: string): string[] => {
    const at = text.lastIndexOf('.')
    const body = text.slice(0, at)
    return same(sign(purpose, body), text.slice(at + 1)) ? body.split('.') : []
  }
  /** Of tokens that were found to be genuine: each comes with every beat, and a signature costs more than all else of it. */
  const known = new Map<string, Pass>()
  return {
    ticket: ({ session, run }, nowMs) => seal('ticket', `${session}.${run}.${nowMs + TICKET_VALID_MS}`),
    readTicket(text, nowMs) {
      const fields = open('ticket', text)
      return Number(fields[2]) >= nowMs ? asPass(fields) : undefined
    },
    token: ({ session, run }) => seal('token', `${session}.${run}`),
    readToken(text) {
      const before = known.get(text)
      if (before !== undefined) return before
      const pass = asPass(open('token', text))
      if (pass === undefined) return undefined
      if (known.size >= MAX_KNOWN) known.clear()
      known.set(text, pass)
      return pass
    },
    commandToken: (run) => sign('command', run),
    hookToken: (run) => sign('hook', run),
  }
}

/** More than the sessions of a large home. */
const MAX_KNOWN = 1_000

const asPass = ([session, run]: string[]): Pass | undefined =>
  run === undefined ? undefined : { session: session as SessionId, run: run as RunId }

function same(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
