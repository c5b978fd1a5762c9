import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'
import { operatorAt } from '../core/actors.js'
import { createFleet } from '../fleet/fleet.js'
import { loadKinds } from '../kinds/load.js'
import { opaqueNames } from '../vault/opaque.js'

test('a session’s hooks are told with addresses that only the master key and its id decide', async (t) => {
  const { sessions, fleetParts, parts } = await aFleet(t)
  const { id } = (await parts.store.tenant(parts.acme).session('a')) ?? assert.fail('no session')
  const opaque = opaqueNames(await fleetParts.vault())(id)
  const hooks = await sessions.hooks({ ref: 'acme/a' })
  assert.deepEqual(hooks, [
    { name: 'shop', url: `https://bots.example.com/hooks/${opaque}/shop` },
    { name: 'pay', url: `https://bots.example.com/hooks/${opaque}/pay` },
  ])
  await sessions.rename({ ref: 'acme/a', name: 'Another name' })
  assert.deepEqual(await sessions.hooks({ ref: 'acme/a' }), hooks)
  const [other] = await sessions.hooks({ ref: 'acme/b' })
  assert.notEqual(other?.url, hooks[0]?.url)
  await assert.rejects(sessions.hooks({ ref: 'acme/none' }), { code: 'SESSION_UNKNOWN' })
})

test('without a public address none is told, rather than one that leads nowhere', async (t) => {
  const { fleetParts } = await aFleet(t)
  const kinds = await loadKinds(fleetParts.kinds.list(), [], '/', {
    services: {
      market: { run: new URL('file:///m.js'), hooks: { news: { help: 'News' } } },
      quiet: { run: new URL('file:///q.js') },
    },
  })
  const withUrl = (publicUrl: string | null) =>
    createFleet({ ...fleetParts, kinds, settings: { ...fleetParts.settings, publicUrl } })
  const { sessions } = withUrl(null).as(operatorAt('cli'))
  await assert.rejects(sessions.hooks({ ref: 'acme/a' }), { code: 'NO_PUBLIC_URL', hint: /reverse proxy/ })
  assert.deepEqual(await sessions.hooks({ ref: '_host/quiet' }), [])

  const fleets = withUrl('https://x.example')
  const [news] = await fleets.as(operatorAt('cli')).sessions.hooks({ ref: '_host/market' })
  assert.match(news?.url ?? '', /^https:\/\/x\.example\/hooks\/[\w-]{43}\/news$/)
  const owner = fleets.as({ kind: 'account', name: 'ana', role: 'owner', tenant: 'acme' as never })
  await assert.rejects(owner.sessions.hooks({ ref: '_host/market' }), { code: 'ROLE_TOO_LOW' })
  await assert.rejects(sessions.hooks({ ref: '_host/markt' }), { code: 'SERVICE_UNKNOWN', hint: /market/ })
})
