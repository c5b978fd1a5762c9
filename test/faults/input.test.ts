// Bad input, through every door: refused with the field's name, nothing changed, nobody restarted.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { TOKEN_HEADER } from '../../src/core/hooks.js'
import { type FleetHome, fleetHome, upWith } from '../fleet-home.js'

describe('bad input', { concurrency: true }, () => {
  test('a wrong command is refused with the exit code that scripts expect and the field it is about', async (t) => {
    const home = await fleetHome(t)
    const [before] = await upWith(home, { 'acme/a': {} })
    const cases: [string[], number, RegExp][] = [
      [['add', 'acme/b', '--kind', 'prob'], 3, /no kind "prob".*probe/],
      [['add', 'acme/b', '--kind', 'probe'], 2, /witness/],
      [['add', 'acme/b', '--kind', 'probe', '--set', 'witness=x', '--set', 'everyMs=0'], 2, /everyMs/],
      [['add', 'acme/b', '--kind', 'probe', '--set', 'witness=x', '--set', 'everyMs=soon'], 2, /everyMs/],
      [['add', 'acme/b', '--kind', 'probe', '--set', 'witness=x', '--set', 'evryMs=5'], 2, /evryMs.*everyMs/],
      [['add', 'acme/b', '--kind', 'probe', '--set', '__proto__=5'], 2, /__proto__/],
      [['add', 'acme/a', '--kind', 'probe', '--set', 'witness=x'], 1, /acme\/a|already/],
      [['add', 'nobody/a', '--kind', 'probe', '--set', 'witness=x'], 3, /nobody/],
      [['add', '../../etc/x', '--kind', 'probe'], 2, /TENANT\/NAME/],
      [['add', 'acme/..', '--kind', 'probe'], 2, /session name/],
      [['add', 'Acme/b', '--kind', 'probe'], 2, /tenant name/],
      [['tenant', 'add', 'a'.repeat(32)], 2, /tenant name/],
      [['tenant', 'add', 'b', '--plan', 'gold'], 3, /gold/],
      [['start', 'acme/nobody'], 3, /acme has no session "nobody"/],
      [['start', 'acme/a', '--timeout', 'soon'], 2, /soon/],
      [['rm', 'acme/a'], 4, /--yes/],
      [['strat', 'acme/a'], 2, /start/],
      [['show'], 2, /ref/],
    ]
    for (const [args, code, words] of cases) {
      const ran = await home.run(...args)
      assert.deepEqual([args.join(' '), ran.code], [args.join(' '), code], ran.stderr)
      assert.match(ran.stderr, words)
      assert.equal(ran.stdout, '')
      const asJson = JSON.parse((await home.run(...args, '--json')).stderr)
      assert.ok(asJson.error.code && asJson.error.message, args.join(' '))
    }
    const rows = await home.rows()
    assert.deepEqual(
      rows?.map(({ session, pid, restarts }) => [session, pid, restarts]),
      [['acme/a', before?.pid, 0]],
    )
    assert.equal((await home.call('tenants.list')).length, 1)
  })

  test('garbage at the sockets of supervisor and session, and at its port, is refused, and everybody works on', async (t) => {
    const home = await fleetHome(t)
    const [before] = await upWith(home, { 'acme/a': {} })
    const { sessionsSocket, controlSocket, addresses } = home.paths
    const address = join(addresses, readdirSync(addresses)[0] ?? '')
    const port = before?.port ?? 0
    const bearer = { authorization: 'Bearer forged.token.x' }
    const asked = await Promise.all([
      post({ socketPath: sessionsSocket, path: '/hello' }, '{"ticket":'),
      post({ socketPath: sessionsSocket, path: '/hello' }, '{}'),
      post({ socketPath: sessionsSocket, path: '/beat', headers: bearer }, '{}'),
      post({ socketPath: sessionsSocket, path: '/events', headers: bearer }, '{"events":[{"id":1}]}'),
      post({ socketPath: sessionsSocket, path: '/../etc' }, '{}'),
      post({ socketPath: controlSocket, path: '/sessions.list' }, 'nonsense'),
      post({ socketPath: controlSocket, path: '/constructor' }, '{}'),
      post({ socketPath: controlSocket, path: '/sessions.add' }, '{"ref":7}'),
      post({ port, path: '/commands/hush' }, '{}'),
      post({ socketPath: address, path: '/commands/hush' }, '{}'),
      post({ socketPath: address, path: '/commands/hush', headers: { ...bearer, [TOKEN_HEADER]: 'x' } }, '{}'),
      post({ socketPath: address, path: '/hooks/any', headers: { [TOKEN_HEADER]: 'x' } }, '{}'),
      post({ socketPath: address, path: '/hooks/../commands/hush' }, '{}'),
    ])
    assert.deepEqual(
      asked.map(({ status }) => status),
      [400, 400, 401, 401, 404, 422, 422, 422, 404, 401, 401, 401, 401],
      asked.map(({ text }) => text).join('\n'),
    )
    for (const { text } of asked) assert.doesNotMatch(text, /\bat .*\.js:\d/, 'a stack trace went out')
    const [after] = await home.reached('ready', 'acme/a')
    assert.equal(after?.pid, before?.pid)
    await home.nothingLostOrDoubled('acme/a')
  })

  test('a config spoilt by hand in the store stops nothing: the last good one stays, and the reason names the field', async (t) => {
    const home = await fleetHome(t)
    const [before] = await upWith(home, { 'acme/a': {} })
    editConfig(home, { everyMs: 'as fast as you can' })
    const row = await home.until('the reason', async () => {
      const row = await home.row('acme/a')
      return row?.reason ? row : undefined
    })
    assert.match(row.reason ?? '', /config refused: .*everyMs/)
    assert.deepEqual([row.state, row.pid], ['ready', before?.pid])
    home.kill(row.pid)
    await home.until('another copy', () => home.witness.copies('acme/a') === 2)
    await home.reached('ready', 'acme/a')
    editConfig(home, { everyMs: 50 })
    await home.until('the good one', async () => {
      const row = await home.row('acme/a')
      return row?.state === 'ready' && row.reason === null && !row.outdated
    })
    await home.nothingLostOrDoubled('acme/a')
  })
})

function editConfig(home: FleetHome, change: object) {
  const db = new DatabaseSync(home.paths.db, { timeout: 5_000 })
  db.prepare('update sessions set config = json_patch(config, ?), config_version = config_version + 1').run(
    JSON.stringify(change),
  )
  db.close()
}

type Where = { socketPath?: string; port?: number; path: string; headers?: Record<string, string> }

function post(where: Where, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', method: 'POST', ...where }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
