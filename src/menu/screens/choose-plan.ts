// A plan as a line to choose, and the choice of one for a customer.
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { padTo } from '../paint.js'
import { BACK, type Choice } from '../prompts.js'

interface PlanLine {
  slug: string
  sessions: number | null
  maxMemoryBytes: number
  priceMonthUsd: string | null
}

export function planChoices(plans: readonly PlanLine[]): Choice<string>[] {
  const longest = Math.max(...plans.map(({ slug }) => slug.length))
  return plans.map((plan) => ({ value: plan.slug, name: `${padTo(plan.slug, longest)}  ${planWords(plan)}` }))
}

/** Null when the person went back. @param now what it is */
export async function choosePlan(menu: Menu, crumbs: string[], now?: string): Promise<string | null> {
  const plans = await menu.attempt(crumbs, () => menu.fleet.call('plans.list'))
  if (!plans) return null
  const answer = await menu.ask.select(
    { crumbs, lines: () => [m.customers.plan] },
    { choices: planChoices(plans), active: now },
  )
  return answer === BACK ? null : answer
}

const planWords = (plan: PlanLine) =>
  m.plans.line(plan.sessions, `${Math.round(plan.maxMemoryBytes / 1024 ** 2)} MB`, m.plans.price(plan.priceMonthUsd))
