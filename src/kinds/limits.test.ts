import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { Kind } from './kind.js'
import { limitsOf, refusalsOf } from './limits.js'

const kind = {
  name: 'probe',
  limits: z.object({ most: z.int().nullable().default(1), modes: z.array(z.string()).default(['paper']) }),
  plans: { pro: { most: 3 } },
}
const of = (plan: string, limits = {}) => limitsOf(kind, { plan, limits })

test('a kind’s limits are its strictest, over them its own for the plan, over them the operator’s', () => {
  assert.deepEqual(of('of-the-operator'), { most: 1, modes: ['paper'] })
  assert.deepEqual(of('pro'), { most: 3, modes: ['paper'] })
  assert.deepEqual(of('pro', { probe: { most: null, modes: [] }, other: { most: 9 } }), { most: null, modes: [] })
  assert.deepEqual(limitsOf({ name: 'none' }, { plan: 'pro', limits: { none: { most: 2 } } }), {})
})

test('what somebody wrote into the database and is no value of a limit counts for nothing', () => {
  for (const limits of [{ probe: { most: 'many', gone: 1 } }, { probe: 5 }, { probe: null }, { probe: [1] }]) {
    assert.deepEqual(of('pro', limits), { most: 3, modes: ['paper'] })
  }
  assert.deepEqual(of('constructor'), { most: 1, modes: ['paper'] })
})

test('a kind is asked with its limits; a plan without the kind refuses it unasked, and a kind that throws refuses its own', () => {
  const asked = { config: {}, secretNames: [], others: [] }
  const says = (refuses: Kind['refuses'], kinds: string[] | null = null) =>
    refusalsOf({ ...kind, refuses } as unknown as Kind, asked, { plan: 'pro', kinds, limits: {} })
  assert.deepEqual(
    says((_asked, { most }) => [`most: ${most}`]),
    ['most: 3'],
  )
  assert.deepEqual(says(undefined), [])
  assert.deepEqual(
    says(() => assert.fail(), ['other']),
    ['the pro plan has no sessions of this kind'],
  )
  const broken = () => {
    throw new Error('boom')
  }
  assert.deepEqual(says(broken), ['what the pro plan allows cannot be told: boom'])
  assert.equal(says((() => 'not a list') as never).length, 1)
})
