// `ctx.notify`: what the tenant is to be told, written into the journal like any other event. Its id follows from session
// and key, so that the store knows a second one for the first, from whichever run or home it comes.
import { uuidv8 } from '../core/ids.js'
import { type Notice, noticeProblem, shortened } from '../core/notices.js'
import type { Redact } from './redact.js'

export interface NoticesOptions {
  /** The session's id: its name may be another session's one day. */
  session: string
  journal: { notify(id: string, notice: Notice): void }
  redact: Redact
}

/** @throws TypeError naming the field that is wrong */
export function noticesOf({ session, journal, redact }: NoticesOptions): (notice: Notice) => void {
  return (notice) => {
    const problem = noticeProblem(notice)
    if (problem !== null) throw new TypeError(`notify: ${problem}`)
    const { key, level, title, text } = notice
    const [shownKey, shownTitle, shownText] = [redact(key), redact(title), redact(text)]
    // Cut when its secrets are out: half of one would not be known any more.
    const told = shortened({ key: shownKey, level, title: shownTitle, text: shownText })
    journal.notify(noticeId(session, key), told)
  }
}

export function noticeId(session: string, key: string): string {
  // Loaded by whoever has something to tell: OpenSSL costs 2.3 MB in every session.
  const { hash } = process.getBuiltinModule('node:crypto')
  return uuidv8(hash('sha256', JSON.stringify(['notice', session, key]), 'buffer'))
}
