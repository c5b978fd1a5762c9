import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bySession, naturally } from './order.js'

test('loja-2 comes before loja-10, and the sessions of one customer stand together', () => {
  assert.deepEqual(['a', '10', '9', 'a1b2', 'a1b', 'a01', 'a1'].sort(naturally), [
    '9',
    '10',
    'a',
    'a01',
    'a1',
    'a1b',
    'a1b2',
  ])
  assert.deepEqual(['loja-10', 'loja-2', 'loja-1'].sort(naturally), ['loja-1', 'loja-2', 'loja-10'])
  const refs = ['acme-b/a', 'acme/p-10', 'acme/p-9'].map((ref) => {
    const [tenant = '', name = ''] = ref.split('/')
    return { tenant, name }
  })
  assert.deepEqual(
    refs.sort(bySession).map(({ tenant, name }) => `${tenant}/${name}`),
    ['acme/p-9', 'acme/p-10', 'acme-b/a'],
  )
})
