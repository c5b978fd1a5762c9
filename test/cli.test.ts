// The real `frota` in a real home, as people and scripts use it: what is on which stream, and with which exit code.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import type { LsRow } from '../src/core/states.js'
import { type FleetHome, fleetHome, NODE, ROOT } from './fleet-home.js'

const KINDS = ['probe', 'pairable'].map((kind) => join(ROOT, 'test/kinds', kind, 'kind.js')).join()
const SECRET = 'a-secret-that-is-nowhere-else-7351'
/** `frota ls --json` etc. print one document; this is the whole of stdout. */
const json = (stdout: string) => JSON.parse(stdout)

/** The real command with something on its standard input, or left running. */
function launch(home: FleetHome, args: string[], input = '') {
  const child = spawn(NODE, [join(ROOT, 'bin/frota'), ...args], { env: home.env, cwd: ROOT })
  child.stdin.end(input)
  child.stdout.on('error', () => undefined)
  const stderr = text(child.stderr)
  const ended = once(child, 'close').then(async ([code, signal]) => ({ code, signal, stderr: await stderr }))
  return { child, ended, lines: createInterface({ input: child.stdout }) }
}

async function typed(home: FleetHome, input: string, ...args: string[]) {
  const { child, ended } = launch(home, args, input)
  const stdout = await text(child.stdout)
  return { ...(await ended), stdout }
}

