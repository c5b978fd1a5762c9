import assert from 'node:assert/strict'
import { test } from 'node:test'
import { table, textTable } from './table.js'

const LONG = 'Answer the same chat at most once in this many seconds'

test('a terminal cuts what is too wide; a pipe gets every word', () => {
  const lines = table(['KEY', ''], [['gap', LONG]], 20).split('\n')
  assert.deepEqual(lines, ['KEY', 'gap  Answer the sam…'])
  assert.ok(table(['KEY', ''], [['gap', LONG]]).includes(LONG)) // tests run in a pipe
})

test('sentences go on below themselves, and lose no word where there is no room at all', () => {
  const lines = textTable(
    ['KEY', ''],
    [
      ['gap', LONG],
      ['b', ''],
    ],
    30,
  ).split('\n')
  assert.deepEqual(lines, ['KEY', 'gap  Answer the same chat at', '     most once in this many', '     seconds', 'b'])
  assert.deepEqual(textTable(['KEY', ''], [['gap', LONG]], 10).split('\n'), ['KEY', 'gap  Answ…'])
})
