// The real menu on a real terminal over a real fleet.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import type { LsRow } from '../src/core/states.js'
import { fleetHome, ROOT } from './fleet-home.js'
import { KEY, leftClean, menuAt, skip } from './menu-at.js'

const KINDS = join(ROOT, 'test/kinds/pairable/kind.js')
const SECRET = 'a-token-that-is-nowhere-else-4711'

describe('the menu', { skip }, () => {
  test('leads a newcomer from the welcome to a paired session, and to nothing again', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    const menu = menuAt(home)
    await menu.sees(/There are no customers here yet/)
    assert.equal(menu.isCursorShown(), false)
    await menu.chooses('Look at the demo')
    await menu.sees(/npm run demo -- --down/)
    await menu.sees(/❯ Leave this menu and run it now/)
    await menu.goesBack()
    await menu.chooses('Add a first customer')

    await menu.sees(/Short name of the customer/)
    assert.equal(menu.isCursorShown(), true)
    await menu.types('Acme!', KEY.enter)
    await menu.sees(/✗ lower-case letters/)
    await menu.types(KEY.ctrlU, 'acme', KEY.enter)
    await menu.sees(/Full name: acme/)
    await menu.types('Acme Ltda', KEY.enter)
    await menu.chooses('pro')
    await menu.sees(/acme is added on the pro plan/)
    await menu.chooses('Must be paired')
    await menu.sees(/Short name of the session/)
    await menu.types('sales', KEY.enter)

    await menu.sees(/Add the session/)
    await menu.chooses('greeting')
    await menu.types('olá', KEY.enter)
    await menu.chooses('loud')
    await menu.chooses('yes')
    await menu.chooses('maxMemory')
    await menu.types('3', KEY.enter)
    await menu.chooses('Add the session')
    await menu.sees(/maxMemory +3 +✗ .*768MB/)
    await menu.chooses('maxMemory')
    await menu.types(KEY.ctrlU, '700MB', KEY.enter)
    await menu.chooses('Add the session')
    await menu.sees(/acme\/sales is added. Start it now\?/)
    await menu.chooses('yes')

    await menu.chooses('By QR code')
    await menu.sees(/Linked devices/)
    await home.command('acme/sales', 'scan')
    await menu.sees(/acme\/sales is paired/)
    await menu.sees(/^ready/m)
    const [row] = await home.reached('ready', 'acme/sales')
    const { config } = await home.json<{ config: object }>('show', 'acme/sales')
    assert.deepEqual(config, { greeting: 'olá', loud: true, maxMemory: '700MB' })

    await menu.goesBack()
    await menu.chooses('Sessions')
    await menu.sees(new RegExp(`❯ acme/sales +ready .* ${row?.pid} `))
    await menu.types(KEY.enter)
    await menu.chooses('Stop')
    await menu.chooses('yes')
    await menu.sees(/^stopped/m)
    await home.reached('stopped', 'acme/sales')

    await menu.chooses('Secrets')
    await menu.chooses('PAIR_TOKEN')
    await menu.types(SECRET, KEY.enter)
    await menu.sees(/PAIR_TOKEN is set/)
    assert.match(menu.text(), /set, ends in 4711/)
    assert.ok(!menu.raw().includes(SECRET.slice(0, 8)), 'the secret was on the screen')
    await menu.goesBack()

    await menu.chooses('Remove')
    await menu.types('acme', KEY.enter)
    await menu.sees(/that is not its name/)
    await menu.types(KEY.ctrlU, 'sales', KEY.enter)
    await menu.sees(/acme\/sales is removed/)
    assert.deepEqual(await home.json<LsRow[]>('ls'), [])
    await menu.goesBack()
    await menu.chooses('Leave')
    await leftClean(menu)
  })

  test('Esc leads back from every screen, Ctrl-C out of it, and nothing is changed by either', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    const before = await home.json('ls')
    let menu = menuAt(home)
    const ways: string[][] = [
      ['Sessions'],
      ['Sessions', 'acme/p'],
      ...['Log', 'What happened', 'Settings', 'Secrets', 'Commands', 'Remove', 'Pair'].map((to) => [
        'Sessions',
        'acme/p',
        to,
      ]),
      ['Sessions', 'acme/p', 'Settings', 'greeting'],
      ['Sessions', 'acme/p', 'Secrets', 'PAIR_TOKEN'],
      ['Sessions', 'acme/p', 'Commands', 'say'],
      ['New session', 'acme', 'Must be paired'],
      ['Customers', 'New customer'],
      ...['Change plan', 'When the plan ends', 'Change status', 'Remove'].map((to) => ['Customers', 'acme', to]),
      ['Plans', 'free', 'Sessions'],
      ['Alerts', 'Web address'],
      ['This machine'],
      ['Stop the whole fleet'],
    ]
    for (const way of ways) {
      await menu.sees(/See how they are/)
      for (const step of way) await menu.chooses(step)
      for (const _ of way) await menu.goesBack()
      await menu.sees(/^frota *\n/)
      for (let i = 0; i < 9; i++) if (!/See how they are/.test(menu.text())) await menu.types(KEY.up)
    }
    await menu.types(KEY.esc)
    await leftClean(menu)
    for (const way of [
      [],
      ['Sessions'],
      ['Sessions', 'acme/p', 'Secrets', 'PAIR_TOKEN'],
      ['Customers', 'New customer'],
    ]) {
      menu = menuAt(home)
      await menu.sees(/See how they are/)
      for (const step of way) await menu.chooses(step)
      await menu.types(KEY.ctrlC)
      await leftClean(menu)
    }
    const states = (rows: unknown) =>
      (rows as LsRow[]).map(({ session, wanted, state }) => ({ session, wanted, state }))
    assert.deepEqual(states(await home.json('ls')), states(before))
    assert.equal((await home.json<unknown[]>('tenant', 'ls')).length, 1)
  })

  test('sessions are started, restarted, paired, read and stopped by keys in the list, one or all that are marked', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS, FROTA_PUBLIC_URL: 'https://bots.example.com' })
    await home.frota('tenant', 'add', 'acme')
    for (const name of ['a', 'b']) await home.frota('add', `acme/${name}`, '--kind', 'pairable')
    const menu = menuAt(home)
    await menu.chooses('Sessions')
    await menu.sees(/❯ acme\/a +stopped/)
    await menu.types('s')
    await menu.sees(/✔ acme\/a is starting/)
    await menu.sees(/❯ acme\/a +pairing/)
    await menu.types('p')
    await menu.chooses('By a link for the customer')
    await menu.sees(/until \d\d:\d\d:\n+https:\/\/bots\.example\.com\/pair#[\w-]{43}\n/)
    await menu.types(KEY.esc)
    await menu.chooses('By QR code')
    await menu.sees(/Linked devices/)
    await home.command('acme/a', 'scan')
    const paired = await menu.sees(/❯ acme\/a +ready/)
    assert.match(paired, /acme\/a is paired/)
    await menu.types('p')
    await menu.sees(/acme\/a is paired already/)

    await menu.types('a', 's')
    await menu.sees(/✔ acme\/b is starting/)
    await home.reached('pairing', 'acme/b')
    await menu.sees(/acme\/b +pairing/)
    for (const [ref, text] of [
      ['acme/a', 'told 1'],
      ['acme/b', 'told 2'],
    ] as const) {
      await home.command(ref, 'say', { text })
    }
    for (const [key, what] of [
      ['L', /acme\/a .*told 1\n.*acme\/b .*told 2/],
      ['E', /acme\/a .*said .*told 1"\n.*acme\/b .*said .*told 2"/],
    ] as const) {
      await menu.types(key)
      await menu.sees(what)
      await menu.types(KEY.esc)
      await menu.sees(/❯ acme\/a/)
    }
    await menu.types('j', 'l')
    assert.doesNotMatch(await menu.sees(/told 2/), /told 1/)
    await menu.types(KEY.esc)
    await menu.sees(/❯ acme\/b/)

    await menu.types('a', 'r')
    await menu.sees(/Restart 2 sessions, 2 of them at work\?/)
    await menu.types(KEY.enter, 's')
    await menu.sees(/Stop 2 sessions, 2 of them at work\?/)
    await menu.types('y')
    await menu.sees(/2 sessions are stopping/)
    await home.reached('stopped', 'acme/a', 'acme/b')
    await menu.sees(/acme\/b +stopped/)
    await menu.types('q')
    await menu.sees(/See how they are/)
    await menu.types(KEY.ctrlC)
    await leftClean(menu)
  })

  test('a text of several lines keeps them when it is edited, and what is pasted is one line', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('up')
    await home.call('tenants.add', { slug: 'acme' })
    await home.call('sessions.add', { ref: 'acme/p', kind: 'pairable', config: { greeting: 'bom dia\nboa noite' } })
    const menu = menuAt(home)
    const greeting = async () => (await home.call('sessions.show', { ref: 'acme/p' })).config.greeting
    for (const step of ['Sessions', 'acme/p', 'Settings', 'greeting']) await menu.chooses(step)
    await menu.sees(/greeting: bom dia\\nboa noite/)
    await menu.types('!', KEY.enter)
    await menu.chooses('Save')
    await menu.sees(/The settings of acme\/p are saved/)
    assert.equal(await greeting(), 'bom dia\nboa noite!')

    for (const step of ['Settings', 'greeting']) await menu.chooses(step)
    await menu.types(KEY.ctrlU, '\x1b[200~one\r\ntwo\r\n\x1b[201~')
    await menu.sees(/greeting: one two/)
    await menu.types(KEY.enter)
    await menu.chooses('Save')
    await menu.sees(/The settings of acme\/p are saved/)
    assert.equal(await greeting(), 'one two')
    await menu.types(KEY.ctrlC)
    await leftClean(menu)
  })

  test('alerts are set up and tried: what is refused is asked for again as it was typed', async (t) => {
    const told: string[] = []
    const server = createServer(async (request, response) => {
      told.push(await text(request))
      response.end()
    }).listen(0, '127.0.0.1')
    t.after(() => server.close())
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const home = await fleetHome(t)
    await home.frota('tenant', 'add', 'acme')
    const menu = menuAt(home)
    await menu.chooses('Alerts')
    await menu.chooses('Web address')
    await menu.types(`ftp://127.0.0.1:${port}`, KEY.enter)
    await menu.sees(/Signing secret/)
    await menu.types(SECRET, KEY.enter)
    await menu.sees(/✗ The webhook must be an https/)
    await menu.sees(/Address: ftp:/)
    await menu.types(KEY.home, '\x1b[3~', '\x1b[3~', '\x1b[3~', 'http', KEY.enter)
    await menu.sees(/Signing secret: •••/)
    await menu.types(KEY.enter)
    await menu.sees(/Web address is set up/)
    await menu.chooses('Send a test message')
    await menu.sees(/Test message sent: Web address/)
    assert.match(told.join(), /"key":"test"/)
    assert.ok(!menu.raw().includes(SECRET.slice(0, 8)), 'the secret was on the screen')
    await menu.types(KEY.ctrlC)
    await leftClean(menu)
  })

  test('a hundred sessions with long names scroll in a small window and are found by what is typed after a slash, without colours when they are not wanted', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('up')
    const tenant = 'a-customer-with-a-very-long-name'.slice(0, 31)
    await home.call('tenants.add', { slug: tenant })
    for (let i = 0; i < 100; i++) {
      await home.call('sessions.add', {
        ref: `${tenant}/a-bot-of-this-customer-no-${String(i).padStart(3, '0')}`,
        kind: 'pairable',
      })
    }
    const menu = menuAt(home, 80, 24, { NO_COLOR: '1' })
    await menu.chooses('Sessions')
    await menu.sees(/1–14 of 100/)
    await menu.types(KEY.end)
    await menu.sees(/❯ a-.*-no-099 +stopped/)
    assert.match(menu.text(), /87–100 of 100/)
    await menu.types('/no-07')
    assert.match(await menu.sees(/Find: no-07▏ 10\/100/), /❯ a-.*-no-070 +stopped/)
    await menu.types('x')
    await menu.sees(/No session is like "no-07x"/)
    await menu.types('\x7f', KEY.enter)
    await menu.sees(/Like "no-07": 10 of 100\./)
    await menu.types(KEY.esc)
    await menu.sees(/ of 100$/m)
    await menu.types(KEY.ctrlC)
    await leftClean(menu)
    assert.doesNotMatch(menu.raw(), new RegExp(`${KEY.esc}\\[(3\\d|9\\d|38;[\\d;]*)m`))
  })
})
