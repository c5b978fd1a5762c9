// A session's first journal is told to the supervisor, and by it to the store, before anything outward is done: from then
// on a journal that is gone is known to be gone.
import { messageOf } from '../core/errors.js'
import { FENCED_STATUS } from '../core/protocol.js'
import { SESSION_EXIT, SessionExit } from '../core/states.js'
import { sleep, unlessAborted } from '../node/waits.js'
import { type Answer, type Link, refusalIn } from './link.js'
import { retryDelayMs } from './retry.js'

const TELL_TIMEOUT_MS = 15_000

/** Asks until there is an answer: while the store is away a first start waits, and its ready deadline or a stop ends it. */
export async function tellJournal(link: Pick<Link, 'post'>, id: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const answer = await unlessAborted(link.post('/journal', { id }, TELL_TIMEOUT_MS).catch(noAnswer), signal)
    if (answer.status === 200) return
    throwIfRefused(answer)
    await sleep(retryDelayMs(attempt), signal)
  }
}

const noAnswer = (thrown: unknown): Answer => ({ status: 0, body: { error: { message: messageOf(thrown) } } })

function throwIfRefused(answer: Answer): void {
  const { status } = answer
  if (status === FENCED_STATUS) throw new SessionExit(SESSION_EXIT.leaseLost, 'the supervisor refused this run')
  if (status < 400 || status >= 500 || status === 429) return
  throw new SessionExit(SESSION_EXIT.badConfig, refusalIn(answer.body).replace(/^: /, '') || `refused with ${status}`)
}
