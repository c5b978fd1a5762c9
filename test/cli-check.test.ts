// `frota check` with the fleet down and up: what the kind's check is given, what comes out of it, and what it leaves.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import type { Finding } from '../src/core/findings.js'
import { type FleetHome, fleetHome, ROOT } from './fleet-home.js'

const KIND = join(ROOT, 'test/kinds/checkable/kind.js')
const KEY = 'good-key-9f8e7d6c5b4a-nowhere-else'

async function aHome(t: TestContext): Promise<FleetHome> {
  const home = await fleetHome(t, { FROTA_KINDS: KIND })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/c', '--kind', 'checkable')
  return home
}

async function checked(home: FleetHome): Promise<{ code: number; ok: boolean; findings: Finding[]; said: string }> {
  const { code, stdout, stderr } = await home.run('check', 'acme/c', '--json')
  assert.ok(stdout.startsWith('{'), stderr)
  const { ok, findings } = JSON.parse(stdout)
  return { code, ok, findings, said: stdout + stderr }
}

const words = (findings: Finding[]) => findings.map(({ level, what, text }) => `${level} ${what}: ${text}`)

const setKey = async (home: FleetHome, value = KEY) => {
  const { code, stderr } = await home.runWith(value, 'secret', 'set', 'acme/c', 'API_KEY')
  assert.equal(code, 0, stderr)
}

describe('check', { concurrency: true }, () => {
  test('before anything is started it says what is missing, and starts nothing', async (t) => {
    const home = await aHome(t)
    const bare = await checked(home)
    assert.deepEqual([bare.code, bare.ok], [1, false])
    assert.deepEqual(words(bare.findings), [
      'ok config: it is valid',
      'error secrets: API_KEY is not set',
      'ok plan: the enterprise plan allows it',
    ])
    assert.equal(bare.findings[1]?.hint, 'frota secret set acme/c API_KEY')
    assert.equal(existsSync(home.paths.controlSocket), false)
    assert.deepEqual(home.processes(), [])
    const none = await home.run('check', 'acme/none')
    assert.equal(none.code, 3)
  })

  test('the check of the kind is given config, secrets and limits, no store and no journal, and decides the exit code', async (t) => {
    const home = await aHome(t)
    await setKey(home)
    const { code, ok, findings } = await checked(home)
    assert.deepEqual([code, ok], [0, true])
    assert.deepEqual(
      words(findings).filter((line) => !line.startsWith('ok env')),
      [
        'ok config: it is valid',
        'ok secrets: API_KEY is set',
        'ok plan: the enterprise plan allows it',
        'ok session: acme/c 36',
        'ok given: API_KEY log signal 1',
        'ok argv: ',
        'ok dirs: true 0 true',
        'warning API_KEY: ends soon',
      ],
    )
    const env = findings.find(({ what }) => what === 'env')?.text.split(' ') ?? []
    assert.ok(env.includes('FROTA_RUN') && !env.some((name) => /^FROTA_(?!RUN$)|SUPABASE/.test(name)), env.join())
    await setKey(home, 'bad-key-1234567890')
    assert.equal((await checked(home)).code, 1)
    assert.match(await home.run('check', 'acme/c').then(({ stdout }) => stdout), /^error +API_KEY +refused$/m)
    assert.equal(existsSync(join(home.paths.tokens, 'acme/c/journal.db')), false)
  })

  test('no secret comes out of it, whatever the check does with it', async (t) => {
    const home = await aHome(t)
    await setKey(home)
    for (const act of ['leaks', 'throws']) {
      await home.frota('config', 'set', 'acme/c', `act=${act}`)
      const { code, said } = await checked(home)
      assert.equal(code, 1)
      assert.match(said, /\[secret\]/)
      assert.ok(!said.includes(KEY.slice(0, 16)), act)
    }
  })

  test('a check that grows, or answers nonsense, is a finding like any other', async (t) => {
    const home = await aHome(t)
    await setKey(home)
    await home.frota('config', 'set', 'acme/c', 'act=grows', 'maxMemory=200MB')
    assert.match(words((await checked(home)).findings).at(-1) ?? '', /^error check: .*needs more memory than 200MB/)
    await home.frota('config', 'set', 'acme/c', 'act=babbles')
    assert.equal(words((await checked(home)).findings).at(-1), 'error check: the check answers no list')
  })

  test('what a session reaches is tried, and what does not answer is an error', async (t) => {
    const home = await aHome(t)
    await setKey(home)
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    t.after(() => server.close())
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await home.frota('config', 'set', 'acme/c', `url=http://127.0.0.1:${port}`)
    assert.ok(words((await checked(home)).findings).includes(`ok network: 127.0.0.1:${port} can be reached`))
    await home.frota('config', 'set', 'acme/c', 'url=http://127.0.0.1:1')
    const { code, findings } = await checked(home)
    assert.equal(code, 1)
    assert.match(words(findings).join('\n'), /error network: 127\.0\.0\.1:1 cannot be reached: /)
  })

  test('a session is checked while it runs, by the supervisor, and goes on running as before', async (t) => {
    const home = await aHome(t)
    await setKey(home)
    await home.frota('start', 'acme/c', '--wait')
    const before = await home.row('acme/c')
    const { code, findings } = await checked(home)
    assert.equal(code, 0, words(findings).join('\n'))
    const after = await home.row('acme/c')
    assert.deepEqual([after?.pid, after?.restarts, after?.state], [before?.pid, 0, 'ready'])
    await home.frota('config', 'set', 'acme/c', 'act=leaks')
    await checked(home)
    assert.match(home.logText('supervisor.jsonl'), /check of acme\/c: logged \[secret\]/)
  })
})
