// What becomes of a login that the page does not show, shows slowly, or that WhatsApp ends.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../../../test/whatsapp-client.js'
import {
  end,
  linked,
  newest,
  pair,
  reason,
  rig,
  show,
  start,
  state,
  unlinked,
  unlinkFromPhone,
  useRun,
} from '../../../test/whatsapp-run.js'
import type { PageState } from './engine.js'

useRun()

const inDoubt: PageState = { ...unlinked, qr: null }
const saved = () => readdirSync(rig.folder).filter((name) => name.startsWith('browser'))
const login = () => readFileSync(join(rig.folder, 'browser', 'login'), 'utf8')
/** Something of the phone's in the profile. */
async function becomeReady() {
  start({ page: linked, again: inDoubt })
  await state('ready')
  writeFileSync(join(rig.folder, 'browser', 'login'), 'of the first phone')
}
/** Lets the time pass, look after look. */
async function pass(ms: number) {
  rig.nowMs += ms
  newest().options?.on.hint()
}

test('a page that says "not registered" for a minute loses no login and raises no alarm: ready again once it comes round', async () => {
  await becomeReady()
  show(inDoubt)
  await until('looked at', () => rig.context.logs.some((line) => line.includes('opening → ready')))
  await pass(1_000)
  for (let seconds = 0; seconds < 60; seconds += 10) {
    await pass(10_000)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await state('degraded')
  assert.match(String(rig.context.now()?.reason), /does not show the login, and does not say that it was unlinked/)
  assert.deepEqual(rig.context.events('pairing.lost'), [])
  assert.equal(login(), 'of the first phone')
  show(linked)
  await state('ready')
  assert.equal(rig.engines.length, 1)
  assert.ok(!rig.context.reports.some((report) => report.state === 'pairing'))
})

/** Until the login is set aside, and the next browser shows a code. */
async function becomeDoubted() {
  await becomeReady()
  show(inDoubt)
  await until('doubted', async () => {
    await pass(20_000)
    return rig.context.events('pairing.lost').length === 1
  })
  await until('a new browser', () => !newest().closed)
}

test('after minutes a person is asked to pair, told what is known and no more; the login is set aside and works again', async () => {
  await becomeDoubted()
  assert.match(String(rig.context.events('pairing.lost')[0]?.reason), /did not say that it was unlinked; it is kept/)
  assert.deepEqual(saved(), ['browser', 'browser-aside-1'])
  await state('pairing')
  assert.match(String(rig.context.now()?.reason), /is set aside|did not say/)

  // Nobody scans, and the page comes round.
  show(unlinked)
  await until('a code', async () => (await pair()).qr)
  rig.again = linked
  rig.nowMs += 10 * 60_000 + 1_000
  newest().options?.on.hint()
  await state('ready')
  assert.equal(login(), 'of the first phone')
  assert.deepEqual(saved(), ['browser'])
  assert.equal(rig.context.events('pairing.restored').length, 1)
  assert.equal(rig.context.events('paired').length, 1)
})

test('a login set aside is tried again now and then while nobody pairs, also after a restart', async () => {
  await becomeDoubted()
  show(unlinked)
  await until('a code', async () => (await pair()).qr)
  rig.nowMs += 10 * 60_000 + 1_000
  newest().options?.on.hint()
  const isTried = () => login() === 'of the first phone' && !newest().closed
  await until('tried', () => saved().length === 1 && isTried())
  await until('set aside again', async () => {
    await pass(20_000)
    return saved().includes('browser-aside-2') || saved().includes('browser-aside-1')
  })
  await reason('not shown yet')
  assert.ok(
    rig.engines.every(({ closed }) => closed),
    'nobody looks: no browser',
  )

  await end()
  start({ page: linked })
  await state('ready')
  assert.equal(login(), 'of the first phone')
  assert.ok(!rig.context.reports.some((report) => report.state === 'pairing'), 'it is starting until it is ready')
})

test('pairing anew, as a person decides, ends the login set aside, and not before the new one is there', async () => {
  await becomeReady()
  show(unlinked)
  await until('doubted', async () => {
    await pass(4_000)
    return rig.context.now()?.state === 'degraded'
  })
  assert.equal((await pair()).qr, undefined, 'a code of the page in doubt would overwrite the login')
  rig.nowMs += 1
  rig.again = unlinked
  await pair()
  await until('a second browser', () => rig.engines.length === 2)
  await until('a code', async () => (await pair()).qr)
  assert.deepEqual(saved(), ['browser', 'browser-aside-1'])
  show({ ...linked, ready: false })
  await state('starting')
  assert.deepEqual(saved(), ['browser', 'browser-aside-1'])
  show(linked)
  await state('ready')
  assert.deepEqual(saved(), ['browser'])
  assert.throws(login, /ENOENT/)
})

test('unlinked by WhatsApp’s own word, the login is deleted and the alarm says so', async () => {
  await becomeReady()
  unlinkFromPhone(newest())
  await until('a second browser', () => rig.engines.length === 2)
  assert.throws(login, /ENOENT/)
  assert.deepEqual(saved(), ['browser'])
  assert.equal(rig.context.events('pairing.lost')[0]?.reason, 'unlinked from the phone')
})

test('a login that is there is starting, not pairing, for as long as its chats load; so is one that was just scanned', async () => {
  start()
  await state('pairing')
  show({ ...linked, ready: false })
  await until('starting', () => rig.context.now()?.state === 'starting')
  assert.equal(rig.context.now()?.reason, 'linked; chats are loading')
  show(linked)
  await state('ready')
  assert.equal(rig.context.reports.filter((report) => report.state === 'pairing').length, 1)
})

test('a login that another home may hold by now is neither taken from its window nor logged out', async () => {
  start({ page: linked })
  await state('ready')
  rig.context.leaseIsSure(false)
  await assert.rejects(rig.context.call('logout'), /another home may have the session/)
  show({ ...linked, socket: 'CONFLICT' })
  await state('degraded')
  newest().options?.on.hint()
  await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(!newest().acts.includes('take over'))
  rig.context.leaseIsSure(true)
  newest().options?.on.hint()
  await until('taken over', () => newest().acts.includes('take over'))
})

test('a log-out that the page tells of before it answers is a log-out all the same, and no alarm', async () => {
  start({ page: linked })
  await state('ready')
  const engine = newest()
  engine.logout = async () => {
    engine.page = { ...unlinked }
    engine.options?.on.loggedOut('user_initiated')
    await until('looked at', async () => (await pair()).paired || engine.closed)
    throw new Error('Target closed')
  }
  assert.deepEqual(await rig.context.call('logout'), { loggedOut: true })
  await reason('logged out')
  assert.deepEqual(rig.context.events('pairing.lost'), [])
  assert.equal(rig.context.events('logged.out').length, 1)
})

test('a phone that is linked in the very moment in which another browser is wanted has its login taken for one', async () => {
  start({ again: inDoubt })
  await state('pairing')
  newest().page = { ...linked, ready: false }
  rig.context.configure({ ...rig.context.ctx.config, endpoint: 'https://127.0.0.1:4443' })
  await until('a second browser', () => rig.engines.length === 2)
  await until('doubted', async () => {
    await pass(4_000)
    return rig.context.now()?.state === 'degraded'
  })
  assert.match(String(rig.context.now()?.reason), /does not show the login/)
})
