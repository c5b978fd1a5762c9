// Secrets that are added while a session runs, and the outside accounts that it speaks for, with real processes.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { fleetHome, ROOT } from './fleet-home.js'

const EAST = 'the-key-of-the-eastern-shop'

test('a secret added at run time is taken without a restart, and a phone that a session reported stays its own', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: join(ROOT, 'test/kinds/shops/kind.js') })
  const setPhones = (ref: string, phones: string) =>
    home.call('sessions.configSet', { ref, settings: [`phones=${phones}`] })
  const refused = async () => {
    const [row] = await home.reached('failed', 'acme/b')
    assert.match(row?.reason ?? '', /another session already attends this account/)
  }
  await home.frota('up')
  await home.call('tenants.add', { slug: 'acme' })
  for (const ref of ['acme/a', 'acme/b']) await home.add(ref, {}, 'shops')
  await setPhones('acme/a', '1,2')
  await setPhones('acme/b', '3')
  await home.call('sessions.start', { refs: ['acme/a', 'acme/b'] })
  const [before] = await home.reached('ready', 'acme/a', 'acme/b')

  await home.call('secrets.set', { scope: 'acme/a', name: 'SHOP_EAST', value: EAST })
  await home.until('the new secret', async () => (await home.row('acme/a'))?.detail.shops === 'SHOP_EAST')
  assert.match(home.logText('acme.a.jsonl'), /shops SHOP_EAST=\[secret\]/)
  for (const name of ['acme.a.jsonl', 'supervisor.jsonl']) assert.ok(!home.logText(name).includes(EAST), name)
  const twice = home.call('secrets.set', { scope: 'acme/b', name: 'SHOP_WEST', value: EAST })
  await assert.rejects(twice, { code: 'ACCOUNT_TAKEN' })
  await home.call('secrets.remove', { scope: 'acme/a', name: 'SHOP_EAST' })
  await home.until('the secret gone', async () => (await home.row('acme/a'))?.detail.shops === '')
  const after = await home.row('acme/a')
  assert.deepEqual([after?.pid, after?.restarts], [before?.pid, 0])

  await setPhones('acme/b', '2')
  await refused()
  await home.frota('stop', 'acme/a', '--wait')
  await setPhones('acme/b', '1')
  await home.call('sessions.start', { refs: ['acme/b'] })
  await refused()
  await home.frota('rm', 'acme/a', '--yes')
  await home.call('sessions.start', { refs: ['acme/b'] })
  await home.reached('ready', 'acme/b')
})
