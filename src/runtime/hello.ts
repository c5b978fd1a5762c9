// The first word to the supervisor: the ticket for config, secrets and lease.

import { messageOf } from '../core/errors.js'
import { FENCED_STATUS, TICKET_VALID_MS, WIRE_UNKNOWN_STATUS, WIRE_VERSION } from '../core/protocol.js'
import { SESSION_EXIT, SessionExit } from '../core/states.js'
import { sleep } from '../node/waits.js'
import { hostUptimeMs, monotonicMs } from './clock.js'
import type { Answer, Link } from './link.js'
import { retryDelayMs } from './retry.js'

const HELLO_TIMEOUT_MS = 15_000

/** Tries until the ticket is stale: the supervisor may just be restarting. */
export async function sayHello<Welcome>(
  link: Link,
  ticket: string,
  signal: AbortSignal,
): Promise<{ welcome: Welcome; askedAtMs: number }> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted()
    const askedAtMs = hostUptimeMs()
    const outcome = await ask<Welcome>(link, ticket)
    if ('welcome' in outcome) return { welcome: outcome.welcome, askedAtMs }
    // Counted from the process's start, which is never earlier than the ticket.
    if (monotonicMs() > TICKET_VALID_MS) throw new Error(`no hello within the ticket's time: ${outcome.trouble}`)
    await sleep(retryDelayMs(attempt), signal)
  }
}

async function ask<Welcome>(link: Link, ticket: string): Promise<{ welcome: Welcome } | { trouble: string }> {
  let answer: Answer
  try {
    answer = await link.post('/hello', { wire: WIRE_VERSION, ticket, pid: process.pid }, HELLO_TIMEOUT_MS)
  } catch (error) {
    return { trouble: messageOf(error) }
  }
  const { status, body } = answer
  if (status === 200) return { welcome: body as unknown as Welcome }
  if (status === FENCED_STATUS) throw new SessionExit(SESSION_EXIT.leaseLost, 'the supervisor refused this run')
  const why = reasonIn(body) ?? `the supervisor answered ${status}`
  // A stale or spent ticket says nothing about the config: a new run gets a new one.
  if (status === 401) throw new Error(why)
  // Nor does this one: programs are being replaced.
  if (status === WIRE_UNKNOWN_STATUS) throw new Error(why)
  if (status >= 400 && status < 500 && status !== 429) throw new SessionExit(SESSION_EXIT.badConfig, why)
  return { trouble: why }
}

function reasonIn(body: Record<string, unknown>): string | undefined {
  const { error } = body
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : undefined
}
