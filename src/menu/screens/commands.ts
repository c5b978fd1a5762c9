// What a kind of session can do when asked: choose, fill in its form, read the answer.

import type { Json } from '../../core/json.js'
import { plain } from '../../core/plain-text.js'
import type { KindView } from '../../fleet/kinds.js'
import type { Menu } from '../context.js'
import { newForm } from '../form.js'
import { messages as m } from '../messages.js'
import { padTo } from '../paint.js'
import { BACK } from '../prompts.js'
import { fillForm } from './form.js'
import { scrollText } from './scroll.js'

/** These have screens of their own. */
const ELSEWHERE = new Set(['pair', 'logout'])

export async function commands(menu: Menu, ref: string, kind: KindView): Promise<void> {
  const crumbs = [m.sessions.title, ref, m.commands.title]
  const known = kind.commands.filter(({ name }) => !ELSEWHERE.has(name))
  const longest = Math.max(0, ...known.map(({ name }) => name.length))
  let active: string | undefined
  for (;;) {
    const choices = known.map(({ name, help }) => ({ value: name, name: `${padTo(name, longest)}  ${plain(help)}` }))
    const answer = await menu.ask.select({ crumbs }, { choices, active })
    if (answer === BACK) return
    active = answer
    const command = known.find(({ name }) => name === answer)
    if (!command) continue
    let result: Json | undefined
    const run = async (input: Parameters<Parameters<typeof fillForm>[4]>[0]) => {
      result = await menu.fleet.call('sessions.command', { ref, command: command.name, input })
    }
    const here = [...crumbs, command.name]
    const isDone =
      command.fields.length > 0
        ? await fillForm(menu, here, newForm(command.fields), m.commands.run, run)
        : (await menu.attempt(here, async () => {
            await run({})
            return true
          })) === true
    if (isDone && result !== undefined) await scrollText(menu, here, answerLines(result))
  }
}

function answerLines(result: Json): string[] {
  if (result === null) return [m.commands.empty]
  return JSON.stringify(result, null, 2).split('\n').map(plain)
}