describe('the command line', { concurrency: true }, () => {
  test('doctor, help and a mistyped verb make nothing in a home that is not there yet', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    const dir = join(home.dir, 'not-yet')
    home.env.FROTA_HOME = dir
    const doctor = await home.run('doctor', '--json')
    assert.equal(doctor.code, 0, doctor.stdout)
    const { ok, findings } = json(doctor.stdout)
    assert.equal(ok, true)
    assert.ok(findings.every((f: { level: string; message: string }) => f.message !== '' && f.level !== 'fail'))
    assert.match((await home.run('help', 'exit-codes')).stdout, /130 interrupted/)
    assert.match((await home.run('help', 'notify', 'set')).stdout, /--chat/)
    assert.equal(
      (await home.run('--version')).stdout,
      `${json(readFileSync(join(ROOT, 'package.json'), 'utf8')).version}\n`,
    )
    const alone = await home.run()
    assert.deepEqual([alone.code, alone.stdout], [2, ''])
    assert.match(alone.stderr, /Usage: frota/)
    const group = await home.run('tenant')
    assert.deepEqual([group.code, group.stdout], [2, ''])
    const mistyped = await home.run('doctr')
    assert.deepEqual([mistyped.code, mistyped.stderr], [2, "frota: unknown command 'doctr' (Did you mean doctor?)\n"])
    assert.equal(existsSync(dir), false)
    home.env.FROTA_HOME = home.dir
  })

  test('doctor tells what is wrong, what to do, and answers 1', async (t) => {
    const home = await fleetHome(t, {
      FROTA_KINDS: './missing.js',
      FROTA_CHROMIUM: '/nowhere/chromium',
      OPENAI_KEY: 'x',
    })
    await home.frota('tenant', 'ls')
    writeFileSync(join(home.dir, 'data/frota.db'), 'not a database', { mode: 0o644 })
    const { code, stdout } = await home.run('doctor')
    assert.equal(code, 1)
    for (const words of [
      /fail +kinds .*missing\.js/,
      /fail +browser .*\/nowhere\/chromium/,
      /warn +settings .*OPENAI_KEY/,
    ]) {
      assert.match(stdout, words)
    }
    home.env.PORT = 'many'
    const broken = await home.run('doctor')
    assert.equal(broken.code, 1)
    assert.match(broken.stdout, /fail +settings .*PORT is "many"/)
    home.env.PORT = '0'
    rmSync(join(home.dir, 'data/frota.db'))
  })

  test('with the fleet down all that reads and all that only wants works on the store', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    assert.deepEqual(
      json(await home.frota('kinds', '--json')).map((kind: { name: string }) => kind.name),
      ['whatsapp', 'trading', 'probe', 'pairable'],
    )
    assert.match(
      await home.frota('kinds', 'pairable'),
      /greeting +text +hello[\s\S]*PAIR_TOKEN[\s\S]*do TENANT\/NAME say/,
    )
    assert.deepEqual(await home.json('config', 'acme/p'), { greeting: 'hello', loud: false })
    const file = join(home.dir, 'config.json')
    writeFileSync(file, '{"loud":true}')
    await home.frota('config', 'set', 'acme/p', 'greeting=oi = olá', '--config', file)
    assert.deepEqual(await home.json('config', 'acme/p'), { greeting: 'oi = olá', loud: true })
    await home.frota('config', 'unset', 'acme/p', 'loud')
    assert.equal(await home.frota('config', 'acme/p'), 'greeting=oi = olá\nloud=false   (default)\n')

    const set = await typed(home, `${SECRET}\n`, 'secret', 'set', 'acme/p', 'PAIR_TOKEN', '--json')
    assert.equal(set.code, 0, set.stderr)
    const shown = [
      set.stdout,
      set.stderr,
      await home.frota('secret', 'ls', 'acme/p'),
      await home.frota('show', 'acme/p'),
    ]
    assert.match(shown.join(), /7351/)
    assert.ok(!shown.join().includes(SECRET))
    assert.equal((await home.run('secret', 'rm', 'acme/p', 'PAIR_TOKEN')).code, 4)
    await home.frota('secret', 'rm', 'acme/p', 'PAIR_TOKEN', '--yes')
    assert.deepEqual(await home.json('secret', 'ls', 'acme/p'), [])

    assert.equal((await home.json<{ inUse: boolean }>('key', 'check')).inUse, true)
    assert.equal(statSync(home.paths.keyFile).mode & 0o777, 0o600)
    assert.equal((await home.json<{ upToDate: boolean }>('db', 'status')).upToDate, true)
    await home.frota('db', 'migrate')
    assert.match(await home.frota('db', 'sql', '--all'), /^begin;[\s\S]*create table[\s\S]*commit;/)
    assert.match(await home.frota('startup'), /^\[Unit\][\s\S]*Restart=always[\s\S]*KillMode=process/)
    assert.deepEqual(await home.json('logs', 'acme/p'), [])
    assert.deepEqual(await home.json('events', 'acme/p'), [])
    const down = await home.run('ls', '--json')
    assert.equal(json(down.stdout)[0].session, 'acme/p')
    assert.match(down.stderr, /fleet is down/)
    const told = await home.run('do', 'acme/p', 'say', 'text=x')
    assert.deepEqual([told.code, told.stderr], [1, 'frota: The fleet is down. (frota up)\n'])
  })

  test('alert channels are set from standard input and shown without their token', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    assert.deepEqual(await home.json('notify', 'ls'), [])
    assert.equal(existsSync(home.paths.keyFile), false, 'looking has made a key')
    const token = `123456:${'A'.repeat(35)}`
    const set = await typed(home, `${token}\n`, 'notify', 'set', 'operator', 'telegram', '--chat', '42')
    assert.equal(set.code, 0, set.stderr)
    await home.frota('notify', 'set', 'operator', 'webhook', '--url', 'http://127.0.0.1:9/hook')
    const listed = await home.frota('notify', 'ls', '--json')
    assert.deepEqual(
      json(listed).map((row: { channel: string }) => row.channel),
      ['telegram', 'webhook'],
    )
    assert.ok(!listed.includes(token))
    assert.equal((await home.run('notify', 'test')).code, 1)
    assert.equal((await home.run('notify', 'rm', 'operator', 'webhook')).code, 4)
    await home.frota('notify', 'rm', 'operator', 'webhook', '--yes')
    assert.equal((await home.run('notify', 'rm', 'operator', 'webhook', '--yes')).code, 3)
  })

  test('pair brings the fleet up, starts the session, tells each code once and ends when it is paired', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    const { lines, ended } = launch(home, ['pair', 'acme/p', '--json'])
    const said: unknown[] = []
    for await (const line of lines) {
      said.push(json(line))
      if (said.length === 2) await home.command('acme/p', 'scan')
    }
    assert.deepEqual(said, [
      { type: 'qr', code: 'code 1', attempt: 1 },
      { type: 'qr', code: 'code 2', attempt: 2 },
      { type: 'paired' },
    ])
    assert.equal((await ended).code, 0)
    assert.equal(await home.frota('pair', 'acme/p'), 'acme/p is paired.\n')

    await home.frota('restart', 'acme/p')
    const [row] = await home.reached('pairing', 'acme/p')
    assert.equal(row?.wanted, 'running')
    const waits = await home.run('start', 'acme/p', '--wait')
    assert.equal(waits.code, 8)
    const late = await home.run('pair', 'acme/p', '--timeout', '1s', '--phone', '+5511987654321', '--json')
    assert.equal(late.code, 6)
    const [first, last] = late.stdout.trim().split('\n').map(json)
    assert.deepEqual(first, { type: 'link-code', code: 'ABCD-1234' })
    assert.deepEqual([last.type, last.code], ['error', 'TIMED_OUT'])
    const png = join(home.dir, 'code.png')
    assert.equal((await home.run('pair', 'acme/p', '--timeout', '1s', '--png', png)).code, 6)
    assert.equal(statSync(png).mode & 0o777, 0o600)
    const drawn = await home.run('pair', 'acme/p', '--timeout', '0s')
    assert.match(drawn.stdout, /▀|▄|█/)
    const interrupted = launch(home, ['pair', 'acme/p', '--json'])
    await once(interrupted.lines, 'line')
    interrupted.child.kill('SIGINT')
    assert.deepEqual((await interrupted.ended).code, 130)
  })

  test('pair goes on over a new supervisor, and ends when it is paired', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    const { lines, ended } = launch(home, ['pair', 'acme/p', '--json'])
    const said: { type: string }[] = []
    for await (const line of lines) {
      if (said.push(json(line)) > 1) continue
      home.kill((await home.status()).supervisor?.pid)
      await home.until('a new supervisor', () => home.rows())
      await home.reached('pairing', 'acme/p')
      await home.command('acme/p', 'scan')
    }
    const { code, stderr } = await ended
    assert.deepEqual([code, stderr, said.at(-1)], [0, '', { type: 'paired' }])
  })

  test('logs and events go on until Ctrl-C or until nobody reads, also over a new supervisor', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('up')
    await home.frota('tenant', 'add', 'acme')
    for (const name of ['a', 'b']) await home.frota('add', `acme/${name}`, '--kind', 'pairable')
    await home.frota('start', 'acme/')
    await home.reached('pairing', 'acme/a', 'acme/b')

    const events = launch(home, ['events', 'acme/a', '-f', '--type', 'said', '--json'])
    const logs = launch(home, ['logs', 'acme/', '-f', '--tail', '10', '--grep', 'told', '--json'])
    const next = async (lines: AsyncIterator<string>) => json((await lines.next()).value)
    const [eventLines, logLines] = [events.lines[Symbol.asyncIterator](), logs.lines[Symbol.asyncIterator]()]
    assert.deepEqual(json(await home.frota('do', 'acme/a', 'say', 'text=told 1', '--json')), { said: 'told 1' })
    assert.deepEqual((await next(eventLines)).data, { text: 'told 1' })
    const line = await next(logLines)
    assert.deepEqual([line.session, line.msg, line.level], ['acme/a', 'told 1', 'info'])
    home.kill((await home.status()).supervisor?.pid)
    await home.until('a new supervisor', () => home.rows())
    await home.reached('pairing', 'acme/a', 'acme/b')
    await home.frota('do', 'acme/b', 'say', 'text=told 2')
    await home.frota('do', 'acme/a', 'say', 'text=told 3')
    assert.equal((await next(logLines)).msg, 'told 2')
    assert.deepEqual((await next(eventLines)).data, { text: 'told 3' })
    const all = launch(home, ['events', '--all', '-f', '--type', 'said', '--json'])
    const allLines = all.lines[Symbol.asyncIterator]()
    const whose = async () => {
      const { session, data } = await next(allLines)
      return [session, data.text]
    }
    assert.deepEqual(
      [await whose(), await whose(), await whose()],
      [
        ['acme/a', 'told 1'],
        ['acme/b', 'told 2'],
        ['acme/a', 'told 3'],
      ],
    )
    await home.frota('tenant', 'add', 'beta')
    await home.frota('add', 'beta/c', '--kind', 'pairable')
    await home.frota('start', 'beta/c')
    await home.reached('pairing', 'beta/c')
    await home.frota('do', 'beta/c', 'say', 'text=told 5')
    assert.deepEqual(await whose(), ['beta/c', 'told 5'])
    all.child.kill('SIGINT')
    await all.ended
    assert.match(await home.frota('events', '--all', '--limit', '1', '--type', 'said'), /^beta\/c .* said .*told 5/m)
    assert.match(await home.frota('events', 'acme/', '--type', 'said', '--limit', '1'), /^acme\/a .*told 3/m)
    assert.match(await home.frota('logs', '--all', '--grep', 'told', '--tail', '1'), /^beta\/c .*told 5\n$/m)
    events.child.kill('SIGINT')
    const { code, stderr } = await events.ended
    assert.deepEqual([code, stderr], [130, ''])
    await next(logLines) // told 3
    logs.child.stdout.destroy()
    await home.frota('do', 'acme/a', 'say', 'text=told 4')
    assert.deepEqual(await logs.ended, { code: 0, signal: null, stderr: '' })

    assert.match(
      await home.frota('logs', 'acme/', '--grep', 'told'),
      /acme\/a .* info +told 1\nacme\/b .* info +told 2\n/,
    )
    const told = await home.json<{ msg: string }[]>('logs', 'acme/', '--grep', 'told')
    assert.deepEqual(
      told.slice(0, 2).map(({ msg }) => msg),
      ['told 1', 'told 2'],
    ) // one document: nothing streams
    await home.frota('do', 'acme/a', 'say', 'text=\u001b[31mred\u0007')
    assert.ok(!(await home.frota('logs', 'acme/a', '--tail', '1')).includes('\u001b'))
    const watch = launch(home, ['ls', '--watch', '--json'])
    const rows: LsRow[] = json((await once(watch.lines, 'line'))[0])
    assert.equal(rows.length, 3)
    watch.child.kill('SIGINT')
    assert.equal((await watch.ended).code, 130)
    const busy = await home.run('run', 'acme/a')
    assert.equal(busy.code, 1)
    assert.match(busy.stderr, /^frota: The fleet is up: .*frota down.*\n$/)
    assert.equal((await home.run('doctor')).code, 0)
  })

  test('the WhatsApp sim says where it is and ends with Ctrl-C', async (t) => {
    const home = await fleetHome(t)
    const { child, lines, ended } = launch(home, ['sim', 'whatsapp', '--port', '0', '--json'])
    t.after(() => child.kill('SIGKILL'))
    const { endpoint, controlUrl } = json((await once(lines, 'line'))[0])
    assert.match(endpoint, /^https:\/\/127\.0\.0\.1:\d+$/)
    assert.equal((await fetch(`${controlUrl}/messages`)).status, 200)
    child.kill('SIGINT')
    assert.equal((await ended).code, 130)
  })
})
