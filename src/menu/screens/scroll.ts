// Lines to read: moved through by the arrow keys; what comes while the end is in sight is followed.
import { messageOf } from '../../core/errors.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { clip, paint } from '../paint.js'

export interface Source {
  /** Brings more lines, oldest first. */
  more(): Promise<string[]>
  none: string
}

const MOST_LINES = 2_000

export async function scrollLines(menu: Menu, crumbs: string[], source: Source, from: 'end' | 'start' = 'end') {
  const lines: string[] = []
  let top = 0
  let isFollowing = from === 'end'
  let window = 1
  const last = () => Math.max(0, lines.length - window)
  await menu.live<never>({
    page: { crumbs },
    hint: m.hint.scroll,
    async load() {
      const added = await source.more()
      lines.push(...added)
      const surplus = lines.length - MOST_LINES
      if (surplus > 0) lines.splice(0, surplus)
      if (surplus > 0) top = Math.max(0, top - surplus)
    },
    draw({ columns, rows }) {
      window = Math.max(1, rows - 1)
      if (isFollowing) top = last()
      top = Math.min(top, last())
      if (lines.length === 0) return [source.none]
      const range =
        lines.length > window ? m.sessions.shown(top + 1, Math.min(lines.length, top + window), lines.length) : ''
      return [...lines.slice(top, top + window).map((line) => clip(line, columns)), paint.dim(range)]
    },
    onKey(key) {
      const steps: Record<string, number> = {
        up: -1,
        down: 1,
        pageup: -window,
        pagedown: window,
        home: -top,
        end: last(),
      }
      top = Math.max(0, Math.min(last(), top + (steps[key.name] ?? 0)))
      isFollowing = from === 'end' && top === last()
      return undefined
    },
  })
}

export function scrollText(menu: Menu, crumbs: string[], text: string[]) {
  let isRead = false
  const more = async () => {
    const lines = isRead ? [] : text
    isRead = true
    return lines
  }
  return scrollLines(menu, crumbs, { more, none: '' }, 'start')
}

export const asLine = (thrown: unknown) => paint.red(messageOf(thrown))
