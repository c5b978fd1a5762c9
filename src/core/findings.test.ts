import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isFine, readFindings } from './findings.js'

test('findings are taken as they are meant; what is none is an error itself, and none is lost without a word', () => {
  assert.deepEqual(readFindings([{ level: 'ok', what: 'key', text: 'works', hint: '', more: 1 }]), [
    { level: 'ok', what: 'key', text: 'works' },
  ])
  assert.deepEqual(readFindings([{ level: 'warning', what: 'key', text: 'ends soon', hint: 'renew it' }]), [
    { level: 'warning', what: 'key', text: 'ends soon', hint: 'renew it' },
  ])
  for (const odd of [undefined, null, {}, 'ok', [1], [null], [{}], [{ level: 'bad', what: 'a', text: 'b' }]])
    assert.deepEqual(
      readFindings(odd).map(({ level, what }) => [level, what]),
      [['error', 'check']],
    )
  assert.equal(readFindings([{ level: 'ok', what: 'a' }])[0]?.level, 'error')
  const many = readFindings(Array(101).fill({ level: 'ok', what: 'w'.repeat(99), text: 't'.repeat(2_000) }))
  assert.deepEqual([many.length, many[0]?.what.length, many[0]?.text.length], [101, 60, 1_000])
  assert.match(many[100]?.text ?? '', /101 findings/)
})

test('warnings are fine, errors are not', () => {
  assert.equal(
    isFine([
      { level: 'ok', what: '', text: '' },
      { level: 'warning', what: '', text: '' },
    ]),
    true,
  )
  assert.equal(
    isFine([
      { level: 'ok', what: '', text: '' },
      { level: 'error', what: '', text: '' },
    ]),
    false,
  )
  assert.equal(isFine([]), true)
})
