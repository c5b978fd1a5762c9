import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aFleet } from '../../test/a-fleet.js'

test('a customer and a session are renamed for people; their addresses stay, and the audit has both names', async (t) => {
  const fleet = await aFleet(t)
  const { name: before } = await fleet.tenants.show({ slug: 'acme' })
  assert.deepEqual(await fleet.tenants.rename({ slug: 'acme', name: ' Açaí & Cia ' }), {
    renamed: 'acme',
    from: before,
    name: 'Açaí & Cia',
  })
  await fleet.sessions.rename({ ref: 'acme/a', name: '株式会社' })
  const shown = await fleet.sessions.show({ ref: 'acme/a' })
  assert.deepEqual([shown.session, shown.displayName, shown.configVersion], ['acme/a', '株式会社', 1])
  assert.equal((await fleet.tenants.show({ slug: 'acme' })).name, 'Açaí & Cia')
  await assert.rejects(fleet.sessions.rename({ ref: 'acme/a', name: 'a\nb' }), { code: 'BAD_DISPLAY_NAME' })
  await assert.rejects(fleet.tenants.rename({ slug: 'acm', name: 'x' }), { code: 'TENANT_UNKNOWN', exit: 3 })
  const { entries } = await fleet.audit.list({ tenant: 'acme' })
  assert.deepEqual(
    entries.map(({ action, subject, data }) => [action, subject, data.to]),
    [
      ['tenant.rename', 'acme', 'Açaí & Cia'],
      ['session.rename', 'acme/a', '株式会社'],
    ],
  )
})
