// The live list: every second up to date, in place; letters look for names, kinds and states; Enter opens the chosen one.
import type { LsRow } from '../../core/states.js'
import type { StatusView } from '../../fleet/host.js'
import type { Menu } from '../context.js'
import { hostLines } from '../host-lines.js'
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
  let all: LsRow[] | undefined
  let rows: LsRow[] | undefined
  let wanted = ''
  let status: StatusView | undefined
  let chosen: string | undefined
  const scroll: Scroll = { at: 0, top: 0 }
  const windowOf = (size: Size) => Math.max(1, size.rows - AROUND)
  /** Who is chosen stays chosen when others come and go. */
  const choose = () => {
    rows = all?.filter((row) => isLike(row, wanted))
    const at = rows?.findIndex((row) => row.session === chosen) ?? -1
    if (at >= 0) scroll.at = at
  }
  for (;;) {
    const ref = await menu.live<string>({
      page: {
        crumbs: tenant === undefined ? [m.sessions.title] : [m.customers.title, tenant, m.sessions.title],
        lines: () => (menu.fleet.isLive() ? (status ? hostLines(status) : ['']) : [paint.yellow(m.sessions.notLive)]),
      },
      hint: m.hint.list,
      async load() {
        ;[all, status] = await Promise.all([
          menu.fleet.call('sessions.list', { tenant }),
          menu.fleet.call('host.status'),
        ])
        choose()
      },
      draw: (size) =>
        drawList(rows, { scroll, window: windowOf(size), columns: size.columns, wanted, of: all?.length ?? 0 }),
      onKey(key, size) {
        const asked = key.name === 'backspace' ? wanted.slice(0, -1) : wanted + (key.letter ?? '')
        if (asked !== wanted) {
          wanted = asked
          scroll.at = 0
          choose()
          return undefined
        }
        if (!rows || rows.length === 0) return undefined
        if (key.name === 'return' || key.name === 'enter') return rows[scroll.at]?.session
        move(scroll, key, rows.length, windowOf(size))
        chosen = rows[scroll.at]?.session
        return undefined
      },
    })
    if (ref === BACK && wanted === '') return
    if (ref === BACK) {
      wanted = ''
      choose()
      continue
    }
    chosen = ref
    await session(menu, ref)
  }
}

const isLike = ({ session, kind, state }: LsRow, wanted: string) =>
  [session, kind, state].some((text) => text.includes(wanted.toLowerCase()))

interface ListView {
  scroll: Scroll
  window: number
  columns: number
  wanted: string
  /** How many there are, with those that are not like it. */
  of: number
}

function drawList(rows: LsRow[] | undefined, { scroll, window, columns, wanted, of }: ListView): string[] {
  if (!rows) return [m.working]
  if (rows.length === 0) return wanted === '' ? [m.sessions.none] : [m.sessions.noneLike(wanted)]
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
  const like = wanted === '' ? '' : m.sessions.like(wanted, rows.length, of)
  return [
    clip(`  ${paint.dim(head)}`, columns),
    ...shown,
    clip([like, paint.dim(range)].filter((text) => text !== '').join('  '), columns),
    ...(row ? detailLines(row, columns, now) : []),
  ]
}
