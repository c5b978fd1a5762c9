// One question to a venue: within the limit, asked again after trouble, waited with when the venue wants quiet. The
// connection is closed to nothing but the answer; who stops the download stops the wait.
import type { Log } from '../../../../core/log.js'
import { BadAnswer } from '../venues/reading.js'
import type { Reply, Request, Venue } from '../venues/venue.js'
import type { Budget } from './budget.js'

const TIMEOUT_MS = 30_000
const TRIES = 6
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 30_000
/** A venue that wants quiet for longer is left alone: what is here stays, and the same command goes on later. */
export const LONGEST_WAIT_MS = 15 * 60_000
/** So often in a row it may say that it is too much; then something else is wrong. */
const MOST_WAITS = 10

export interface Clock {
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface Asking {
  venue: Venue
  budget: Budget
  clock: Clock
  signal: AbortSignal
  log: Log
  random(): number
}

/** Why a venue gave no answer: for people, in one line. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
  readonly hint: string
  constructor(message: string, hint = '') {
    super(message)
    this.hint = hint
  }
}

export interface Asker {
  /** The answer as `read` makes it of the text; what cannot be read is trouble, and asked again. */
  ask<T>(request: Request, read: (text: string) => T): Promise<T>
  /** How often, and how long it waited for the venue. */
  readonly counts: { requests: number; waitedMs: number }
  /** The venue's clock, by its last answer; null before there was one. */
  venueNow(): number | null
}

export function openAsker(asking: Asking): Asker {
  const { venue, budget, clock, log } = asking
  const counts = { requests: 0, waitedMs: 0 }
  /** What to add to our clock to have the venue's. */
  let ahead: number | null = null
  return { ask, counts, venueNow: () => (ahead === null ? null : clock.now() + ahead) }

  async function ask<T>(request: Request, read: (text: string) => T): Promise<T> {
    let [tries, waits] = [0, 0]
    for (;;) {
      await untilAllowed(request.weight)
      const outcome = await once(request, read)
      if ('answer' in outcome) return outcome.answer
      if (outcome.is === 'refused') throw new NoAnswer(`${venue.title}: ${outcome.why}`, outcome.hint)
      if (outcome.is === 'limited') {
        if (++waits > MOST_WAITS) throw new NoAnswer(`${venue.title}: ${outcome.why}, again and again`)
        budget.pause(clock.now() + outcome.waitMs, outcome.why)
        continue
      }
      if (++tries >= TRIES) throw new NoAnswer(`${venue.title} does not answer: ${outcome.why}`, 'try again later')
      const waitMs = asking.random() * Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** tries)
      log.info(`${venue.title}: ${outcome.why}; tried again`, { try: tries, waitMs: Math.round(waitMs) })
      await clock.sleep(waitMs, asking.signal)
    }
  }

  async function untilAllowed(weight: number) {
    for (;;) {
      asking.signal.throwIfAborted()
      const { waitMs, why } = budget.take(weight, clock.now())
      if (waitMs === 0) return
      if (waitMs > LONGEST_WAIT_MS) {
        const until = new Date(clock.now() + waitMs).toISOString()
        throw new NoAnswer(`${venue.title}: ${why}; it wants to hear nothing until ${until}`, 'run it again then')
      }
      if (why !== null) log.warn(`${venue.title}: ${why}; waiting ${Math.ceil(waitMs / 1000)} s`)
      counts.waitedMs += waitMs
      await clock.sleep(waitMs, asking.signal)
    }
  }

  async function once<T>(request: Request, read: (text: string) => T) {
    counts.requests++
    const reply = await send(request, asking.signal)
    if (typeof reply === 'string') return { is: 'trouble' as const, why: reply }
    const date = Date.parse(reply.headers.get('date') ?? '')
    if (Number.isFinite(date)) ahead = date - clock.now()
    const used = venue.usedWeight(reply)
    if (used !== null) budget.heard(used, clock.now())
    try {
      const judgement = venue.judge(reply)
      return judgement.is === 'answer' ? { answer: read(reply.text) } : judgement
    } catch (error) {
      if (!(error instanceof BadAnswer)) throw error
      return { is: 'trouble' as const, why: `it answered nonsense (${error.message})` }
    }
  }
}

/** The reply, or why there was none. */
async function send({ method, url, body }: Request, signal: AbortSignal): Promise<Reply | string> {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.any([signal, late]),
      redirect: 'error',
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    return { status: response.status, headers: new Map(response.headers), text: await response.text() }
  } catch (error) {
    signal.throwIfAborted()
    if (late.aborted) return `no answer within ${TIMEOUT_MS / 1000} s`
    return reasonOf(error)
  }
}

/** `fetch failed` says nothing; what it was caused by does. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof Error) return 'code' in cause && cause.message === '' ? String(cause.code) : cause.message
  return error.message
}
