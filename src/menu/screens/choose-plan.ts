// A plan as a line to choose, and the choice of one for a customer.
import { plain } from '../../core/plain-text.js'
import { sizeText } from '../../core/sizes.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { padTo } from '../paint.js'
import { BACK, type Choice } from '../prompts.js'

interface PlanLine {
  slug: string
  sessions: number | null
  maxMemoryBytes: number
  priceMonthUsd: string | null
  features: string[]
  withdrawn: boolean
}

export function planChoices(plans: readonly PlanLine[]): Choice<string>[] {
  const longest = Math.max(...plans.map(({ slug }) => slug.length))
  return plans.map((plan) => ({
    value: plan.slug,
    name: `${padTo(plan.slug, longest)}  ${planWords(plan)}`,
    help: plain(plan.features.join('; ')),
  }))
}

interface ChoosePlan {
  message?: string
  /** What it is: offered also when it is withdrawn. */
  now?: string
  /** Whether those that are withdrawn from sale are offered. */
  withdrawn?: boolean
}

/** Null when the person went back. */
export async function choosePlan(menu: Menu, crumbs: string[], asked: ChoosePlan = {}): Promise<string | null> {
  const plans = await menu.attempt(crumbs, () => menu.fleet.call('plans.list'))
  if (!plans) return null
  const { message = m.customers.plan, now, withdrawn = false } = asked
  const offered = plans.filter((plan) => withdrawn || !plan.withdrawn || plan.slug === now)
  const answer = await menu.ask.select(
    { crumbs, lines: () => [message] },
    { choices: planChoices(offered), active: now },
  )
  return answer === BACK ? null : answer
}

const planWords = (plan: PlanLine) =>
  m.plans.line(plan.sessions, sizeText(plan.maxMemoryBytes), m.plans.price(plan.priceMonthUsd), plan.withdrawn)
