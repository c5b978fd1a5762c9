// A session's settings, as the form that its kind's schema draws.
import { readFiles } from '../../cli/config-files.js'
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
  const save = async (values: JsonObject) => {
    const { set, unset } = changes(shown.config, values)
    // A session takes new settings over, maybe by a restart: not for nothing.
    if (Object.keys(set).length + unset.length === 0) return
    const given = readFiles(kind.fields, { settings: [], config: set })
    await menu.fleet.call('sessions.configSet', { ref, ...given, unset })
  }
  if (await fillForm(menu, crumbs, form, m.form.save, save)) menu.tell(m.form.saved(ref))
}
