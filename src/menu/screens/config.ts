// A session's settings, as the form that its kind's schema draws.
import type { JsonObject } from '../../core/json.js'
import type { KindView } from '../../fleet/kinds.js'
import type { Menu } from '../context.js'
import { changes, newForm } from '../form.js'
import { messages as m } from '../messages.js'
import { fillForm } from './form.js'

export async function config(menu: Menu, ref: string, kind: KindView): Promise<void> {
  const crumbs = [m.sessions.title, ref, m.session.config]
  const shown = await menu.attempt(crumbs, () => menu.fleet.call('sessions.show', { ref }))
  if (!shown) return
  const form = newForm(kind.fields, shown.config)
  const saved = await fillForm(menu, crumbs, form, m.form.save, (values) => save(menu, ref, shown.config, values))
  if (saved) menu.tell(m.form.saved(ref))
}

async function save(menu: Menu, ref: string, before: JsonObject, after: JsonObject) {
  const { set, unset } = changes(before, after)
  if (Object.keys(set).length > 0) await menu.fleet.call('sessions.configSet', { ref, settings: [], config: set })
  if (unset.length > 0) await menu.fleet.call('sessions.configUnset', { ref, keys: unset })
}
