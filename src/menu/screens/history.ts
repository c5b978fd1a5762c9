// What a session says (its log) and what happened (its history), followed as it goes on.
import { logText } from '../../cli/log-lines.js'
import { localTime, zoneName } from '../../cli/times.js'
import { plain } from '../../core/plain-text.js'
import type { EventView } from '../../fleet/history.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { paint } from '../paint.js'
import { scrollLines } from './scroll.js'

const TAIL = 500

export function logs(menu: Menu, ref: string) {
  let cursor: string | undefined
  return scrollLines(menu, [m.sessions.title, ref, m.logs.title, zoneName()], {
    none: m.logs.none,
    async more() {
      const found = await menu.fleet.call('history.logs', { refs: [ref], tail: TAIL, cursor })
      cursor = found.cursor
      return found.lines.map((line) => logText(line, false))
    },
  })
}

export function events(menu: Menu, ref: string) {
  let after: string | undefined
  return scrollLines(menu, [m.sessions.title, ref, m.events.title, zoneName()], {
    none: m.events.none,
    async more() {
      const found = await menu.fleet.call('history.events', { ref, limit: TAIL, after })
      after = found.at(-1)?.id ?? after
      return found.map(eventLine)
    },
  })
}

function eventLine({ at, type, data }: EventView): string {
  const fields = Object.entries(data).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  return `${paint.dim(localTime(at))}  ${paint.cyan(plain(type))}  ${plain(fields.join('  '))}`
}
