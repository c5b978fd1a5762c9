// The live list: every second up to date, in place; Enter opens the chosen session.
import type { LsRow } from '../../core/states.js'
import type { StatusView } from '../../fleet/host.js'
import type { Menu } from '../context.js'
import { hostLine } from '../host-lines.js'
import { detailLines, listLines } from '../list-lines.js'
import { move, type Scroll, show } from '../live.js'
import { messages as m } from '../messages.js'
import { clip, paint } from '../paint.js'
import { BACK } from '../prompts.js'
import type { Size } from '../terminal.js'
import { session } from './session.js'

/** What stands around the list: head, a blank line, two lines of detail. */
const AROUND = 4

export async function sessions(menu: Menu, tenant?: string): Promise<void> {
  let rows: LsRow[] | undefined
  let status: StatusView | undefined
  let chosen: string | undefined
  const scroll: Scroll = { at: 0, top: 0 }
  const windowOf = (size: Size) => Math.max(1, size.rows - AROUND)
  for (;;) {
    const ref = await menu.live<string>({
      page: {
        crumbs: tenant === undefined ? [m.sessions.title] : [m.customers.title, tenant, m.sessions.title],
        lines: () => (menu.fleet.isLive() ? (status ? [hostLine(status)] : ['']) : [paint.yellow(m.sessions.notLive)]),
      },
      hint: m.hint.list,
      async load() {
        ;[rows, status] = await Promise.all([
          menu.fleet.call('sessions.list', { tenant }),
          menu.fleet.call('host.status'),
        ])
        // Who is chosen stays chosen when others come and go.
        const at = rows.findIndex((row) => row.session === chosen)
        if (at >= 0) scroll.at = at
      },
      draw: (size) => drawList(rows, scroll, windowOf(size), size.columns),
      onKey(key, size) {
        if (!rows || rows.length === 0) return undefined
        if (key.name === 'return' || key.name === 'enter') return rows[scroll.at]?.session
        move(scroll, key, rows.length, windowOf(size))
        chosen = rows[scroll.at]?.session
        return undefined
      },
    })
    if (ref === BACK) return
    chosen = ref
    await session(menu, ref)
  }
}

export function drawList(rows: LsRow[] | undefined, scroll: Scroll, window: number, columns: number): string[] {
  if (!rows) return [m.working]
  if (rows.length === 0) return [m.sessions.none]
  show(scroll, rows.length, window)
  const now = Date.now()
  const { head, lines } = listLines(rows, columns - 2, now)
  const end = Math.min(rows.length, scroll.top + window)
  const shown = lines.slice(scroll.top, end).map((line, i) => {
    const isChosen = scroll.top + i === scroll.at
    return isChosen ? `${paint.cyan('❯')} ${paint.bold(line)}` : `  ${line}`
  })
  const row = rows[scroll.at]
  const range = rows.length > window ? m.sessions.shown(scroll.top + 1, end, rows.length) : ''
  return [
    clip(`  ${paint.dim(head)}`, columns),
    ...shown,
    paint.dim(range),
    ...(row ? detailLines(row, columns, now) : []),
  ]
}
