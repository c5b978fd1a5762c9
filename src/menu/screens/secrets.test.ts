// The secrets of a session as a person goes through them: answers are given here, what was asked and called is kept.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KindView } from '../../fleet/kinds.js'
import type { Menu } from '../context.js'
import { BACK, type SelectOptions } from '../prompts.js'
import type { TextOptions } from '../questions.js'
import { neededSecrets, secretsOfSession } from './secrets.js'

const kind = (need: 'required' | 'optional'): KindView => ({
  name: 'shops',
  title: 'Shops',
  hasSessions: true,
  fields: [],
  limits: [],
  secrets: { 'SHOP_*': need },
  commands: [],
  hooks: [],
  needs: [],
  services: [],
  jobs: [],
})

function aMenu(answers: { select?: string[]; text: string[] }) {
  const have: { name: string; scope: string; last4: string; used: boolean }[] = []
  const shown: string[][] = []
  const said: (string | null)[] = []
  const call = async (verb: string, input: { scope: string; name: string }) => {
    if (verb === 'secrets.set') have.push({ name: input.name, scope: input.scope, last4: '', used: true })
    return have
  }
  const ask = {
    select: async (_page: unknown, { choices }: SelectOptions<string>) => {
      const lines = typeof choices === 'function' ? choices() : choices
      shown.push(lines.flatMap((line) => (line === 'line' ? [] : line.name)))
      return answers.select?.shift() ?? BACK
    },
    text: async (_page: unknown, { value, check }: TextOptions) => {
      said.push(value ?? null)
      for (const answer of answers.text) {
        const refusal = await check?.(answer)
        said.push(refusal ?? answer)
        if (!refusal) return answer
      }
      return BACK
    },
    hidden: async (_page: unknown, { check }: TextOptions) => void (await check?.('a value')),
  }
  const attempt = (_crumbs: string[], work: () => Promise<unknown>) => work()
  const menu = { ask, attempt, fleet: { call }, tell: () => undefined } as unknown as Menu
  return { menu, shown, said, have }
}

test('of a name with a star one is added by its own name, and stands in the list with the way to add another', async () => {
  const { menu, shown, said } = aMenu({ select: ['SHOP_*'], text: ['SHOP_', 'BOT_A', 'SHOP_EAST'] })
  await secretsOfSession(menu, 'acme/a', kind('optional'))
  const refused = 'must be like SHOP_*: capitals, digits and _'
  assert.deepEqual(said, ['SHOP_', refused, refused, 'SHOP_EAST'])
  assert.deepEqual(shown, [['SHOP_*  add one'], ['SHOP_*     add one', 'SHOP_EAST  set']])
})

test('a session that needs at least one is asked for its name and value before it starts, and not twice', async () => {
  const { menu, said, have } = aMenu({ text: ['SHOP_EAST'] })
  assert.equal(await neededSecrets(menu, 'acme/a', kind('required')), true)
  assert.deepEqual([said, have.map(({ name }) => name)], [['SHOP_', 'SHOP_EAST'], ['SHOP_EAST']])
  assert.equal(await neededSecrets(menu, 'acme/a', kind('required')), true)
  assert.equal(said.length, 2)
})
