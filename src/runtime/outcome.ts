// Why a run ended: the exit code and the reason a person reads. Pure.
import { messageOf } from '../core/errors.js'
import { SESSION_EXIT } from '../core/states.js'

export interface Outcome {
  code: number
  /** As it was thrown: redact it, then take it through `shortReason`. */
  reason: string
  /** Set when it was a bug: its stack belongs in the log. */
  crash?: unknown
}

const CRASHED = 1
const MAX_REASON_CHARS = 300

export function outcomeOfReturn(signal: AbortSignal): Outcome {
  return { code: SESSION_EXIT.done, reason: signal.aborted ? messageOf(signal.reason) : 'ended by itself' }
}

export function outcomeOfError(error: unknown, signal: AbortSignal): Outcome {
  const code = exitCodeOf(error)
  if (code !== undefined) return { code, reason: messageOf(error) }
  // A wait that was cut short by the stop is how `run` usually ends.
  if (signal.aborted && isAbort(error, signal)) return outcomeOfReturn(signal)
  return { code: CRASHED, reason: messageOf(error), crash: error }
}

export const outcomeOfFence = (): Outcome => ({ code: SESSION_EXIT.leaseLost, reason: 'another copy is the live one' })

export const outcomeOfHang = (graceMs: number): Outcome => ({
  code: CRASHED,
  reason: `did not stop within ${graceMs} ms`,
})

/** By its shape: a kind from outside may bring a SessionExit of its own copy of this package. */
function exitCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || error.name !== 'SessionExit' || !('exitCode' in error)) return undefined
  const { exitCode } = error
  return typeof exitCode === 'number' && Number.isInteger(exitCode) && exitCode >= 0 && exitCode < 256
    ? exitCode
    : CRASHED
}

const isAbort = (error: unknown, signal: AbortSignal) =>
  error === signal.reason || (error instanceof Error && error.name === 'AbortError')

/** One line that fits a table. */
export function shortReason(reason: string): string {
  const line = reason.replaceAll(/\s+/g, ' ').trim()
  const text = line === '' ? 'failed without a word' : line
  return text.length > MAX_REASON_CHARS ? `${text.slice(0, MAX_REASON_CHARS)}…` : text
}
