// A new customer, asked for step by step; Esc leads one step back.
import { UserError } from '../../core/errors.js'
import { parseSlug } from '../../core/ids.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { BACK } from '../prompts.js'
import { choosePlan } from './choose-plan.js'

/** Null: fine. */
export function badSlug(text: string): string | null {
  try {
    parseSlug(text, 'tenant')
    return null
  } catch (thrown) {
    if (thrown instanceof UserError) return m.customers.badSlug
    throw thrown
  }
}

/** Its slug, or null when the person went back. */
export async function addCustomer(menu: Menu): Promise<string | null> {
  const crumbs = [m.customers.add]
  const plans = await menu.attempt(crumbs, () => menu.fleet.call('plans.list'))
  const tenants = await menu.attempt(crumbs, () => menu.fleet.call('tenants.list'))
  if (!plans || !tenants) return null
  const taken = new Set(tenants.map((tenant) => tenant.slug))
  let slug = ''
  let name = ''
  for (let step = 0; ; ) {
    if (step === 0) {
      const check = (text: string) => badSlug(text) ?? (taken.has(text) ? m.customers.taken : null)
      const answer = await menu.ask.text(
        { crumbs },
        { message: m.customers.slug, help: m.customers.slugHelp, value: slug, check },
      )
      if (answer === BACK) return null
      slug = answer
      step = 1
    } else if (step === 1) {
      const options = { message: m.customers.name, help: m.customers.nameHelp, suggestion: name || slug }
      const answer = await menu.ask.text({ crumbs: [...crumbs, slug] }, options)
      if (answer !== BACK) name = answer
      step = answer === BACK ? 0 : 2
    } else {
      const plan = await choosePlan(menu, [...crumbs, slug])
      if (plan === null) {
        step = 1
        continue
      }
      const input = { slug, plan, ...(name !== '' && { name }) }
      const added = await menu.attempt(
        crumbs,
        () => menu.fleet.call('tenants.add', input),
        m.customers.added(slug, plan),
      )
      if (added) return added.slug
      step = 0
    }
  }
}
