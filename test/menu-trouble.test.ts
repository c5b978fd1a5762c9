// The real menu while things go wrong around it: its fleet, its database, its terminal, another terminal.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fleetHome, NODE, ROOT, upWith } from './fleet-home.js'
import { KEY, leftClean, menuAt, skip } from './menu-at.js'
import { supabaseHome } from './supabase-home.js'
import { startSupabase } from './supabase-server.js'

const KINDS = join(ROOT, 'test/kinds/pairable/kind.js')

describe('the menu in trouble', { skip }, () => {
  test('the terminal is put back when the menu is ended from outside, and the menu outlives its supervisor', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    const menu = menuAt(home)
    await menu.chooses('Sessions')
    await menu.sees(/❯ acme\/p +stopped/)
    await home.frota('down')
    await menu.sees(/the fleet is down/)
    await home.frota('up')
    await menu.sees(/memory .* CPU/)
    await menu.goesBack()
    await menu.chooses('Stop the whole fleet')
    await menu.chooses('yes')
    await menu.sees(/The fleet is down; 0 sessions were stopped/)
    const program = home.processes().find(({ command }) => command.startsWith(NODE) && command.includes('bin/frota'))
    home.kill(program?.pid, 'SIGTERM')
    await leftClean(menu, 143)
  })

  test('Restart brings up a fleet that is down; what another terminal removes leads back', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    for (const name of ['p', 'q']) await home.frota('add', `acme/${name}`, '--kind', 'pairable')
    await home.frota('start', 'acme/p')
    const menu = menuAt(home)
    await menu.chooses('Sessions')
    await menu.chooses('acme/p')
    await home.frota('down')
    await menu.sees(/the fleet is down/)
    await menu.chooses('Restart')
    await menu.chooses('yes')
    await menu.sees(/acme\/p is restarting/)
    await home.reached('pairing', 'acme/p')
    await menu.sees(/^pairing/m)

    await menu.chooses('Settings')
    await menu.chooses('greeting')
    await menu.types('bom dia', KEY.enter)
    await menu.chooses('greeting')
    await menu.types(KEY.ctrlU, KEY.enter)
    await menu.sees(/greeting +hello \(default\)/)
    await menu.types(KEY.esc)
    await home.frota('rm', 'acme/p', '--yes')
    await menu.sees(/✗ acme has no session "p"/)
    await menu.sees(/❯ acme\/q +stopped/)
    await menu.types(KEY.ctrlC)
    await leftClean(menu)
  })

  test('while the database is away the list and a session’s screen go on, say so, and change nothing', async (t) => {
    const server = await startSupabase()
    t.after(() => server.close())
    const home = await supabaseHome(t, server, randomBytes(32).toString('base64'))
    await upWith(home, { 'acme/a': {} })
    const menu = menuAt(home)
    await menu.chooses('Sessions')
    await home.gate.shut('refuses')
    await menu.sees(/Database does not answer since/)
    await menu.sees(/❯ acme\/a +ready/)
    await menu.types(KEY.enter)
    await menu.chooses('Stop')
    await menu.chooses('yes')
    await menu.sees(/✗ The supabase store did not answer/)
    await menu.sees(/^ready/m)
    await home.gate.open()
    await menu.chooses('Stop')
    await menu.chooses('yes')
    await menu.sees(/✔ acme\/a is stopping/)
    await menu.sees(/^stopped/m)
    await menu.types(KEY.ctrlC)
    await leftClean(menu)
  })

  test('a window that is closed ends the menu, on any screen, without a crash', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    for (const way of [[], ['Sessions'], ['Customers', 'New customer']]) {
      const menu = menuAt(home)
      await menu.sees(/See how they are/)
      for (const step of way) await menu.chooses(step)
      assert.deepEqual(await menu.hangsUp(), { code: 129, errors: '' })
    }
  })

  test('a terminal that cannot place its cursor is told so, and nothing is drawn on it', async (t) => {
    const menu = menuAt(await fleetHome(t), 80, 24, { TERM: 'dumb' })
    const { code, errors } = await menu.ended()
    assert.equal(code, 2)
    assert.match(
      errors,
      /^frota: The menu needs a terminal that can place its cursor; TERM says it is dumb\. \(frota --help\)\n$/,
    )
    assert.doesNotMatch(menu.raw(), new RegExp(KEY.esc))
  })
})
