// Plans: every key a line; choosing one changes it. The server says what a value must be. A new plan begins as another one.

import { messageOf } from '../../core/errors.js'
import { plain } from '../../core/plain-text.js'
import type { PlanField } from '../../fleet/plan-fields.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { padTo, widthOf } from '../paint.js'
import { BACK } from '../prompts.js'
import { badSlug } from './add-customer.js'
import { choosePlan, planChoices } from './choose-plan.js'
import { isMeant } from './impact.js'
import { removeIfMeant } from './remove.js'

const labelOf = (key: string) => m.plans.keys[key] ?? plain(key)

export async function plans(menu: Menu): Promise<void> {
  let active: string | undefined
  for (;;) {
    const all = await menu.attempt([m.plans.title], () => menu.fleet.call('plans.list'))
    if (!all) return
    const choices = planChoices(all).map((choice) => ({ ...choice, value: `=${choice.value}` }))
    const answer = await menu.ask.select(
      { crumbs: [m.plans.title] },
      { choices: [...choices, 'line', { value: NEW, name: m.plans.add }], active },
    )
    if (answer === BACK) return
    active = answer
    if (answer !== NEW) await plan(menu, answer.slice(1))
    else {
      const slug = await addPlan(menu, new Set(all.map((one) => one.slug)))
      if (slug !== null) active = `=${slug}`
    }
  }
}
const NEW = 'new'

/** Its slug, or null when the person went back. */
async function addPlan(menu: Menu, taken: ReadonlySet<string>): Promise<string | null> {
  const check = (text: string) => badSlug(text) ?? (taken.has(text) ? m.plans.taken : null)
  const crumbs = [m.plans.title, m.plans.add]
  let slug = ''
  for (;;) {
    const answer = await menu.ask.text(
      { crumbs },
      { message: m.plans.slug, help: m.plans.slugHelp, value: slug, check },
    )
    if (answer === BACK) return null
    slug = answer
    const from = await choosePlan(menu, [...crumbs, slug], { message: m.plans.from, withdrawn: true })
    if (from === null) continue
    const add = () => menu.fleet.call('plans.add', { slug, from, settings: [] })
    if (await menu.attempt(crumbs, add, m.plans.added(slug, from))) return slug
  }
}

async function plan(menu: Menu, slug: string): Promise<void> {
  const crumbs = [m.plans.title, slug]
  let active: string | undefined
  for (;;) {
    const fields = await menu.attempt(crumbs, () => menu.fleet.call('plans.fields', { slug }))
    if (!fields) return
    const longest = Math.max(...fields.map(({ key }) => widthOf(labelOf(key))))
    const choices = fields.map(({ key, text, help }) => ({
      value: `=${key}`,
      name: `${padTo(labelOf(key), longest)}  ${text === '' ? m.plans.empty : plain(text)}`,
      help: plain(help),
    }))
    const answer = await menu.ask.select(
      { crumbs },
      { choices: [...choices, 'line', { value: REMOVE, name: m.plans.remove, help: m.plans.removeHelp }], active },
    )
    if (answer === BACK) return
    active = answer
    if (answer === REMOVE && (await remove(menu, crumbs, slug))) return
    const field = fields.find(({ key }) => `=${key}` === answer)
    if (field) await change(menu, crumbs, slug, field)
  }
}
const REMOVE = 'remove'

const remove = (menu: Menu, crumbs: string[], slug: string) =>
  removeIfMeant(menu, crumbs, {
    question: m.plans.askRemove(slug),
    remove: () => menu.fleet.call('plans.remove', { slug }),
    done: m.plans.removed(slug),
  })

async function change(menu: Menu, crumbs: string[], slug: string, field: PlanField) {
  const { key, type, choices } = field
  const settings = (text: string) => ({ slug, settings: [`${key}=${text}`] })
  const look = (text: string) => menu.fleet.call('plans.wouldStop', settings(text))
  const check = async (text: string) => {
    try {
      await look(text) // which refuses what cannot be set
      return null
    } catch (thrown) {
      return plain(messageOf(thrown))
    }
  }
  const page = { crumbs: [...crumbs, labelOf(key)] }
  const message = labelOf(key)
  const isFew = type === 'flag' || type === 'choice'
  const answer = isFew
    ? await menu.ask.choice(page, { message, choices: type === 'flag' ? [m.yes, m.no] : choices, value: wordOf(field) })
    : await menu.ask.text(page, { message, help: helpOf(field), value: field.text, check })
  if (answer === BACK) return
  const text = type === 'flag' ? (answer === m.yes ? 'yes' : 'no') : answer
  if (!(await isMeant(menu, crumbs, () => look(text)))) return
  await menu.attempt(crumbs, () => menu.fleet.call('plans.set', settings(text)), m.plans.changed(slug))
}

const wordOf = ({ type, text }: PlanField) => (type === 'flag' ? (text === 'yes' ? m.yes : m.no) : text)

const helpOf = ({ key, help }: PlanField) =>
  [plain(help), key.includes('.') ? m.plans.kindHelp : m.plans.valueHelp].filter(Boolean).join('. ')
