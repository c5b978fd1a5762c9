import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UserError } from '../core/errors.js'
import { readInput } from './inputs.js'
import { VERBS, type Verb } from './verbs.js'

const refusal = (verb: Verb, input: object) => {
  try {
    readInput(verb, VERBS[verb].input, input)
  } catch (thrown) {
    return thrown instanceof UserError ? `${thrown.code} ${thrown.message}` : String(thrown)
  }
  return 'taken'
}

test('a field of a wrong type is refused by its name, and its value is not repeated', () => {
  const cases: [Verb, object, string][] = [
    ['secrets.set', { scope: 'acme', name: 'KEY', value: 12345 }, 'BAD_INPUT secrets.set: value must be a text.'],
    ['sessions.start', { refs: 'acme/a' }, 'BAD_INPUT sessions.start: refs must be a list of texts.'],
    ['sessions.start', { refs: [5] }, 'BAD_INPUT sessions.start: refs must be a list of texts.'],
    ['sessions.show', {}, 'BAD_INPUT sessions.show: ref must be a text.'],
    ['sessions.show', JSON.parse('{"__proto__":{"ref":"acme/a"}}'), 'BAD_INPUT sessions.show: ref must be a text.'],
    ['sessions.add', { ref: 'a/b', kind: 'x', config: [] }, 'BAD_INPUT sessions.add: config must be an object.'],
    ['host.clean', { dryRun: 'no' }, 'BAD_INPUT host.clean: dryRun must be true or false.'],
  ]
  for (const [verb, input, words] of cases) assert.equal(refusal(verb, input), words)
})

test('what may be left out may be left out, and what no verb knows is passed over', () => {
  assert.equal(refusal('sessions.start', { refs: ['acme/a'], later: true }), 'taken')
  assert.equal(refusal('tenants.setPlan', { slug: 'acme', plan: 'pro', expiresAt: null }), 'taken')
  assert.equal(refusal('host.down', {}), 'taken')
})
