import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { badConfig, checkConfig, fieldsOf } from '../kinds/config.js'
import { file } from '../kinds/file.js'
import { builtInKinds } from '../kinds/index.js'
import type { Kind } from '../kinds/kind.js'
import { changes, formLine, missing, newForm, readProblems, shownValue, take } from './form.js'
import { widthOf } from './paint.js'

const kind: Kind = {
  name: 'sample',
  title: 'Sample',
  config: z.object({
    name: z.string().min(2),
    every: z.int().min(10).default(60),
    loud: z.boolean().default(false),
    mode: z.enum(['slow', 'fast']).optional(),
    tags: z.array(z.string().min(1)).default([]),
  }),
  run: new URL('file:///nowhere.js'),
}
const fields = fieldsOf(kind)
const field = (key: string) => {
  const found = fields.find((known) => known.key === key)
  assert.ok(found)
  return found
}
/** As the server answers it. */
function refusal(values: object): string {
  const checked = checkConfig(kind, values as never)
  assert.ok(!checked.ok)
  return badConfig(kind, checked.problems).message
}

test('a form has a line for every key of the schema, with its default, and says what is still needed', () => {
  const form = newForm(fields)
  assert.deepEqual(
    fields.map(({ key }) => key),
    ['name', 'every', 'loud', 'mode', 'tags', 'maxMemory'],
  )
  assert.deepEqual(
    fields.map((each) => shownValue(form, each)),
    ['(needed)', '60 (default)', 'no (default)', '(not set)', '[] (default)', '(not set)'],
  )
  assert.deepEqual(
    missing(form).map(({ key }) => key),
    ['name'],
  )
})

test('a file is shown by its name and size; what is typed in its place is a path', () => {
  const [text] = fieldsOf({ ...kind, config: z.object({ text: file() }) })
  assert.ok(text)
  const stored = { name: 'a.md', sha256: 'a'.repeat(64), bytes: 12 }
  assert.equal(shownValue(newForm([text], { text: stored }), text), 'a.md (12 bytes)')
  const form = newForm([text])
  assert.equal(take(form, text, './b.md'), null)
  assert.deepEqual(form.values, { text: './b.md' })
})

test('what is typed becomes a value of the field’s type, and empty means the default again', () => {
  const form = newForm(fields)
  assert.equal(take(form, field('name'), 'ana'), null)
  assert.equal(take(form, field('every'), '15'), null)
  assert.equal(take(form, field('loud'), 'true'), null)
  assert.equal(take(form, field('tags'), '["a"]'), null)
  assert.deepEqual(form.values, { name: 'ana', every: 15, loud: true, tags: ['a'] })
  assert.equal(take(form, field('every'), ''), null)
  assert.equal('every' in form.values, false)
})

test('a text that does not fit is told without being taken', () => {
  const form = newForm(fields, { every: 15 })
  assert.equal(take(form, field('every'), 'soon'), 'must be a number, not "soon".')
  assert.match(take(form, field('tags'), '[a') ?? '', /^must be JSON/)
  assert.deepEqual(form.values, { every: 15 })
})

test('what the server refuses stands beside the fields that it names', () => {
  const message = refusal({ name: 'a', every: 3, tags: ['ok', ''] })
  const { problems, rest } = readProblems(message, fields)
  assert.deepEqual(Object.keys(problems).sort(), ['every', 'name', 'tags'])
  assert.match(problems.tags ?? '', /^1: /)
  assert.equal(rest, '')
  const form = { ...newForm(fields, { every: 3 }), problems }
  const line = formLine(form, field('every'), 76)
  assert.match(line, /^every +3 {2}.*✗ /)
  assert.ok(widthOf(line) <= 76)
})

test('a refusal that names no field is kept whole, and a semicolon inside a message does not cut it', () => {
  assert.deepEqual(readProblems('acme has 1 session already; the plan free allows 1.', fields), {
    problems: {},
    rest: 'acme has 1 session already; the plan free allows 1',
  })
  assert.deepEqual(
    readProblems('Config refused: name: too short; give two letters; every: too soon.', fields).problems,
    {
      name: 'too short; give two letters',
      every: 'too soon',
    },
  )
  assert.deepEqual(readProblems('echo: name: must not be empty.', fields).problems, { name: 'must not be empty' })
})

test('only what was changed is sent, and what was emptied goes back to its default', () => {
  const before = { name: 'ana', every: 15, tags: ['a'] }
  assert.deepEqual(changes(before, { name: 'ana', every: 20 }), { set: { every: 20 }, unset: ['tags'] })
  assert.deepEqual(changes(before, { ...before }), { set: {}, unset: [] })
})

test('hostile values neither move the cursor nor break a line', () => {
  const form = newForm(fields, { name: `a\x1b[2J\n${'long '.repeat(50)}` })
  const line = formLine(form, field('name'), 76)
  assert.ok(!line.includes('\x1b[2J') && !line.includes('\n'))
  assert.ok(widthOf(line) <= 76)
})

test('every kind that is built in can be drawn: its form is complete but for what it needs', () => {
  for (const each of builtInKinds) {
    const form = newForm(fieldsOf(each))
    for (const line of form.fields) assert.ok(widthOf(formLine(form, line, 76)) <= 76, `${each.name} ${line.key}`)
    const filled = Object.fromEntries(missing(form).map(({ key }) => [key, 'x']))
    if (missing(form).length === 0) assert.equal(checkConfig(each, filled).ok, true, each.name)
  }
})
