// What a session says (its log) and what happened (its history), followed as it goes on.
import { areSeveral, eventText, logText } from '../../cli/log-lines.js'
import { zoneName } from '../../cli/times.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { scrollLines } from './scroll.js'

const TAIL = 500

/** `refs` of one or several, or `all` of them. */
export interface Whose {
  crumbs: string[]
  refs: string[]
  all?: boolean
}

export const ofOne = (ref: string): Whose => ({ crumbs: [m.sessions.title, ref], refs: [ref] })

export function logs(menu: Menu, whose: Whose) {
  const { refs, all } = whose
  let cursor: string | undefined
  return scrollLines(menu, [...whose.crumbs, m.logs.title, zoneName()], {
    none: m.logs.none,
    async more() {
      const found = await menu.fleet.call('history.logs', { refs, all, tail: TAIL, cursor })
      cursor = found.cursor
      return found.lines.map((line) => logText(line, areSeveral(whose)))
    },
  })
}

export function events(menu: Menu, whose: Whose) {
  const { refs, all } = whose
  let cursor: string | undefined
  return scrollLines(menu, [...whose.crumbs, m.events.title, zoneName()], {
    none: m.events.none,
    async more() {
      const found = await menu.fleet.call('history.events', { refs, all, limit: TAIL, cursor })
      cursor = found.cursor
      return found.events.map((event) => eventText(event, areSeveral(whose)))
    },
  })
}
