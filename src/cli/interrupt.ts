// How a command ends from outside: Ctrl-C, a signal, a reader that went away (`frota logs -f | head`).
// Whoever changes the terminal puts it back on `exit`, so every way out is the same way out.

import { constants } from 'node:os'
import { EXIT } from '../core/errors.js'
import { hasCode } from '../node/codes.js'
import { writeErr } from './output.js'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface Interrupts {
  /** For a command that ends by itself when it is told to (serve, run, sim). */
  release(): void
}

/** 128 + the signal, as a shell says it: 130 for Ctrl-C. */
export function endOnSignals(): Interrupts {
  let released = false
  for (const signal of SIGNALS) {
    const end = signal === 'SIGHUP' ? endHungUp : () => process.exit(128 + constants.signals[signal])
    process.on(signal, function heard() {
      if (!released) end()
      if (process.listenerCount(signal) > 1) return
      process.off(signal, heard)
      process.kill(process.pid, signal)
    })
  }
  process.stdout.on('error', endOfOutput)
  process.stderr.on('error', endOfOutput)
  return {
    // Still listening: a signal that has come and was not told yet would be lost with its listener. As long as the command
    // has none of its own, the signal ends the program as it would without any.
    release() {
      released = true
    },
  }
}

/** Nobody reads on: that is no failure of ours. A full disk is one, and told in a line. */
function endOfOutput(error: NodeJS.ErrnoException) {
  if (process.stdout.isTTY && isHungUp(error)) endHungUp()
  if (error.code === 'EPIPE') process.exit()
  const why = error.code === 'ENOSPC' ? 'the disk is full' : error.message
  writeErr(`frota: The output cannot be written: ${why}.\n`)
  process.exit(EXIT.failure)
}

/** The terminal is gone: its window was closed, its line was cut. */
export const isHungUp = (thrown: unknown) => hasCode(thrown, 'EIO')

/** By the signal itself: at an ordinary exit Node would want to put the terminal back, and abort since it is gone. */
function endHungUp(): never {
  process.on('exit', () => {
    process.removeAllListeners('SIGHUP')
    process.kill(process.pid, 'SIGHUP')
  })
  process.exit(128 + constants.signals.SIGHUP)
}
