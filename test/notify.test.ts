// What a customer is told, with real processes and real receivers.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FleetHome, fleetHome, ROOT } from './fleet-home.js'
import { aBotApi, aReceiver, type Posted } from './receivers.js'

const KIND = join(ROOT, 'test/kinds/teller/kind.js')
const TOKEN = '123456789:AAFakeTokenFakeTokenFakeToken_'

interface Row {
  who: string
  name: string
  lastSentAt: string | null
  lastError: string | null
  waiting: number
  paused: string | null
}

async function aTeller(t: Parameters<typeof fleetHome>[0], plan = 'pro') {
  const home = await fleetHome(t, { FROTA_KINDS: KIND })
  await home.frota('up')
  await home.call('tenants.add', { slug: 'acme', plan })
  await home.call('sessions.add', { ref: 'acme/a', kind: 'teller', name: 'Vendas' })
  await home.call('sessions.start', { refs: ['acme/a'] })
  await home.reached('ready', 'acme/a')
  return home
}

const hook = (home: FleetHome, url: string, ...more: string[]) =>
  home.frota('notify', 'set', 'acme', 'webhook', '--url', url, '--allow-private', ...more)
const titles = (posted: Posted[]) => posted.map(({ body }) => body.title).sort()
const ls = (home: FleetHome) => home.json<Row[]>('notify', 'ls', 'acme')

/** Only ever to see that nothing comes: what must come is waited for. */
const A_WHILE_MS = 1_500

describe('notices', { concurrency: 2 }, () => {
  test('told twice by its session a notice arrives once, in every channel that wants it, and ls says when', async (t) => {
    const [receiver, api] = [await aReceiver(t), await aBotApi(t, { token: TOKEN, chats: ['42'] })]
    const home = await aTeller(t)
    await hook(home, `${receiver.url}/crm`, '--name', 'crm')
    const settings = { chatId: '42', apiRoot: api.url }
    const telegram = { tenant: 'acme', channel: 'telegram', settings, secret: TOKEN, topics: ['critical'] }
    await home.call('channels.set', { ...telegram, allowPrivate: true })
    await home.command('acme/a', 'tell', { key: 'one' })
    await home.command('acme/a', 'tell', { key: 'two', level: 'critical' })
    await home.command('acme/a', 'tell', { key: 'one' })
    await home.until('both', () => receiver.posted.length === 2 && api.sent.length === 1)
    await sleep(A_WHILE_MS)
    assert.deepEqual(titles(receiver.posted), ['About one', 'About two'])
    assert.match(api.sent[0]?.text ?? '', /About two\nonce\n/)
    assert.equal(home.events('notice').length, 2)
    assert.equal(home.events('said').length, 6)
    const rows = await ls(home)
    assert.deepEqual(
      rows.map(({ who, name, lastError, waiting, paused }) => [who, name, lastError, waiting, paused]),
      [
        ['acme', 'crm', null, 0, null],
        ['acme', 'telegram', null, 0, null],
      ],
    )
    assert.ok(rows.every(({ lastSentAt }) => lastSentAt !== null))
    assert.deepEqual(await home.json('notify', 'test', 'acme', 'crm'), [{ channel: 'crm', error: null }])
    assert.ok(titles(receiver.posted).includes('A test message'))
    const shown = await home.frota('notify', 'ls')
    assert.match(shown, /acme +crm +webhook +127\.0\.0\.1:\d+ +all/)
    assert.ok(!shown.includes(TOKEN) && !shown.includes('/crm'))
  })

  test('whenever the supervisor is killed, every notice arrives, and what had arrived does not again', async (t) => {
    const receiver = await aReceiver(t)
    const home = await aTeller(t)
    await hook(home, receiver.url)
    await home.command('acme/a', 'tell', { key: 'before' })
    await home.until('the first', () => receiver.posted.length === 1)
    for (let i = 0; i < 3; i++) {
      const { supervisor } = await home.status()
      receiver.status = i === 1 ? 503 : 200
      const asked = receiver.asked
      await home.command('acme/a', 'tell', { key: `during ${i}` })
      // Once while it is on its way, once while its channel is away, once when it is there.
      if (i > 0) await home.until('the receiver is asked', () => receiver.asked > asked)
      home.kill(supervisor?.pid)
      receiver.status = 200
      await home.until('another supervisor', async () => {
        const now = await home.status().catch(() => undefined)
        return now?.supervisor && now.supervisor.pid !== supervisor?.pid
      })
      await home.command('acme/a', 'tell', { key: `during ${i}` })
      await home.until(`notice ${i}`, () => titles(receiver.posted).includes(`About during ${i}`))
    }
    await sleep(A_WHILE_MS)
    // What was taken in the very moment of a kill may come again, under the same id; nothing else may.
    const ids = new Map(receiver.posted.map(({ body }) => [body.id, body.title]))
    assert.deepEqual([...ids.values()].sort(), ['About before', 'About during 0', 'About during 1', 'About during 2'])
    const calm = receiver.posted.filter(({ body }) => /before|during 1/.test(String(body.title)))
    assert.equal(calm.length, 2, JSON.stringify(titles(receiver.posted)))
  })

  test('with a plan without notifications nothing is sent, and ls says why', async (t) => {
    const receiver = await aReceiver(t)
    const home = await aTeller(t, 'free')
    const said = await hook(home, receiver.url)
    assert.match(said, /nothing is sent: the plan free has no notifications/)
    await home.command('acme/a', 'tell', { key: 'one' })
    await home.until('it is in the history', () => home.events('notice').length === 1)
    assert.equal((await ls(home))[0]?.paused, 'the plan free has no notifications')
    assert.match(await home.frota('notify', 'ls'), /nothing is sent: the plan free has no notifications/)
    const test = await home.run('notify', 'test', 'acme')
    assert.deepEqual([test.code, /the plan free/.test(test.stderr)], [4, true])
    await sleep(A_WHILE_MS)
    assert.equal(receiver.asked, 0)
  })

  test('a customer hears in its own words that its session was logged out; of a broken channel the operator hears once', async (t) => {
    const [receiver, broken, operators] = [await aReceiver(t), await aReceiver(t), await aReceiver(t)]
    broken.status = 410
    const home = await aTeller(t)
    await home.frota('notify', 'set', 'operator', 'webhook', '--url', operators.url)
    await hook(home, receiver.url, '--name', 'states', '--topics', 'session')
    await hook(home, broken.url, '--name', 'broken')
    await home.command('acme/a', 'tell', { key: 'one' })
    await home.command('acme/a', 'tell', { key: 'two' })
    await home.until('both are refused', async () => broken.asked === 2 && (await ls(home))[0]?.waiting === 0)
    await home.command('acme/a', 'leave')
    await home.reached('failed', 'acme/a')
    await home.until('the customer', () => receiver.posted.length === 1)
    const [told] = receiver.posted
    assert.deepEqual([told?.body.type, told?.body.title], ['alert', 'Vendas has stopped: its login was refused'])
    assert.doesNotMatch(JSON.stringify(told), /srv|frota|exit/)
    await home.until('the operator', () => operators.posted.length === 2)
    assert.deepEqual(titles(operators.posted), ['acme/a failed', 'acme: its channel broken does not work'])
    assert.match(JSON.stringify(operators.posted), /logged out on the phone; see \/srv\/tokens/)
    assert.match((await ls(home))[0]?.lastError ?? '', /HTTP 410/)
  })
})
