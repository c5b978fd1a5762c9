// Plans in the real menu: their own keys, and those that a kind brings.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fleetHome, ROOT } from './fleet-home.js'
import { KEY, leftClean, menuAt, skip } from './menu-at.js'

const KINDS = join(ROOT, 'test/kinds/limited/kind.js')

describe('the menu', { skip }, () => {
  test('changes a plan in units people write and in what a kind limits, and offers a withdrawn one to nobody', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    const shown = () => home.call('plans.show', { slug: 'pro' })
    await home.frota('up')
    await home.frota('tenant', 'add', 'acme')
    const menu = menuAt(home)
    await menu.chooses('Plans')
    await menu.sees(/pro +5 sessions, 768MB each, 29 USD a month/)
    await menu.chooses('pro')
    await menu.chooses('Memory per session')
    await menu.types(KEY.ctrlU, '900', KEY.enter)
    await menu.sees(/must be a size with its unit/)
    await menu.types(KEY.ctrlU, '1.5GB', KEY.enter)
    await menu.sees(/The plan pro is changed/)
    assert.equal((await shown()).maxMemoryBytes, 1536 * 1024 ** 2)

    await menu.chooses('limited.symbols')
    await menu.types(KEY.ctrlU, 'unlimited', KEY.enter)
    await menu.sees(/limited\.symbols +unlimited/)
    await menu.chooses('limited.symbols')
    await menu.types(KEY.ctrlU, 'default', KEY.enter)
    await menu.sees(/limited\.symbols +3/)
    assert.deepEqual((await shown()).changedLimits, {})

    await menu.chooses('Withdrawn from sale')
    await menu.chooses('yes')
    await menu.sees(/Withdrawn from sale +yes/)
    await menu.goesBack()
    await menu.sees(/pro +5 sessions, .*, withdrawn/)
    await menu.goesBack()
    await menu.chooses('Customers')
    await menu.chooses('New customer')
    await menu.types('beta', KEY.enter)
    await menu.types('Beta Ltda', KEY.enter)
    await menu.sees(/premium +25 sessions/)
    assert.doesNotMatch(menu.text(), /pro +5 sessions/)
    await menu.types(KEY.ctrlC)
    await leftClean(menu)
  })
})
