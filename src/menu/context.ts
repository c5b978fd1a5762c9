// What every screen is given: the fleet, the questions, and a way to say how it went.

import { asTyped } from '../cli/as-typed.js'
import type { Doors } from '../cli/doors.js'
import { messageOf, UserError } from '../core/errors.js'
import { plain } from '../core/plain-text.js'
import type { FleetLink } from './fleet.js'
import { type LiveView, live } from './live.js'
import { messages as m } from './messages.js'
import { drawScreen, type Frame, heading } from './page.js'
import { type Back, Leave, type Prompts } from './prompts.js'
import type { Terminal } from './terminal.js'

export interface Menu {
  doors: Doors
  fleet: FleetLink
  ask: Prompts
  terminal: Terminal
  /** Shown on the next page, until it is answered. */
  tell(text: string): void
  tellError(thrown: unknown): void
  live<T>(view: LiveView<T>): Promise<T | Back>
  /** Does it with "Working…" on the screen. A failure is told on the next page and answers undefined. */
  attempt<T>(crumbs: string[], work: () => Promise<T>, done?: string): Promise<T | undefined>
}

const SAY_WORKING_AFTER_MS = 150

export function openMenu(parts: Pick<Menu, 'doors' | 'fleet' | 'ask' | 'terminal'>, frame: Frame): Menu {
  const { terminal } = parts
  const tell = (text: string) => {
    frame.notice = { kind: 'done', text: plain(text) }
  }
  const tellError = (thrown: unknown) => {
    frame.notice = { kind: 'error', text: plain(wordsOf(thrown, parts.doors.program)) }
  }
  return {
    ...parts,
    tell,
    tellError,
    live: (view) => live(terminal, frame, view),
    async attempt(crumbs, work, done) {
      let isShown = false
      const draw = () => {
        if (!isShown) return
        frame.notice = null
        drawScreen(terminal, [...heading({ crumbs }, frame, terminal.size().columns), m.working], m.hint.working)
      }
      const keys = terminal.listen(draw)
      const timer = setTimeout(() => {
        isShown = true
        draw()
      }, SAY_WORKING_AFTER_MS)
      try {
        const result = await Promise.race([work(), untilStopped(keys.signal)])
        if (done !== undefined) tell(done)
        return result
      } catch (thrown) {
        if (thrown instanceof Leave) throw thrown
        if (thrown === NOT_AWAITED) tell(m.goesOn)
        else tellError(thrown)
        return undefined
      } finally {
        clearTimeout(timer)
        keys.release()
      }
    },
  }
}

const NOT_AWAITED = Symbol('not awaited')

function untilStopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => {
      if (signal.reason === 'leave') reject(new Leave())
      if (signal.reason === 'back') reject(NOT_AWAITED)
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })
}

/** A hint that is a command is for the shell; others help here too. */
export function wordsOf(thrown: unknown, program: () => string): string {
  const message = messageOf(thrown)
  if (!(thrown instanceof UserError) || thrown.hint === '' || thrown.hint.startsWith('frota ')) return message
  return `${message} (${asTyped(thrown.hint, program())})`
}
