import assert from 'node:assert/strict'
import { test } from 'node:test'
import { table, textTable } from './table.js'
import { clipMiddle, clipRef, widthOf } from './width.js'

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

test('a sentence that goes on has no word cut away, whatever letters it is of', () => {
  const text = '株式会社サンプルは👩‍👩‍👧を待っています https://example.com/a-very-long-address'
  const lines = textTable(['KEY', ''], [['gap', text]], 30).split('\n')
  assert.equal(
    lines
      .map((line) => line.slice(5))
      .join('')
      .replaceAll(' ', ''),
    text.replaceAll(' ', ''),
  )
  for (const line of lines) assert.ok(widthOf(line) <= 30, line)
})

test('columns stand under each other whatever letters a name has', () => {
  const names = ['株式会社', '👩‍👩‍👧 Família', 'São João', 'e\u0301te\u0301', 'Acme']
  const lines = table(
    ['NAME', 'PLAN'],
    names.map((name) => [name, 'pro']),
  ).split('\n')
  const places = lines.map((line) => widthOf(line.slice(0, line.search(/pro|PLAN/))))
  assert.equal(new Set(places).size, 1, lines.join('\n'))
})

test('a long name gives way in its middle, so that what stands behind it is still there', () => {
  const name = 'a-customer-with-a-very-long-name-number-17'
  const [head, line] = table(['NAME', 'PLAN', 'STATUS'], [[name, 'premium', 'active']], 40).split('\n')
  assert.match(line ?? '', /^a-c\S*…\S*number-17 {2}premium {2}active$/)
  assert.match(head ?? '', /^NAME +PLAN +STATUS$/)
})

test('shortened names fit, and keep their ends apart', () => {
  assert.equal(clipMiddle('loja-do-bairro-10', 10), 'lo…irro-10')
  for (const text of ['株式会社サンプル', 'a-long-name-that-ends-in-2', '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧']) {
    for (const columns of [0, 1, 3, 4, 7]) assert.ok(widthOf(clipMiddle(text, columns)) <= columns)
  }
  assert.match(clipRef('a-long-customer/vendas-1', 16), /^a-lon\S*…\/vendas-1$/)
})
