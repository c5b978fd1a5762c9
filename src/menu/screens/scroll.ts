// Lines to read: moved through by the arrow keys; what comes while the end is in sight is followed.
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { paint, widthOf, wrap } from '../paint.js'

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
  let broken: { columns: number; lines: string[] } = { columns: 0, lines: [] }
  const last = () => Math.max(0, broken.lines.length - window)
  const breakAt = (columns: number) => {
    broken = { columns, lines: lines.flatMap((line) => breakLine(line, columns)) }
  }
  await menu.live<never>({
    page: { crumbs },
    hint: m.hint.scroll,
    async load() {
      const added = await source.more()
      if (added.length === 0) return
      lines.push(...added)
      const gone = lines.splice(0, Math.max(0, lines.length - MOST_LINES))
      top = Math.max(0, top - gone.flatMap((line) => breakLine(line, broken.columns)).length)
      breakAt(broken.columns)
    },
    draw({ columns, rows }) {
      window = Math.max(1, rows - 1)
      if (columns !== broken.columns) breakAt(columns)
      if (isFollowing) top = last()
      top = Math.min(top, last())
      if (lines.length === 0) return [source.none]
      const count = broken.lines.length
      const range = count > window ? m.sessions.shown(top + 1, Math.min(count, top + window), count) : ''
      return [...broken.lines.slice(top, top + window), paint.dim(range)]
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

/** Nothing is cut off: what is too long goes on in the next line. */
function breakLine(line: string, columns: number): string[] {
  if (columns === 0 || widthOf(line) <= columns) return [line]
  const [first = '', ...rest] = wrap(line, columns - 2)
  return [first, ...rest.map((text) => `  ${text}`)]
}
