// The gateway with real processes: a real fleet, a session with hooks, and callers who send until they hear a 2xx.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LsRow } from '../../src/core/states.js'
import { type FleetHome, fleetHome, ROOT } from '../fleet-home.js'
import { freePort } from '../free-port.js'

const KIND = join(ROOT, 'test/kinds/hooked/kind.js')
const REF = 'acme/shop'

interface HookView {
  name: string
  url: string
}

async function hookedHome(t: Parameters<typeof fleetHome>[0], env: Record<string, string> = {}) {
  const home = await fleetHome(t, { FROTA_KINDS: KIND, PORT: String(await freePort()), ...env })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', REF, '--kind', 'hooked', '--set', `witness=${home.witness.socket}`)
  const hooks = await home.json<HookView[]>('hooks', REF)
  return { home, hooks, urlOf: (name: string) => hooks.find((hook) => hook.name === name)?.url ?? assert.fail(name) }
}

const gateway = (home: FleetHome, ...states: LsRow['state'][]): Promise<LsRow> =>
  home.until(`the gateway ${states.join(' or ')}`, async () => {
    const rows = await home.call('host.services').catch(() => []) // between two supervisors nobody answers
    return rows.find(({ name, state }) => name === 'gateway' && states.includes(state))
  })

async function squat(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

const send = (url: string, body: string | Uint8Array<ArrayBuffer> = 'x') => fetch(url, { method: 'POST', body })

/** As a provider does: again and again until there is a 2xx. Answers all that was heard on the way. */
async function deliver(home: FleetHome, url: string, body: string): Promise<(number | string)[]> {
  const heard: (number | string)[] = []
  await home.until(`${body} delivered`, async () => {
    const status = await send(url, body).then(
      (response) => response.status,
      (thrown: Error) => String((thrown.cause as NodeJS.ErrnoException | undefined)?.code ?? thrown),
    )
    heard.push(status)
    return status === 200
  })
  return heard
}

describe('the gateway', { concurrency: 2 }, () => {
  test('a hook comes to its session byte for byte; stopped it is 503, removed it is 404', async (t) => {
    const { home, hooks, urlOf } = await hookedHome(t, { FROTA_GATEWAY: 'on' })
    assert.deepEqual(
      hooks.map(({ name, url }) => [name, /^http:\/\/127\.0\.0\.1:\d+\/hooks\/[\w-]{43}\/(\w+)$/.exec(url)?.[1]]),
      ['echo', 'once', 'late'].map((name) => [name, name]),
    )
    await home.frota('up')
    await gateway(home, 'ready')
    assert.deepEqual(await home.json('hooks', REF), hooks, 'the same with the fleet up')
    const before = await send(urlOf('echo'))
    assert.deepEqual([before.status, before.headers.get('retry-after')], [503, '10'])

    await home.frota('start', REF, '--wait')
    const body = Uint8Array.from(randomBytes(900_000))
    const answer = await home.until('the session to be told of', async () => {
      const response = await fetch(`${urlOf('echo')}/a%2Fb//c;d?x=%20+&x`, {
        method: 'PUT',
        body,
        headers: { signature: 't=1,v1=ä', authorization: 'Bearer of-the-sender' },
      })
      return response.status === 503 ? undefined : response
    })
    assert.equal(answer.status, 201)
    assert.deepEqual(JSON.parse(answer.headers.get('x-said') ?? ''), {
      method: 'PUT',
      path: '/a%2Fb//c;d',
      query: 'x=%20+&x',
      signature: 't=1,v1=ä',
    })
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(body))
    assert.equal((await send(urlOf('once'), 'x'.repeat(101))).status, 413)
    const health = await fetch(new URL('/healthz', urlOf('echo')))
    assert.deepEqual([health.status, ((await health.json()) as { ok: boolean }).ok], [200, true])

    await home.frota('stop', REF, '--wait')
    assert.equal((await send(urlOf('echo'))).status, 503)
    await home.frota('rm', REF, '--yes')
    await home.until('it forgotten', async () => (await send(urlOf('echo'))).status === 404)
    await home.until('its own word of that', async () => (await gateway(home, 'ready')).detail.hooks === 0)
    const opaque = urlOf('echo').split('/').at(-2) ?? ''
    for (const log of ['_host.gateway.jsonl', 'supervisor.jsonl', 'acme.shop.jsonl'])
      assert.ok(!home.logText(log).includes(opaque), log)
  })

  test('whoever is killed, what was answered with 200 has come, once; a dead supervisor is not noticed outside', async (t) => {
    const { home, urlOf } = await hookedHome(t)
    await home.frota('up')
    await home.frota('start', REF, '--wait')
    const door = await gateway(home, 'ready')
    await deliver(home, urlOf('once'), 'first')
    const [session] = await home.reached('ready', REF)

    const { supervisor } = await home.status()
    home.kill(supervisor?.pid)
    const heard = new Set<number>()
    const sent = ['first']
    const sendAnother = async () => {
      sent.push(`number ${sent.length}`)
      heard.add((await send(urlOf('once'), sent.at(-1))).status)
    }
    const next = await home.until('another supervisor', async () => {
      await sendAnother()
      heard.add((await fetch(new URL('/healthz', urlOf('once')))).status)
      const pid = await home.status().then(
        (status) => status.supervisor?.pid,
        () => undefined,
      )
      return pid !== undefined && pid !== supervisor?.pid
    })
    assert.ok(next)
    // Longer than the new one needs to tell the routes anew.
    for (let i = 0; i < 20; i++) {
      await sendAnother()
      await sleep(100)
    }
    assert.deepEqual([...heard], [200])
    const [adopted] = await home.reached('ready', REF)
    assert.equal(adopted?.pid, session?.pid)
    assert.equal((await gateway(home, 'ready')).pid, door.pid)

    home.kill(session?.pid)
    const toSession = await deliver(home, urlOf('once'), 'to a dead session')
    assert.deepEqual(
      toSession.filter((one) => one !== 503 && one !== 200),
      [],
    )
    home.kill(door.pid)
    await deliver(home, urlOf('once'), 'to a dead gateway')
    sent.push('to a dead session', 'to a dead gateway')
    await home.until('all that was answered', () => {
      const came = home.events('came', REF).map(({ data }) => String(data.id))
      assert.equal(new Set(came).size, came.length, 'nothing came twice')
      return sent.every((id) => came.includes(id))
    })
  })

  test('it runs while something that is wanted has hooks; a port that is taken is told, and waited for', async (t) => {
    const port = await freePort()
    const squatter = await squat(port)
    t.after(() => squatter.close())
    const { home, urlOf } = await hookedHome(t, { PORT: String(port) })
    await home.frota('up')
    await gateway(home, 'stopped')
    await home.frota('start', REF, '--wait')
    const { reason } = await gateway(home, 'degraded')
    assert.match(reason ?? '', new RegExp(`PORT ${port} on 127\\.0\\.0\\.1 cannot be used \\(EADDRINUSE\\)`))
    assert.ok((await home.status()).warnings.includes(`_host/gateway is degraded: ${reason}`))
    const { findings } = JSON.parse((await home.run('doctor', '--json')).stdout) as {
      findings: { check: string; level: string }[]
    }
    assert.deepEqual(
      findings.filter(({ check }) => check === 'gateway').map(({ level }) => level),
      ['warn'],
    )
    squatter.close()
    await gateway(home, 'ready')
    await deliver(home, urlOf('once'), 'at last')
    await home.frota('stop', REF)
    await gateway(home, 'stopped')
  })
})
