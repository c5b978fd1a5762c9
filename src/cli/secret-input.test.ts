import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeSecret } from './secret-input.js'

const decode = (text: string) => decodeSecret('KEY', Buffer.from(text))

test('the line end that the shell adds is taken off, and nothing else', () => {
  assert.deepEqual(['a\n', 'a\r\n', 'a\n\n', ' a ', 'a', '', '\n', 'ação'].map(decode), [
    'a',
    'a',
    'a\n',
    ' a ',
    'a',
    '',
    '',
    'ação',
  ])
})

test('bytes that are no text are refused without repeating them', () => {
  assert.throws(() => decodeSecret('KEY', Buffer.from([0xff, 0xfe])), {
    code: 'NOT_TEXT',
    message: 'KEY: the value is not UTF-8 text.',
  })
})
