import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csv } from './csv.js'

test('what a customer wrote stays in its cell, and no spreadsheet reckons with it', () => {
  const rows = [
    ['name', 'text', 'total', 'more'],
    ['Ana "A", Ltda', 'one\ntwo', -12.5, { tags: ['a'] }],
    ['=HYPERLINK("http://x")', '@SUM(A1)', '-12.50', null],
    ['+55 11', '-1+1', true, undefined],
  ]
  assert.equal(
    csv(rows),
    [
      'name,text,total,more',
      '"Ana ""A"", Ltda","one\ntwo",-12.5,"{""tags"":[""a""]}"',
      `"'=HYPERLINK(""http://x"")",'@SUM(A1),-12.50,`,
      `'+55 11,'-1+1,true,`,
      '',
    ].join('\n'),
  )
})
