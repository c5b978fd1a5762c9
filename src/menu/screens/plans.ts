// Plans: every limit a line; choosing one changes it. The server says what a value must be.

import { messageOf } from '../../core/errors.js'
import { plain } from '../../core/plain-text.js'
import type { Plan } from '../../core/plans.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { padTo, widthOf } from '../paint.js'
import { BACK } from '../prompts.js'
import { planChoices } from './choose-plan.js'
import { isMeant } from './impact.js'

const MB = 1024 ** 2
/** Kept in bytes, spoken of in megabytes. */
const IN_MB = 'maxMemoryBytes'
const labelOf = (key: string) => m.plans.keys[key] ?? key
const sent = (key: string, text: string) => (key === IN_MB && /^\d+$/.test(text) ? String(Number(text) * MB) : text)

export async function plans(menu: Menu): Promise<void> {
  let active: string | undefined
  for (;;) {
    const all = await menu.attempt([m.plans.title], () => menu.fleet.call('plans.list'))
    if (!all) return
    const answer = await menu.ask.select({ crumbs: [m.plans.title] }, { choices: planChoices(all), active })
    if (answer === BACK) return
    active = answer
    await plan(menu, answer)
  }
}

async function plan(menu: Menu, slug: string): Promise<void> {
  const crumbs = [m.plans.title, slug]
  let active: string | undefined
  for (;;) {
    const found = await menu.attempt(crumbs, () => menu.fleet.call('plans.show', { slug }))
    if (!found) return
    const limits = Object.entries(found).filter(([key]) => key !== 'slug')
    const longest = Math.max(...limits.map(([key]) => widthOf(labelOf(key))))
    const answer = await menu.ask.select(
      { crumbs },
      {
        choices: limits.map(([key, value]) => ({
          value: key,
          name: `${padTo(labelOf(key), longest)}  ${shown(key, value)}`,
        })),
        active,
      },
    )
    if (answer === BACK) return
    active = answer
    await change(menu, crumbs, found, answer)
  }
}

async function change(menu: Menu, crumbs: string[], plan: Plan, key: string) {
  const now = Object.entries(plan).find(([known]) => known === key)?.[1]
  const done = m.plans.changed(plan.slug)
  const settings = (text: string) => ({ slug: plan.slug, settings: [`${key}=${sent(key, text)}`] })
  const look = (text: string) => menu.fleet.call('plans.wouldStop', settings(text))
  const set = (text: string) => menu.fleet.call('plans.set', settings(text))
  if (typeof now === 'boolean') {
    const choices = [m.yes, m.no]
    const answer = await menu.ask.choice(
      { crumbs: [...crumbs, labelOf(key)] },
      { message: labelOf(key), choices, value: now ? m.yes : m.no },
    )
    if (answer !== BACK) await menu.attempt(crumbs, () => set(String(answer === m.yes)), done)
    return
  }
  const check = async (text: string) => {
    try {
      await look(text) // which refuses what cannot be set
      return null
    } catch (thrown) {
      return plain(messageOf(thrown))
    }
  }
  const options = { message: labelOf(key), help: m.plans.valueHelp, value: typed(key, now), check }
  const text = await menu.ask.text({ crumbs: [...crumbs, labelOf(key)] }, options)
  if (text === BACK || !(await isMeant(menu, crumbs, () => look(text)))) return
  await menu.attempt(crumbs, () => set(text), done)
}

function typed(key: string, value: unknown): string {
  if (key === IN_MB) return String(Math.round(Number(value) / MB))
  if (value === null) return m.plans.unlimited
  return Array.isArray(value) ? value.join(',') : String(value)
}

function shown(key: string, value: unknown): string {
  if (value === null) return key.startsWith('price') ? m.plans.byAgreement : m.plans.unlimited
  if (typeof value === 'boolean') return value ? m.yes : m.no
  if (Array.isArray(value)) return value.length === 0 ? m.plans.none : value.join(', ')
  if (key === IN_MB) return String(Math.round(Number(value) / MB))
  return plain(String(value))
}
