// Customers: who they are, what they may do, until when.
import { plain } from '../../core/plain-text.js'
import { TENANT_STATUSES } from '../../core/plans.js'
import type { TenantView } from '../../fleet/tenants.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { cell, padTo, widthOf } from '../paint.js'
import { AROUND_CHOICE, BACK, type Choice } from '../prompts.js'
import { addCustomer } from './add-customer.js'
import { addSession } from './add-session.js'
import { choosePlan } from './choose-plan.js'
import { isMeant } from './impact.js'
import { removeIfMeant } from './remove.js'
import { rename } from './rename.js'
import { secretsOfTenant } from './secrets.js'
import { sessions } from './sessions.js'

export async function customers(menu: Menu): Promise<void> {
  let active: string | undefined
  for (;;) {
    const tenants = await menu.attempt([m.customers.title], () => menu.fleet.call('tenants.list'))
    if (!tenants) return
    const columns = () => menu.terminal.size().columns - AROUND_CHOICE
    const answer = await menu.ask.select(
      { crumbs: [m.customers.title] },
      {
        choices: () => [
          ...choicesOf(tenants, columns()),
          ...(tenants.length > 0 ? (['line'] as const) : []),
          { value: 'new', name: m.customers.add },
        ],
        active,
      },
    )
    if (answer === BACK) return
    active = answer
    if (answer !== 'new') await customer(menu, answer.slice(1))
    else {
      const slug = await addCustomer(menu)
      if (slug !== null) active = `=${slug}`
    }
  }
}

/** Short name, full name where it says more and there is room, plan: as columns. */
function choicesOf(tenants: TenantView[], columns: number): Choice<string>[] {
  const widest = (texts: string[]) => Math.max(0, ...texts.map(widthOf))
  const fullName = ({ slug, name }: TenantView) => (name === slug ? '' : plain(name))
  const facts = ({ plan, status, sessions }: TenantView) => m.customers.line(plan, status, sessions)
  const slugs = widest(tenants.map(({ slug }) => slug))
  const room = columns - slugs - widest(tenants.map(facts)) - 2 * GAP.length
  const names = Math.min(widest(tenants.map(fullName)), room)
  return tenants.map((tenant) => {
    const name = names < LEAST_NAME ? [] : [cell(fullName(tenant), names)]
    return { value: `=${tenant.slug}`, name: [padTo(tenant.slug, slugs), ...name, facts(tenant)].join(GAP) }
  })
}
const GAP = '  '
const LEAST_NAME = 6

type Action = 'sessions' | 'add' | 'plan' | 'until' | 'status' | 'secrets' | 'rename' | 'remove'

async function customer(menu: Menu, slug: string): Promise<void> {
  const crumbs = [m.customers.title, slug]
  let active: Action | undefined
  for (;;) {
    const tenant = await menu.attempt(crumbs, () => menu.fleet.call('tenants.show', { slug }))
    if (!tenant) return
    const answer = await menu.ask.select<Action>(
      { crumbs, lines: () => facts(tenant) },
      {
        choices: [
          { value: 'sessions', name: m.customers.seeSessions },
          { value: 'add', name: m.customers.addSession },
          { value: 'plan', name: m.customers.changePlan },
          { value: 'until', name: m.customers.changeUntil },
          { value: 'status', name: m.customers.changeStatus },
          { value: 'secrets', name: m.customers.secrets, help: m.customers.secretsHelp },
          { value: 'rename', name: m.customers.rename },
          { value: 'remove', name: m.customers.remove },
        ],
        active,
      },
    )
    if (answer === BACK) return
    active = answer
    if (answer === 'sessions') await sessions(menu, slug)
    if (answer === 'add') await addSession(menu, slug)
    if (answer === 'plan') await changePlan(menu, crumbs, tenant)
    if (answer === 'until') await changeUntil(menu, crumbs, tenant)
    if (answer === 'status') await changeStatus(menu, crumbs, tenant)
    if (answer === 'secrets') await secretsOfTenant(menu, slug)
    if (answer === 'rename') await rename(menu, [...crumbs, m.customers.rename], slug, plain(tenant.name))
    if (answer === 'remove' && (await remove(menu, crumbs, slug))) return
  }
}

function facts(tenant: TenantView): string[] {
  const rows = [
    [m.customers.fullName, plain(tenant.name)],
    [m.customers.plan, tenant.plan],
    [m.customers.until, tenant.planExpiresAt?.slice(0, 10) ?? m.customers.never],
    [m.customers.status, tenant.status],
    [m.customers.sessions, String(tenant.sessions)],
  ]
  const longest = Math.max(...rows.map(([key = '']) => widthOf(key)))
  return rows.map(([key = '', value = '']) => `${padTo(key, longest)}  ${value}`)
}

async function changePlan(menu: Menu, crumbs: string[], { slug, plan: now }: TenantView) {
  const plan = await choosePlan(menu, crumbs, { now })
  if (
    plan === null ||
    plan === now ||
    !(await isMeant(menu, crumbs, () => menu.fleet.call('tenants.wouldStop', { slug, plan })))
  )
    return
  await menu.attempt(
    crumbs,
    () => menu.fleet.call('tenants.setPlan', { slug, plan }),
    m.customers.planChanged(slug, plan),
  )
}

async function changeUntil(menu: Menu, crumbs: string[], { slug, plan, planExpiresAt }: TenantView) {
  const isDate = (text: string) => text === '' || (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)))
  const options = {
    message: m.customers.untilAsk,
    help: m.customers.untilHelp,
    value: planExpiresAt?.slice(0, 10) ?? '',
    check: (text: string) => (isDate(text) ? null : m.customers.badDate),
  }
  const answer = await menu.ask.text({ crumbs }, options)
  if (answer === BACK) return
  const expiresAt = answer === '' ? null : answer
  if (!(await isMeant(menu, crumbs, () => menu.fleet.call('tenants.wouldStop', { slug, expiresAt })))) return
  const done = m.customers.untilChanged(slug, expiresAt)
  await menu.attempt(crumbs, () => menu.fleet.call('tenants.setPlan', { slug, plan, expiresAt }), done)
}

async function changeStatus(menu: Menu, crumbs: string[], { slug, status: now }: TenantView) {
  const status = await menu.ask.choice(
    { crumbs },
    { message: m.customers.status, choices: [...TENANT_STATUSES], value: now },
  )
  if (
    status === BACK ||
    status === now ||
    !(await isMeant(menu, crumbs, () => menu.fleet.call('tenants.wouldStop', { slug, status })))
  )
    return
  const done = m.customers.statusChanged(slug, status)
  await menu.attempt(crumbs, () => menu.fleet.call('tenants.setStatus', { slug, status }), done)
}

const remove = (menu: Menu, crumbs: string[], slug: string) =>
  removeIfMeant(menu, crumbs, {
    question: m.customers.askRemove(slug),
    remove: () => menu.fleet.call('tenants.remove', { slug }),
    done: m.customers.removed(slug),
  })
