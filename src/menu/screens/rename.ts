// A new display name for a customer or a session.
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { BACK } from '../prompts.js'

export async function rename(menu: Menu, crumbs: string[], who: string, now: string): Promise<void> {
  const name = await menu.ask.text({ crumbs }, { message: m.rename.ask, help: m.rename.help, suggestion: now })
  if (name === BACK || name === now) return
  await menu.attempt(
    crumbs,
    () =>
      who.includes('/')
        ? menu.fleet.call('sessions.rename', { ref: who, name })
        : menu.fleet.call('tenants.rename', { slug: who, name }),
    m.rename.done(who, name),
  )
}
