// A customer in the real menu: what a change takes offline, its name, and the secrets that its sessions inherit.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fleetHome, ROOT } from './fleet-home.js'
import { KEY, leftClean, menuAt, skip } from './menu-at.js'

const KINDS = join(ROOT, 'test/kinds/pairable/kind.js')

describe('the menu', { skip }, () => {
  test('says which sessions a change stops before it is made, renames, and shows inherited secrets', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('up')
    await home.call('tenants.add', { slug: 'acme' })
    await home.call('sessions.add', { ref: 'acme/p', kind: 'pairable' })
    await home.call('sessions.start', { refs: ['acme/p'] })
    await home.call('secrets.set', { scope: 'acme', name: 'PAIR_TOKEN', value: 'of-the-customer-1111' })
    const statusNow = async () => (await home.call('tenants.show', { slug: 'acme' })).status

    const menu = menuAt(home)
    await menu.chooses('Customers')
    await menu.chooses('acme')
    await menu.chooses('Change status')
    await menu.chooses('cancelled')
    await menu.sees(/1 session will stop \(the plan was cancelled\): acme\/p\.[\s\S]*Do it all the same\?/)
    await menu.chooses('no')
    await menu.sees(/Change status/)
    assert.equal(await statusNow(), 'active')
    await menu.chooses('Change status')
    await menu.chooses('cancelled')
    await menu.chooses('yes')
    await menu.sees(/acme is cancelled/)
    assert.equal(await statusNow(), 'cancelled')

    await menu.chooses('Change name')
    await menu.sees(/Full name: acme/)
    await menu.types('Açaí & Cia', KEY.enter)
    await menu.sees(/acme is called Açaí & Cia now/)
    await menu.chooses('Sessions')
    await menu.sees(/❯ acme\/p/)
    await menu.types(KEY.enter)
    await menu.chooses('Secrets')
    await menu.sees(/PAIR_TOKEN +set, ends in 1111 \(from acme\)/)
    await menu.chooses('PAIR_TOKEN')
    await menu.types('of-the-session-2222', KEY.enter)
    await menu.sees(/PAIR_TOKEN +set, ends in 2222 \(used instead of the one of acme\)/)
    await menu.types(KEY.ctrlC)
    await leftClean(menu)
  })
})
