// Before a change of plan or status: what would go offline, and whether that is meant.
import type { Input } from '../../api/verbs.js'
import { impactWords } from '../../cli/impact-words.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { wrap } from '../paint.js'

export async function isMeant(menu: Menu, crumbs: string[], change: Input<'tenants.wouldStop'>): Promise<boolean> {
  const impact = await menu.attempt(crumbs, () => menu.fleet.call('tenants.wouldStop', change))
  if (!impact) return false
  const words = impactWords(impact)
  if (words === null) return true
  const lines = (columns: number) => [...wrap(words, columns), '']
  return (await menu.ask.confirm({ crumbs, lines }, m.customers.askGoOn)) === true
}
