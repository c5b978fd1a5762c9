// A new session, step by step: whose, what it does, its name, its settings, start, pair. Esc goes one step back.
import type { Output } from '../../api/verbs.js'
import { readFiles } from '../../cli/config-files.js'
import { plain } from '../../core/plain-text.js'
import type { KindView } from '../../fleet/kinds.js'
import type { Menu } from '../context.js'
import { newForm } from '../form.js'
import { messages as m } from '../messages.js'
import { BACK } from '../prompts.js'
import { addCustomer, badSlug } from './add-customer.js'
import { fillForm } from './form.js'
import { pair } from './pair.js'
import { neededSecrets } from './secrets.js'
import { session } from './session.js'

/** True when one was added. */
export async function addSession(menu: Menu, forTenant?: string): Promise<boolean> {
  const kinds = await menu.attempt([m.add.title], () => menu.fleet.call('kinds.list'))
  if (!kinds) return false
  const possible = kinds.kinds.filter(({ hasSessions }) => hasSessions)
  if (possible.length === 0) {
    menu.tellError(new Error([m.add.noKinds, ...kinds.problems].join(' ')))
    return false
  }
  for (;;) {
    const tenant = forTenant ?? (await chooseTenant(menu))
    if (tenant === null) return false
    const ref = await addFor(menu, tenant, possible)
    if (ref !== null) {
      await startNew(menu, ref, possible)
      return true
    }
    if (forTenant !== undefined) return false
    const left = await menu.attempt([m.add.title], () => menu.fleet.call('tenants.list'))
    if (!left || left.length === 0) return false
  }
}

async function chooseTenant(menu: Menu): Promise<string | null> {
  const tenants = await menu.attempt([m.add.title], () => menu.fleet.call('tenants.list'))
  if (!tenants) return null
  if (tenants.length === 0) return addCustomer(menu)
  const answer = await menu.ask.select(
    { crumbs: [m.add.title], lines: () => [m.add.whose] },
    {
      choices: [
        ...tenants.map((tenant) => ({ value: `=${tenant.slug}`, name: tenantName(tenant) })),
        'line' as const,
        { value: 'new', name: m.add.newCustomer },
      ],
    },
  )
  if (answer === BACK) return null
  return answer === 'new' ? addCustomer(menu) : answer.slice(1)
}

const tenantName = ({ slug, name }: { slug: string; name: string }) =>
  name === slug ? slug : `${slug}  ${plain(name)}`

/** The ref, or null when the person went back to before the first step. */
async function addFor(menu: Menu, tenant: string, kinds: KindView[]): Promise<string | null> {
  for (;;) {
    const kind = await chooseKind(menu, tenant, kinds)
    if (kind === null) return null
    const ref = await nameAndFill(menu, tenant, kind)
    if (ref !== null) return ref
  }
}

async function chooseKind(menu: Menu, tenant: string, kinds: KindView[]): Promise<KindView | null> {
  const name = await menu.ask.select(
    { crumbs: [m.add.title, tenant], lines: () => [m.add.kind] },
    { choices: kinds.map((kind) => ({ value: kind.name, name: plain(kind.title) })) },
  )
  return kinds.find((kind) => kind.name === name) ?? null
}

async function nameAndFill(menu: Menu, tenant: string, kind: KindView): Promise<string | null> {
  const rows: Output<'sessions.list'> =
    (await menu.attempt([], () => menu.fleet.call('sessions.list', { tenant }))) ?? []
  const taken = new Set(rows.map((row) => row.name))
  let value = ''
  for (;;) {
    const name = await menu.ask.text(
      { crumbs: [m.add.title, tenant, plain(kind.title)] },
      {
        message: m.add.name,
        help: m.add.nameHelp,
        value,
        check: (text) => badSlug(text) ?? (taken.has(text) ? m.add.taken(`${tenant}/${text}`) : null),
      },
    )
    if (name === BACK) return null
    value = name
    const ref = `${tenant}/${name}`
    const form = newForm(kind.fields)
    const crumbs = [m.add.title, ref]
    const saved = await fillForm(menu, crumbs, form, m.form.add, (config) =>
      menu.fleet.call('sessions.add', { ref, kind: kind.name, ...readFiles(kind.fields, { settings: [], config }) }),
    )
    if (saved) return ref
  }
}

async function startNew(menu: Menu, ref: string, kinds: KindView[]) {
  const row = await menu.attempt([ref], () => menu.fleet.call('sessions.show', { ref }))
  const kind = kinds.find((known) => known.name === row?.kind)
  if (!kind || !(await neededSecrets(menu, ref, kind))) return
  const start = await menu.ask.select(
    { crumbs: [m.add.title, ref], lines: () => [m.add.addedStart(ref)] },
    {
      choices: [
        { value: 'yes', name: m.yes },
        { value: 'no', name: m.no },
      ],
    },
  )
  if (start !== 'yes') return
  const started = await menu.attempt(
    [ref],
    () => menu.fleet.callLive('sessions.start', { refs: [ref] }),
    m.session.started(ref),
  )
  if (!started) return session(menu, ref)
  if (kind.commands.some((command) => command.name === 'pair')) await pair(menu, ref)
  await session(menu, ref)
}
