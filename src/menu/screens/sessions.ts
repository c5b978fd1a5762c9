// The live list: every second up to date, in place, from one verb; keys act on the chosen session or on the marked ones.
import type { LsRow } from '../../core/states.js'
import type { StatusView } from '../../fleet/host.js'
import type { Menu } from '../context.js'
import { hostLines } from '../host-lines.js'
import { keysLine, listPage, windowOf } from '../list-page.js'
import { type List, newList, press, takeBack, takeRows, type Wish } from '../list-state.js'
import { messages as m } from '../messages.js'
import { paint } from '../paint.js'
import { BACK } from '../prompts.js'
import { events, logs, type Whose } from './history.js'
import { type Changes, openChanges } from './list-changes.js'
import { pair } from './pair.js'
import { scrollText } from './scroll.js'
import { session } from './session.js'

export async function sessions(menu: Menu, tenant?: string): Promise<void> {
  const list = newList()
  const crumbs = tenant === undefined ? [m.sessions.title] : [m.customers.title, tenant, m.sessions.title]
  let status: StatusView | undefined
  let refresh: (() => void) | undefined
  const changes = openChanges(menu, () => refresh?.())
  try {
    for (;;) {
      const wish = await menu.live<Wish>({
        page: {
          crumbs,
          lines: () => (menu.fleet.isLive() ? (status ? hostLines(status) : ['']) : [paint.yellow(m.sessions.notLive)]),
        },
        hint: (columns) => keysLine(list, columns),
        opened(again) {
          refresh = again
        },
        async load() {
          const [rows, host] = await Promise.all([
            menu.fleet.call('sessions.list', { tenant }),
            menu.fleet.call('host.status'),
          ])
          status = host
          takeRows(list, rows)
        },
        draw: (size) => listPage(list, changes.said(), size),
        onKey(key, size) {
          changes.hush()
          const wished = press(list, key, windowOf(size))
          return wished && isForHere(list, changes, wished) ? undefined : wished
        },
      })
      if (wish === BACK ? !takeBack(list) : wish.is === 'leave') return
      if (wish !== BACK) await goTo(menu, changes, wish, { crumbs, tenant })
    }
  } finally {
    changes.leave()
  }
}

/** What is done beside the list needs no other page. */
function isForHere(list: List, changes: Changes, wish: Wish): boolean {
  if (wish.is === 'order') {
    changes.say({ kind: 'done', text: list.isTroubleFirst ? m.list.nowTroubleFirst : m.list.byName })
    return true
  }
  if (wish.is !== 'change') return false
  const meant = [...list.marked]
  changes.carryOut(wish.change, wish.refs, (failed) => {
    for (const ref of meant) if (!failed.includes(ref)) list.marked.delete(ref)
  })
  return true
}

interface Place {
  crumbs: string[]
  tenant: string | undefined
}

async function goTo(menu: Menu, changes: Changes, wish: Wish, { crumbs, tenant }: Place): Promise<void> {
  const everybody: Whose =
    tenant === undefined
      ? { crumbs: [...crumbs, m.list.all], refs: [], all: true }
      : { crumbs: [...crumbs, m.list.all], refs: [`${tenant}/`] }
  switch (wish.is) {
    case 'open':
      return session(menu, wish.row.session)
    case 'pair':
      return pairIfItCan(menu, changes, wish.row, crumbs)
    case 'logs':
      return logs(menu, whoseOf(wish.refs))
    case 'events':
      return events(menu, whoseOf(wish.refs))
    case 'all-logs':
      return logs(menu, everybody)
    case 'all-events':
      return events(menu, everybody)
    case 'help':
      return scrollText(menu, [...crumbs, m.list.helpTitle], m.list.help)
    case 'change':
    case 'order':
    case 'leave':
      return
  }
}

const whoseOf = (refs: string[]): Whose => ({
  crumbs: [m.sessions.title, refs.length === 1 ? (refs[0] ?? '') : m.list.several(refs.length)],
  refs,
})

async function pairIfItCan(menu: Menu, changes: Changes, row: LsRow, crumbs: string[]): Promise<void> {
  if (row.state === 'ready') return changes.say({ kind: 'error', text: m.list.pairedAlready(row.session) })
  const found = await menu.attempt(crumbs, () => menu.fleet.call('kinds.list'))
  const kind = found?.kinds.find(({ name }) => name === row.kind)
  if (!kind) return
  if (kind.commands.some(({ name }) => name === 'pair')) return pair(menu, row.session)
  changes.say({ kind: 'error', text: m.list.notPaired(row.session) })
}
