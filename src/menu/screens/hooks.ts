// Where the world outside calls a session, as `frota hooks` says it.
import { whatIsMissing } from '../../cli/hooks.js'
import { plain } from '../../core/plain-text.js'
import type { KindView } from '../../fleet/kinds.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { paint } from '../paint.js'
import { scrollText } from './scroll.js'

export async function hooks(menu: Menu, crumbs: string[], ref: string, kind: KindView): Promise<void> {
  const found = await menu.attempt(crumbs, () => menu.fleet.call('sessions.hooks', { ref }))
  if (!found) return
  const helpOf = (name: string) => plain(kind.hooks.find((hook) => hook.name === name)?.help ?? '')
  const lines = found.flatMap(({ name, url }) => [`${paint.bold(name)}  ${paint.dim(helpOf(name))}`, url, ''])
  const missing = whatIsMissing(menu.doors.config().gateway).map((text) => paint.yellow(text))
  await scrollText(menu, [...crumbs, m.session.hooks], [...lines, m.session.hooksAreOpen, ...missing])
}
