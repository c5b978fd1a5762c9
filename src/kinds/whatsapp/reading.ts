// How far what arrived while nobody listened is read, and when to read again. Pure; a part of what `see` puts together.
import type { Happened } from './happened.js'

export interface Reading {
  /** Messages may have been missed (a full disk, a page that reloaded), and nobody has seen to it yet. */
  isMissed: boolean
  dueAt: number
  /** Something was missed while the rest was being read. */
  isDueAgain: boolean
  /** In a row. */
  failures: number
  /** One that is cut short may still be under way when the next one waits for it. */
  underWay: number
}

const EVERY_MS = 10 * 60_000
const AGAIN_MS = 5_000
/** A page that has just loaded may not answer yet: not worth an event. */
const TELL_AFTER_FAILURES = 3

export const firstReading: Reading = { isMissed: false, dueAt: 0, isDueAgain: false, failures: 0, underWay: 0 }

export function seeReading(reading: Reading, happened: Happened, nowMs: number): Reading {
  switch (happened.what) {
    case 'missed':
    case 'reloaded':
      return { ...reading, isMissed: true }
    case 'connected':
      return { ...reading, failures: 0 }
    case 'working':
      if (!reading.isMissed) return reading
      return { ...reading, isMissed: false, dueAt: 0, isDueAgain: reading.isDueAgain || reading.underWay > 0 }
    case 'reading':
      return { ...reading, underWay: reading.underWay + 1 }
    case 'reading ended':
      return { ...readingEnded(reading, happened, nowMs), underWay: reading.underWay - 1 }
    default:
      return reading
  }
}

function readingEnded(
  reading: Reading,
  { how, startedAt }: Extract<Happened, { what: 'reading ended' }>,
  nowMs: number,
): Reading {
  switch (how) {
    case 'all read':
      return { ...reading, dueAt: reading.isDueAgain ? 0 : startedAt + EVERY_MS, isDueAgain: false, failures: 0 }
    case 'failed': {
      const { failures } = reading
      return { ...reading, dueAt: nowMs + Math.min(AGAIN_MS * 2 ** failures, EVERY_MS), failures: failures + 1 }
    }
    case 'cut short':
      return reading
  }
}

export const isToRead = ({ underWay, dueAt }: Reading, nowMs: number) => underWay === 0 && nowMs >= dueAt

export const isToTell = ({ failures }: Reading) => failures === TELL_AFTER_FAILURES
