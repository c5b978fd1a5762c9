// When what arrived while nobody listened is read: at every connection, after a trouble, and every ten minutes. It is
// read beside the work, as it may take long. Only what was read to its end moves the time on from which to read next.
import { messageOf } from '../../core/errors.js'
import type { Journal, Log } from '../kind.js'
import type { Engine } from './engine.js'
import type { Inbox } from './inbox.js'
import type { Memory } from './memory.js'

export interface Backlog {
  /** A connection is there. Resolves when this reading has ended, well or not. */
  start(engine: Engine): Promise<void>
  /** Looks whether it is time to read. @param missed some messages are known to be missed */
  keepUp(missed: boolean): void
  /** The connection ends. Resolves when nothing is being read. */
  stop(): Promise<void>
}

const EVERY_MS = 10 * 60_000
const AGAIN_MS = 5_000
/** A page that has just loaded may not answer yet: not worth an event. */
const TELL_AFTER_FAILURES = 3

export function createBacklog(parts: {
  inbox: Inbox
  memory: Memory
  journal: Journal
  log: Log
  nowMs: () => number
}): Backlog {
  const { inbox, memory, journal, log, nowMs } = parts
  let connection: { engine: Engine; end: AbortController } | null = null
  let reading: Promise<void> | null = null
  let dueAt = 0
  /** Something was missed while the rest was being read. */
  let isDueAgain = false
  let failures = 0

  function begin({ engine, end }: NonNullable<typeof connection>): Promise<void> {
    const before = reading ?? Promise.resolve()
    const now = before
      .then(() => read(engine, end.signal))
      .finally(() => {
        if (reading === now) reading = null
      })
    reading = now
    return now
  }

  async function read(engine: Engine, signal: AbortSignal) {
    const startedAt = nowMs()
    try {
      await inbox.catchUp(engine, signal)
      memory.caughtUpTo = startedAt
      dueAt = isDueAgain ? 0 : startedAt + EVERY_MS
      isDueAgain = false
      failures = 0
    } catch (error) {
      if (!signal.aborted) fail(messageOf(error))
    }
  }

  function fail(why: string) {
    dueAt = nowMs() + Math.min(AGAIN_MS * 2 ** failures++, EVERY_MS)
    log.warn(`what arrived meanwhile cannot be read yet: ${why}`)
    if (failures !== TELL_AFTER_FAILURES) return
    const { caughtUpTo } = memory
    const since = caughtUpTo === 0 ? null : new Date(caughtUpTo).toISOString()
    try {
      journal.record('messages.unread', { since, why })
    } catch (error) {
      log.error(messageOf(error)) // a full disk, which is told elsewhere
    }
  }

  return {
    start(engine) {
      connection = { engine, end: new AbortController() }
      failures = 0
      return begin(connection)
    },
    keepUp(missed) {
      if (missed) dueAt = 0
      if (missed && reading !== null) isDueAgain = true
      if (connection && reading === null && nowMs() >= dueAt) void begin(connection)
    },
    async stop() {
      connection?.end.abort()
      connection = null
      await reading
    },
  }
}
