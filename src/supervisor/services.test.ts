// Host services in a whole supervisor, over real store, ledger and sockets; only the processes are the driver's twin.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { aServedHome, DESK } from '../../test/a-served-home.js'
import { HOME, until } from '../../test/a-supervisor.js'
import { ACME, aBeat } from '../../test/a-unit.js'
import { type Routes, WIRE_VERSION } from '../core/protocol.js'
import { openLink } from '../runtime/link.js'

test('a host service is started with the session that needs it, and given what it may know; no store ever hears of it', async (t) => {
  const { driver, ready, supervisor, real } = await aServedHome(t)
  const [{ hello }] = [await ready(DESK), await ready('acme.a')]
  // It is decided on first (plan.test.ts), and neither start waits for the other.
  assert.deepEqual(driver.starts.map(({ name }) => name).sort(), [DESK, 'acme.a'])
  assert.deepEqual(
    [hello.config, hello.secrets, hello.epoch, hello.journal],
    [{ answer: 42 }, { DESK_KEY: 'one' }, 1, null],
  )
  assert.deepEqual([supervisor.live.sessions().size, supervisor.live.services().length], [1, 1])
  await until('a heartbeat', async () => (await real.home(HOME).heartbeats()).length > 0)
  assert.deepEqual(
    (await real.home(HOME).heartbeats()).map(({ session }) => session),
    ['id-a'],
  )
  await until('an event', async () => (await real.tenant(ACME).events({ limit: 9 })).length > 0)
  const told = await real.home(HOME).events({ limit: 99 })
  assert.deepEqual(new Set(told.events.map(({ session }) => session)), new Set(['id-a']))
})

test('a store outage neither stops a host service nor keeps a killed one from coming back, with a higher epoch', async (t) => {
  const { world, driver, ready, runOf, supervisor } = await aServedHome(t)
  await ready(DESK)
  await ready('acme.a')
  world.isStoreAway = true
  await until('the outage', async () => (await supervisor.live.status()).storeOutage !== null)
  driver.exit(runOf(DESK), 1)
  await until('another run', () => driver.starts.filter(({ name }) => name === DESK).length === 2)
  const { hello } = await ready(DESK)
  assert.equal(hello.epoch, 2)
  assert.equal(driver.stopsAsked.length, 0)
})

test('`frota down` asks a host service to stop when the last session is gone', async (t) => {
  const { driver, ready, runOf, supervisor } = await aServedHome(t)
  await ready(DESK)
  await ready('acme.a')
  assert.deepEqual(await supervisor.live.drain(), { stopped: 1, left: [] })
  assert.deepEqual(driver.stopsAsked, [runOf('acme.a'), runOf(DESK)])
})

test('a changed secret of the operator restarts a service that does not listen, and is told to one that does', async (t) => {
  const { world, driver, ready } = await aServedHome(t)
  const { link } = await ready(DESK)
  world.beat = aBeat({ port: null, takesSecretsLive: true })
  await sleep(300)
  world.key = 'two'
  const own = { ...world.beat, secretsVersion: 'DESK_KEY one' }
  await until('the word', async () => (await link.post('/beat', own, 5_000)).body.newSecrets === true)
  const { body } = await link.post('/secrets', {}, 5_000)
  assert.deepEqual(body, { secrets: { DESK_KEY: 'two' }, version: 'DESK_KEY two' })
  assert.equal(driver.starts.length, 2)
  world.beat = aBeat({ port: null })
  await until('a restart', () => driver.starts.filter(({ name }) => name === DESK).length === 2)
  assert.deepEqual((await ready(DESK)).hello.secrets, { DESK_KEY: 'two' })
})

