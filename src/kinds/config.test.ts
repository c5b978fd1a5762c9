import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { badConfig, checkConfig, fieldsOf, readSettings } from './config.js'
import type { Kind } from './kind.js'

const kind: Kind = {
  name: 'probe',
  title: 'Probe',
  config: z.object({
    endpoint: z.url().describe('Where'),
    everyMs: z.int().min(10).default(100).describe('Pause'),
    loud: z.boolean().default(false),
    mode: z.enum(['paper', 'live']).default('paper'),
    words: z.array(z.string()).default([]),
  }),
  run: new URL('file:///nowhere/run.js'),
}
const good = { endpoint: 'https://example.com' }
const problemsOf = (config: Parameters<typeof checkConfig>[1]) => {
  const checked = checkConfig(kind, config)
  return checked.ok ? [] : checked.problems
}

test('a config is filled with its defaults', () => {
  assert.deepEqual(checkConfig(kind, good), {
    ok: true,
    config: { ...good, everyMs: 100, loud: false, mode: 'paper', words: [] },
    maxMemoryBytes: null,
  })
})

test('every kind takes maxMemory, and no kind sees it', () => {
  const checked = checkConfig(kind, { ...good, maxMemory: '200MB' })
  assert.ok(checked.ok)
  assert.equal(checked.maxMemoryBytes, 200 * 1024 * 1024)
  assert.equal('maxMemory' in checked.config, false)
  for (const bad of ['1MB', '65GB']) {
    assert.deepEqual(problemsOf({ ...good, maxMemory: bad }), ['maxMemory: must be between 64MB and 64GB'])
  }
  for (const bad of ['768', 768]) {
    assert.deepEqual(problemsOf({ ...good, maxMemory: bad }), [
      'maxMemory: must be a size with its unit, like 768MB or 1.5GB',
    ])
  }
})

test('all problems are told together, each with its field; a value is repeated where only a few words are allowed', () => {
  const problems = problemsOf({ endpoint: 'hunter2-secret', everyMs: 1, everMs: 5, mode: 'casino' })
  assert.deepEqual(problems.map((problem) => problem.split(':')[0]).sort(), ['endpoint', 'everMs', 'everyMs', 'mode'])
  assert.match(problems.join(), /everMs: unknown key \(did you mean "everyMs"\?\)/)
  assert.match(problems.join(), /mode: must be one of paper, live, not "casino"/)
  assert.doesNotMatch(problems.join(), /hunter2-secret/)
  assert.equal(badConfig(kind, problems).exit, 2)
})

test('key=value is read by the type of its field; what does not fit is refused by name', () => {
  const fields = fieldsOf(kind)
  const settings = [
    'endpoint=https://x/?a=b=c',
    'everyMs=50',
    'loud=yes',
    'mode=live',
    'words=["a","b"]',
    'maxMemory=64MB',
  ]
  assert.deepEqual(readSettings(fields, settings), {
    endpoint: 'https://x/?a=b=c',
    everyMs: 50,
    loud: true,
    mode: 'live',
    words: ['a', 'b'],
    maxMemory: '64MB',
  })
  const bad: [string, RegExp][] = [
    ['everyMs=soon', /everyMs: must be a number, not "soon"/],
    ['everyMs=', /everyMs: must be a number/],
    ['loud=perhaps', /loud: must be true or false/],
    ['words=[', /words: must be JSON/],
    ['evryMs=5', /evryMs: unknown key/],
    ['__proto__=5', /__proto__: unknown key/],
    ['everyMs', /not key=value/],
    ['=5', /not key=value/],
  ]
  for (const [setting, words] of bad) {
    assert.throws(() => readSettings(fields, [setting]), { name: 'UserError', exit: 2, message: words }, setting)
  }
})

test('a form shows type, choices, default and help of every key', () => {
  const byKey = new Map(fieldsOf(kind).map((field) => [field.key, field]))
  assert.deepEqual(byKey.get('mode'), {
    key: 'mode',
    type: 'choice',
    choices: ['paper', 'live'],
    default: 'paper',
    required: false,
    help: '',
  })
  assert.deepEqual([byKey.get('endpoint')?.required, byKey.get('endpoint')?.help], [true, 'Where'])
  assert.deepEqual(
    ['everyMs', 'loud', 'words', 'maxMemory'].map((key) => byKey.get(key)?.type),
    ['number', 'boolean', 'json', 'text'],
  )
})
