// The end of a session process: its last word on the disk, what is still to ship, and the exit code.
import { SESSION_EXIT } from '../core/states.js'
import type { SessionJournal } from '../journal/journal.js'
import { writeLastExit } from '../journal/last-exit.js'
import { stackOf } from './commands.js'
import type { SessionLog } from './log.js'
import { type Outcome, outcomeOfError, shortReason } from './outcome.js'
import type { Redact } from './redact.js'
import { writeStderr } from './stderr.js'

const MAX_STACK_CHARS = 4_000

export interface FarewellParts {
  run: string
  session: string
  dataDir: string
  log: SessionLog
  redact: Redact
  signal: AbortSignal
  /** Undefined until it is open. */
  journal: () => SessionJournal | undefined
}

export interface Farewell {
  /** What is known of the end, written down at once: what follows may be cut short by a kill. */
  word(outcome: Outcome): void
  /** Closes the files and exits. Nothing asynchronous may be under way that needs them. */
  exit(outcome: Outcome): never
  /** For uncaught exceptions: all of it, synchronously. */
  crash(error: unknown): void
}

export function farewell({ run, session, dataDir, log, redact, signal, journal }: FarewellParts): Farewell {
  function word(outcome: Outcome): void {
    const reason = shortReason(redact(outcome.reason))
    if ('crash' in outcome) tellCrash(reason, redact(stackOf(outcome.crash)).slice(0, MAX_STACK_CHARS))
    else log.info('ends', { code: outcome.code, reason })
    quietly('last word', () => {
      writeLastExit(dataDir, { run, code: outcome.code, reason, at: new Date().toISOString() })
    })
  }
  function tellCrash(reason: string, stack: string): void {
    log.error(`crashed: ${reason}`, { stack })
    writeStderr(`${new Date().toISOString()} ${session} crashed: ${stack}\n`)
    quietly('crash event', () => journal()?.recordOwn('session.crash', { reason, stack }))
  }
  function exit(outcome: Outcome): never {
    quietly('journal', () => journal()?.close())
    log.close()
    process.exit(outcome.code)
  }
  return {
    word,
    exit,
    crash(error) {
      const outcome = outcomeOfError(error, signal)
      const isAfterAbort = signal.aborted && !('crash' in outcome) && outcome.code === SESSION_EXIT.done
      // A wait nobody waited for, cut short by the stop, does not cut the stop short.
      if (isAfterAbort) return log.debug('left alone at the stop', { error: stackOf(error) })
      word(outcome)
      exit(outcome)
    },
  }
  /** On the way out nothing may keep us from going: a full disk is told, and that is all. */
  function quietly(what: string, work: () => void): void {
    try {
      work()
    } catch (error) {
      log.warn(`${what}: ${redact(stackOf(error))}`)
    }
  }
}
