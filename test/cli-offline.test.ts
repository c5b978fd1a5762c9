// Customers are not taken offline by a word that does not say so; and other things an operator does to a customer.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fleetHome, ROOT } from './fleet-home.js'

const KINDS = join(ROOT, 'test/kinds/pairable/kind.js')

test('a plan or a status that would stop sessions says which, and is refused where nobody can be asked', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KINDS })
  await home.frota('tenant', 'add', 'acme', '--plan', 'pro')
  for (const name of ['a', 'b']) await home.frota('add', `acme/${name}`, '--kind', 'pairable')
  await home.frota('start', 'acme/')
  await home.reached('pairing', 'acme/a', 'acme/b')
  const before = await home.json('tenant', 'show', 'acme')
  const cases: [string[], RegExp][] = [
    [
      ['set-status', 'acme', 'cancelled'],
      /2 sessions will stop \(the plan was cancelled\): acme\/a, acme\/b\. .*--yes/,
    ],
    [['set-plan', 'acme', 'free'], /1 session will stop \(the free plan runs 1 .*\): acme\/b\. .*--yes/],
    [['set-plan', 'acme', 'pro', '--until', '2020-01-31'], /end, 2020-01-31 \(UTC\), is past\. 2 sessions will stop/],
  ]
  for (const [args, words] of cases) {
    const refused = await home.run('tenant', ...args)
    assert.deepEqual([refused.code, refused.stdout], [4, ''])
    assert.match(refused.stderr, words)
  }
  assert.deepEqual(await home.json('tenant', 'show', 'acme'), before)
  await home.reached('pairing', 'acme/a', 'acme/b')
  await home.frota('tenant', 'set-plan', 'acme', 'premium')
  await home.frota('tenant', 'set-status', 'acme', 'cancelled', '--yes')
  await home.reached('waiting', 'acme/a', 'acme/b')
})

test('rename changes what people read, by either way of saying it, and no address', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KINDS })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/p', '--kind', 'pairable')
  assert.match(await home.frota('rename', 'acme', 'Acme Ltda'), /^acme is called Acme Ltda now/)
  await home.frota('rename', 'acme/p', '--name', 'Vendas')
  assert.equal((await home.json<{ displayName: string }>('show', 'acme/p')).displayName, 'Vendas')
  assert.deepEqual(await home.json('tenant', 'rename', 'acme', 'Acme S.A.'), {
    renamed: 'acme',
    from: 'Acme Ltda',
    name: 'Acme S.A.',
  })
  for (const [args, code] of [
    [['rename', 'acme'], 2],
    [['rename', 'acme', 'a', '--name', 'b'], 2],
    [['rename', 'acme/q', 'x'], 3],
    [['tenant', 'rename', 'acme/p', 'x'], 2],
  ] as const) {
    assert.equal((await home.run(...args)).code, code, args.join(' '))
  }
})
