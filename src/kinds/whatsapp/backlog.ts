// Reads what arrived while nobody listened: at every connection, after a trouble, and every ten minutes (reading.ts says
// when). It is read beside the work, as it may take long. Only what was read to its end moves the time on from which to
// read next.
import { messageOf } from '../../core/errors.js'
import type { Journal, Log } from '../kind.js'
import type { Engine } from './engine.js'
import type { Inbox } from './inbox.js'
import type { Memory } from './memory.js'
import type { Observer } from './observer.js'
import { isToTell } from './reading.js'

export interface Backlog {
  /** Resolves when this reading has ended, well or not. It begins when the one before has ended. */
  read(engine: Engine): Promise<void>
  /** The connection ends. Resolves when nothing is being read. */
  stop(): Promise<void>
}

export interface BacklogParts {
  inbox: Inbox
  memory: Memory
  journal: Journal
  log: Log
  observer: Observer
  nowMs: () => number
}

export function createBacklog({ inbox, memory, journal, log, observer, nowMs }: BacklogParts): Backlog {
  /** The last one begun. */
  let last: { end: AbortController; ended: Promise<void> } | null = null

  async function readAll(engine: Engine, signal: AbortSignal) {
    const startedAt = nowMs()
    try {
      await inbox.catchUp(engine, signal)
      memory.caughtUpTo = startedAt
      observer.see({ what: 'reading ended', how: 'all read', startedAt })
    } catch (error) {
      const how = signal.aborted ? 'cut short' : 'failed'
      const { reading } = observer.see({ what: 'reading ended', how, startedAt })
      if (how === 'cut short') return
      log.warn(`what arrived meanwhile cannot be read yet: ${messageOf(error)}`)
      if (isToTell(reading)) tell(messageOf(error))
    }
  }

  function tell(why: string) {
    const { caughtUpTo } = memory
    const since = caughtUpTo === 0 ? null : new Date(caughtUpTo).toISOString()
    try {
      journal.record('messages.unread', { since, why })
    } catch (error) {
      log.error(messageOf(error)) // a full disk, which is told elsewhere
    }
  }

  return {
    read(engine) {
      const end = new AbortController()
      const before = last?.ended ?? Promise.resolve()
      observer.see({ what: 'reading' })
      const ended = before.then(() => readAll(engine, end.signal))
      last = { end, ended }
      return ended
    },
    async stop() {
      last?.end.abort()
      await last?.ended
    },
  }
}
