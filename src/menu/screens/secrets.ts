// Secrets: set by a hidden prompt, shown by name and last characters only, never again in full.

import { messageOf } from '../../core/errors.js'
import { plain } from '../../core/plain-text.js'
import { beforeStar, fitsPattern, hasStar, missingSecrets } from '../../core/secret-names.js'
import type { KindView } from '../../fleet/kinds.js'
import type { SecretView } from '../../fleet/secret-values.js'
import type { Menu } from '../context.js'
import { messages as m } from '../messages.js'
import { padTo } from '../paint.js'
import { BACK } from '../prompts.js'

type Need = 'required' | 'optional'

export function secretsOfSession(menu: Menu, ref: string, kind: KindView): Promise<void> {
  return secrets(menu, [m.sessions.title, ref, m.secrets.title], ref, kind.secrets)
}

export async function secretsOfTenant(menu: Menu, slug: string): Promise<void> {
  const crumbs = [m.customers.title, slug, m.secrets.title]
  const found = await menu.attempt(crumbs, () => menu.fleet.call('kinds.list'))
  if (!found) return
  const names = found.kinds.flatMap((kind) => Object.keys(kind.secrets))
  if (names.length === 0) return menu.tell(m.secrets.noneForAny)
  await secrets(menu, crumbs, slug, Object.fromEntries(names.map((name) => [name, 'optional' as const])))
}

/** Asks for what the session cannot start without; false when the person went back. */
export async function neededSecrets(menu: Menu, ref: string, kind: KindView): Promise<boolean> {
  if (missingSecrets(kind.secrets, []).length === 0) return true
  const crumbs = [m.sessions.title, ref, m.secrets.title]
  const scopes = [ref, ref.split('/')[0] ?? ref]
  const have = await menu.attempt(crumbs, () =>
    Promise.all(scopes.map((scope) => menu.fleet.call('secrets.list', { scope }))),
  )
  const known = have?.flat().map((secret) => secret.name) ?? []
  for (const pattern of missingSecrets(kind.secrets, known)) {
    if (!(await addSecret(menu, crumbs, ref, pattern))) return false
  }
  return true
}

async function secrets(menu: Menu, crumbs: string[], scope: string, needs: Record<string, Need>): Promise<void> {
  let active: string | undefined
  for (;;) {
    const have = await menu.attempt(crumbs, () => menu.fleet.call('secrets.list', { scope }))
    if (!have) return
    const names = [...new Set([...Object.keys(needs), ...have.map((secret) => secret.name)])]
    if (names.length === 0) return menu.tell(m.secrets.none)
    const isMissing = (name: string) =>
      missingSecrets(
        needs,
        have.map((secret) => secret.name),
      ).includes(name)
    const longest = Math.max(...names.map((name) => name.length))
    const stateOf = (name: string) => {
      if (hasStar(name)) return isMissing(name) ? m.secrets.addNeeded : m.secrets.add
      const used = have.find((secret) => secret.name === name && secret.used)
      const other = have.find((secret) => secret.name === name && !secret.used)
      return words(used, needs[name], scope, other?.scope)
    }
    const choices = names.map((name) => ({ value: name, name: `${padTo(name, longest)}  ${stateOf(name)}` }))
    const answer = await menu.ask.select({ crumbs }, { choices, active })
    if (answer === BACK) return
    active = answer
    if (have.some((secret) => secret.name === answer && secret.scope === scope))
      await changeSecret(menu, crumbs, scope, answer)
    else await addSecret(menu, crumbs, scope, answer)
  }
}

/** @param unused who has set it too, without effect here */
function words(secret: SecretView | undefined, need: Need | undefined, scope: string, unused?: string): string {
  if (secret) {
    const set = secret.last4 === '' ? m.secrets.setShort : m.secrets.set(plain(secret.last4))
    if (secret.scope !== scope) return m.secrets.inherited(set, secret.scope)
    return unused === undefined ? set : m.secrets.goesBefore(set, unused)
  }
  return need === 'required' ? m.secrets.needed : m.secrets.notSet
}

async function changeSecret(menu: Menu, crumbs: string[], scope: string, name: string) {
  const answer = await menu.ask.select<'set' | 'remove'>(
    { crumbs: [...crumbs, name] },
    {
      choices: [
        { value: 'set', name: m.secrets.change },
        { value: 'remove', name: m.secrets.remove },
      ],
    },
  )
  if (answer === 'set') await setSecret(menu, crumbs, scope, name)
  if (answer !== 'remove') return
  if ((await menu.ask.confirm({ crumbs: [...crumbs, name] }, m.secrets.askRemove(name))) !== true) return
  await menu.attempt(crumbs, () => menu.fleet.call('secrets.remove', { scope, name }), m.secrets.removed(name))
}

/** Of a name with a star it is asked first which one is meant. */
async function addSecret(menu: Menu, crumbs: string[], scope: string, pattern: string): Promise<boolean> {
  if (!hasStar(pattern)) return setSecret(menu, crumbs, scope, pattern)
  const check = (name: string) => (fitsPattern(pattern, name) ? null : m.secrets.badName(pattern))
  const options = { message: m.secrets.nameFor, help: m.secrets.nameHelp(pattern), value: beforeStar(pattern), check }
  const name = await menu.ask.text({ crumbs: [...crumbs, pattern] }, options)
  return name !== BACK && setSecret(menu, crumbs, scope, name)
}

/** The server's answer stands under the prompt until it takes the value. */
async function setSecret(menu: Menu, crumbs: string[], scope: string, name: string): Promise<boolean> {
  const check = async (value: string) => {
    if (value === '') return m.secrets.empty
    try {
      await menu.fleet.call('secrets.set', { scope, name, value })
      return null
    } catch (thrown) {
      return plain(messageOf(thrown))
    }
  }
  const options = { message: m.secrets.value(name), help: m.secrets.valueHelp, check }
  const answer = await menu.ask.hidden({ crumbs: [...crumbs, name] }, options)
  if (answer === BACK) return false
  menu.tell(m.secrets.saved(name))
  return true
}
