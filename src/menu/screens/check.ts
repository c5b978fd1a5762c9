// Whether a session has what it needs, as `frota check` says it.
import { plain } from '../../core/plain-text.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { padTo, paint, widthOf } from '../paint.js'
import { scrollText } from './scroll.js'

const COLOUR = { ok: paint.green, warning: paint.yellow, error: paint.red } as const

export async function check(menu: Menu, crumbs: string[], ref: string): Promise<void> {
  const answer = await menu.attempt(crumbs, () => menu.fleet.call('sessions.check', { ref }))
  if (!answer) return
  const widest = Math.max(...answer.findings.map(({ what }) => widthOf(plain(what))))
  const lines = answer.findings.flatMap(({ level, what, text, hint }) => [
    `${COLOUR[level](padTo(m.check.level[level], m.check.widest))}  ${padTo(plain(what), widest)}  ${plain(text)}`,
    ...(hint === undefined ? [] : [paint.dim(`${' '.repeat(m.check.widest + widest + 4)}${plain(hint)}`)]),
  ])
  await scrollText(menu, [...crumbs, m.check.title], lines)
}