test('neither door takes the other’s tokens, and a run that is over is told nothing', async (t) => {
  const { parts, ready, driver, runOf } = await aServedHome(t)
  const { link: desk, hello } = await ready(DESK)
  const { hello: session } = await ready('acme.a')
  const asking = (socket: string, token: unknown) => {
    const link = openLink(socket)
    link.setToken(String(token))
    t.after(() => link.close())
    return async (path: string, body: object = {}) => (await link.post(path, body, 5_000)).status
  }
  const asSession = asking(parts.services.socket, session.token)
  const asService = asking(parts.settings.sessionsSocket, hello.token)
  for (const path of ['/beat', '/secrets', '/journal', '/routes', '/call']) assert.equal(await asSession(path), 401)
  for (const path of ['/beat', '/secrets', '/journal', '/events']) assert.equal(await asService(path), 401)
  assert.equal((await desk.post('/call', { credential: 1 }, 5_000)).status, 400)
  assert.equal((await desk.post('/call', { credential: 'x', verb: 'tenants.list' }, 5_000)).status, 503)
  const old = asking(parts.services.socket, hello.token)
  driver.exit(runOf(DESK), 1)
  await until('another run', () => driver.starts.filter(({ name }) => name === DESK).length === 2)
  await ready(DESK)
  assert.deepEqual([await old('/routes'), await old('/secrets')], [409, 409])
  assert.equal(await old('/call', { credential: 'x', verb: 'tenants.list' }), 409)
})

test('what a service asks by a credential is answered by whoever knows credentials, with the answer’s own status', async (t) => {
  const { ready, supervisor } = await aServedHome(t)
  const { link } = await ready(DESK)
  const asked: unknown[] = []
  supervisor.answerCalls(async (given) => {
    asked.push(given)
    return { status: 403, body: { error: { code: 'NO', message: 'no', hint: '' } } }
  })
  const given = { credential: 'key_1', verb: 'tenants.list', input: { a: 1 } }
  const { status, body } = await link.post('/call', { ...given, actor: 'operator:cli' }, 5_000)
  assert.deepEqual([status, body.error], [403, { code: 'NO', message: 'no', hint: '' }])
  assert.deepEqual(asked, [given], 'what it says of an actor is not heard')
})

test('routes are told at once when they are others, and held back while they are the same', async (t) => {
  const { ready, want } = await aServedHome(t)
  const { link } = await ready(DESK)
  await ready('acme.a')
  const ask = async (since: string | null) => (await link.post('/routes', { since }, 30_000)).body as unknown as Routes
  const first = await ask(null)
  const [route] = first.routes
  assert.deepEqual(
    [route?.session, route?.opaque, route?.hooks, typeof route?.address, route?.token !== ''],
    ['acme/a', 'opaque-id-a', [{ name: 'knock', maxBytes: null, perMinute: null }], 'string', true],
  )
  let isAnswered = false
  const next = ask(first.version).finally(() => {
    isAnswered = true
  })
  await sleep(1_500)
  assert.equal(isAnswered, false)
  await want('stopped')
  const second = await next
  assert.deepEqual([second.routes[0]?.address, second.routes[0]?.token], [null, ''])
  assert.notEqual(second.version, first.version)
})

test('a program that the supervisor does not understand is refused at either door, waits without counting as a crash, and starts once they fit', async (t) => {
  const { world, driver, ready, runOf, stateOf, supervisor, want } = await aServedHome(t)
  await ready(DESK)
  await ready('acme.a')
  const rows = () => [...supervisor.live.services(), ...supervisor.live.sessions().values()]
  Object.assign(world, { wire: WIRE_VERSION + 1, program: 'two' })
  assert.deepEqual(
    rows().map(({ oldProgram }) => oldProgram),
    [true, true],
  )
  for (const name of [DESK, 'acme.a']) driver.exit(runOf(name), 1)
  await until('both refused', () => [DESK, 'acme.a'].every((name) => stateOf(name) === 'waiting'))
  const starts = driver.starts.length
  const reason = `its program speaks version ${WIRE_VERSION + 1}, this supervisor ${WIRE_VERSION}: the supervisor is older and must be restarted`
  assert.deepEqual(
    rows().map((row) => row.reason),
    [reason, reason],
  )
  world.wire = WIRE_VERSION
  await Promise.all([supervisor.live.restartService('desk'), want('running')])
  for (const name of [DESK, 'acme.a']) await until(`${name} ready`, () => stateOf(name) === 'ready')
  assert.deepEqual(
    rows().map(({ oldProgram }) => oldProgram),
    [false, false],
  )
  assert.equal(driver.starts.length, starts + 2)
})
