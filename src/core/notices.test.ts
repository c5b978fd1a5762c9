import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MAX_NOTICE_KEY_CHARS, type Notice, noticeProblem, shortened } from './notices.js'

const notice: Notice = { key: 'order:1', level: 'info', title: 'An order', text: '' }

test('a notice has a key, a level, a title and a text; what is wrong is named by its field', () => {
  assert.equal(noticeProblem(notice), null)
  assert.equal(noticeProblem({ ...notice, key: 'k'.repeat(MAX_NOTICE_KEY_CHARS) }), null)
  const wrong: [object | null, RegExp][] = [
    [null, /not an object/],
    [{ ...notice, key: '' }, /^key/],
    [{ ...notice, key: 'k'.repeat(MAX_NOTICE_KEY_CHARS + 1) }, /^key/],
    [{ ...notice, key: 1 }, /^key/],
    [{ ...notice, level: 'loud' }, /^level: not one of info, warning, critical/],
    [{ ...notice, title: '' }, /^title/],
    [{ ...notice, text: undefined }, /^text/],
  ]
  for (const [value, problem] of wrong) assert.match(noticeProblem(value) ?? 'nothing', problem)
})

test('what is too long is cut, and no character in two', () => {
  assert.equal(shortened(notice).title, 'An order')
  const { title, text } = shortened({ ...notice, title: `${'x'.repeat(198)}😀y`, text: 'y'.repeat(3_001) })
  assert.deepEqual([title, text.length], [`${'x'.repeat(198)}…`, 3_000])
})
