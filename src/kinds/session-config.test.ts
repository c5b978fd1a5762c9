import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { fieldsOfSchema } from './config.js'
import { inOwnWords } from './own-words.js'
import { LookedUpSession, sessionConfig } from './session-config.js'

const input = z.object({ session: sessionConfig({ kind: 'shop', help: 'Which' }).optional() })
const given = { ref: 'acme/a', kind: 'shop', config: { a: 1 } }
const problem = (value: unknown) => input.safeParse({ session: value }, { error: inOwnWords }).error?.issues[0]?.message

test('a session field is drawn as one, also when it is optional', () => {
  const [field] = fieldsOfSchema(input)
  assert.deepEqual([field?.key, field?.type, field?.required, field?.help], ['session', 'session', false, 'Which'])
})

test('only what was looked up passes, and only of the kind that is meant', () => {
  assert.deepEqual(input.parse({ session: new LookedUpSession(given) }), { session: given })
  for (const odd of ['acme/a', given, 1]) assert.equal(problem(odd), 'must be a session, given by its name')
  const other = new LookedUpSession({ ...given, kind: 'bot' })
  assert.equal(problem(other), 'must be a session of the kind shop: acme/a is of bot')
})
