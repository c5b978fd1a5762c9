// Starts, stops and restarts from the live list: carried out beside it, by the same verbs as everywhere. The list goes on,
// and says how it went when it went.
import { plain } from '../../core/plain-text.js'
import type { Outcome } from '../../fleet/wanted.js'
import { type Menu, wordsOf } from '../context.js'
import type { Said } from '../list-page.js'
import type { Change } from '../list-state.js'
import { messages as m } from '../messages.js'

export interface Changes {
  said(): Said | null
  say(said: Said): void
  /** What was said has been read. */
  hush(): void
  /** @param done is told which ones failed; not called when all did */
  carryOut(change: Change, refs: string[], done: (failed: string[]) => void): void
  /** The list is left: what fails from now on is told on the next page. */
  leave(): void
}

export function openChanges(menu: Menu, refresh: () => void): Changes {
  let said: Said | null = null
  let isLeft = false
  const say = (next: Said) => {
    said = next
    if (isLeft && next.kind === 'error') menu.tellError(new Error(next.text))
  }
  async function carryOut(change: Change, refs: string[], done: (failed: string[]) => void) {
    say({ kind: 'doing', text: m.list.doing[change](refs) })
    try {
      const outcomes = await callFor(menu, change, refs)
      done(outcomes.flatMap(({ session, error }) => (error ? [session] : [])))
      say(wordsFor(change, refs, outcomes))
    } catch (thrown) {
      say({ kind: 'error', text: plain(wordsOf(thrown, menu.doors.program)) })
    }
    if (!isLeft) refresh()
  }
  return {
    said: () => said,
    say,
    hush() {
      if (said?.kind !== 'doing') said = null
    },
    carryOut: (...order) => void carryOut(...order),
    leave() {
      isLeft = true
    },
  }
}

function callFor(menu: Menu, change: Change, refs: string[]): Promise<Outcome[]> {
  switch (change) {
    case 'start':
      return menu.fleet.callLive('sessions.start', { refs })
    case 'restart':
      return menu.fleet.callLive('sessions.restart', { refs })
    case 'stop':
      return menu.fleet.call('sessions.stop', { refs })
  }
}

function wordsFor(change: Change, refs: string[], outcomes: Outcome[]): Said {
  const failed = outcomes.flatMap(({ session, error }) => (error ? [`${session}: ${error.message}`] : []))
  if (failed.length === 0) return { kind: 'done', text: m.list.done[change](refs) }
  return { kind: 'error', text: plain(m.list.failed(failed.length, outcomes.length, failed[0] ?? '')) }
}
