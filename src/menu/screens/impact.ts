// Before a change of a plan or a status: what would go offline, and whether that is meant.
import { impactWords } from '../../cli/impact-words.js'
import type { Impact } from '../../fleet/impact.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { wrap } from '../paint.js'

export async function isMeant(menu: Menu, crumbs: string[], look: () => Promise<Impact>): Promise<boolean> {
  const impact = await menu.attempt(crumbs, look)
  if (!impact) return false
  const words = impactWords(impact)
  if (words === null) return true
  const lines = (columns: number) => [...wrap(words, columns), '']
  return (await menu.ask.confirm({ crumbs, lines }, m.customers.askGoOn)) === true
}
