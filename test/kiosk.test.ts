// The example that has one of everything a kind may have, used as an operator would: job, hook, record, view, notice, a
// secret added while it runs, several accounts, a limit, a check, a host service.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LsRow } from '../src/core/states.js'
import { type FleetHome, fleetHome, ROOT } from './fleet-home.js'
import { freePort } from './free-port.js'
import { aReceiver } from './receivers.js'

const EXAMPLE = join(ROOT, 'docs/examples/kiosk')
const REF = 'acme/corner'

test('the example that uses everything is under 120 lines', () => {
  const lines = readdirSync(EXAMPLE).flatMap((name) => readFileSync(join(EXAMPLE, name), 'utf8').trimEnd().split('\n'))
  assert.ok(lines.length < 120, `${lines.length} lines`)
})

test('a kiosk sells: what is paid comes in by the gateway, is kept, seen and told once, with a reader added meanwhile', async (t) => {
  const receiver = await aReceiver(t)
  const home = await fleetHome(t, { FROTA_KINDS: join(EXAMPLE, 'kind.js'), PORT: String(await freePort()) })
  await home.frota('up')
  await home.frota('tenant', 'add', 'acme', '--plan', 'pro')
  await home.frota('notify', 'set', 'acme', 'webhook', '--url', receiver.url, '--allow-private')
  const refused = await home.run('add', REF, '--kind', 'kiosk', '--set', 'paper=evening')
  assert.deepEqual([refused.code, /paper: the plan has the morning/.test(refused.stderr)], [4, true])
  await home.frota('add', REF, '--kind', 'kiosk')
  await reader(home, REF, 'A', '11')
  assert.match((await home.run('check', REF)).stdout, /READER_A.*is no serial number/)
  await reader(home, REF, 'A', '111111')
  await home.frota('check', REF)
  await home.frota('start', REF, '--wait')
  const [before] = await home.reached('ready', REF)
  assert.deepEqual(before?.detail, { readers: 1 })
  assert.deepEqual((await services(home)).sort(), ['_host/gateway', '_host/prices'])

  await reader(home, REF, 'B', '222222')
  await home.until('the second reader', async () => (await home.row(REF))?.detail?.readers === 2)
  assert.equal((await home.row(REF))?.pid, before?.pid)

  const [hook] = await home.json<{ name: string; url: string }[]>('hooks', REF)
  const sale = { id: 's1', reader: '222222', cents: 400 }
  for (const _again of [1, 2]) await paid(home, hook?.url ?? '', sale)
  const kept = { paper: 'morning', cents: 400 }
  assert.deepEqual(await home.json('do', REF, 'sales'), { s1: kept })
  assert.equal(await home.json('do', REF, 'price'), 450)
  await home.until('the record', async () => (await home.json<object[]>('records', REF)).length > 0)
  const { rows } = await home.json<{ rows: Record<string, unknown>[] }>('view', 'acme', 'kiosk_sales')
  assert.deepEqual(
    rows.map(({ session, key, paper, cents }) => [session, key, paper, cents]),
    [['corner', 's1', 'morning', 400]],
  )
  await home.until('the notice', () => receiver.posted.length > 0)
  assert.deepEqual(
    receiver.posted.map(({ body }) => body.title),
    ['Sold too cheap'],
  )
  assert.equal(home.events('sold').length, 1)

  await home.frota('add', 'acme/rival', '--kind', 'kiosk')
  await reader(home, 'acme/rival', 'A', '111111')
  await home.frota('start', 'acme/rival')
  const [rival] = await home.reached('failed', 'acme/rival')
  assert.match(rival?.reason ?? '', /acme\/corner|another session/)

  await home.frota('plan', 'set', 'pro', 'kiosk.readers=2')
  const third = await home.runWith('333333', 'secret', 'set', REF, 'READER_C')
  assert.equal(third.code, 4)
  assert.match(third.stderr, /readers: the plan allows 2/)
})

test('its job adds up a list, with no fleet', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: join(EXAMPLE, 'kind.js') })
  const list = join(home.dir, 'sales.jsonl')
  writeFileSync(list, await home.frota('kiosk', 'sample', '--sales', '2'))
  assert.equal((await home.frota('kiosk', 'total', list)).trim(), '2 sales, 750 cents')
  assert.deepEqual(await home.json('kiosk', 'total', '--sales', list), { sales: 2, cents: 750 })
})

const reader = (home: FleetHome, ref: string, name: string, serial: string) =>
  home.runWith(serial, 'secret', 'set', ref, `READER_${name}`)

const services = async (home: FleetHome) => (await home.json<LsRow[]>('ls', '--host')).map(({ session }) => session)

/** As whoever is paid does: again until it is taken. */
const paid = (home: FleetHome, url: string, sale: object) =>
  home.until('the sale is taken', async () => {
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(sale) }).catch(() => null)
    return answer?.status === 204
  })
