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
      ['whatsapp', 'probe', 'pairable'],
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
    assert.match(await home.frota('startup'), /^\[Unit\][\s\S]*Restart=always[\s\S]*KillMode=mixed/)
    assert.deepEqual(await home.json('logs', 'acme/p').catch(() => []), [])
    assert.deepEqual(await home.json('events', 'acme/p'), [])
    const down = await home.run('ls', '--json')
    assert.equal(json(down.stdout)[0].session, 'acme/p')
    assert.match(down.stderr, /fleet is down/)
    const told = await home.run('do', 'acme/p', 'say', 'text=x')
    assert.deepEqual([told.code, told.stderr], [1, 'frota: The fleet is down. (frota up)\n'])
  })

  test('alert channels are set from standard input and shown without their token', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
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

  test('logs and events go on until Ctrl-C or until nobody reads, also over a new supervisor', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('up')
    await home.frota('tenant', 'add', 'acme')
    for (const name of ['a', 'b']) await home.frota('add', `acme/${name}`, '--kind', 'pairable')
    await home.frota('start', 'acme/')
    await home.reached('pairing', 'acme/a', 'acme/b')

    const events = launch(home, ['events', 'acme/a', '-f', '--type', 'said', '--json'])
    const logs = launch(home, ['logs', 'acme/', '-f', '--tail', '0', '--grep', 'told', '--json'])
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
    await home.frota('do', 'acme/a', 'say', 'text=\u001b[31mred\u0007')
    assert.ok(!(await home.frota('logs', 'acme/a', '--tail', '1')).includes('\u001b'))
    const watch = launch(home, ['ls', '--watch', '--json'])
    const rows: LsRow[] = json((await once(watch.lines, 'line'))[0])
    assert.equal(rows.length, 2)
    watch.child.kill('SIGINT')
    assert.equal((await watch.ended).code, 130)
    const busy = await home.run('run', 'acme/a')
    assert.equal(busy.code, 1)
    assert.match(busy.stderr, /^frota: The fleet is up: .*frota down.*\n$/)
    assert.equal((await home.run('doctor')).code, 0)
  })

  test('bad input: one line, the right exit code, nothing on stdout, nothing done', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    const before = await home.json('show', 'acme/p')
    const cases: [string[], number, RegExp][] = [
      [['kinds', 'pairabel'], 3, /did you mean "pairable"/],
      [['config', 'acme/q'], 3, /did you mean "p"/],
      [['config', 'sett', 'acme/p', 'a=b'], 2, /did you mean "set"/],
      [['config', 'set', 'acme/p'], 2, /Nothing to set/],
      [['config', 'set', 'acme/p', 'greting=x'], 2, /greting.*did you mean "greeting"/],
      [['config', 'set', 'acme/p', 'greeting=x', 'loud=maybe'], 2, /loud: must be true or false/],
      [['config', 'set', 'acme/p', 'greeting'], 2, /not key=value/],
      [['config', 'set', 'acme/p', '--config', '/nowhere.json'], 2, /nowhere\.json/],
      [['config', 'unset', 'acme/p', 'loud'], 2, /loud: is not set/],
      [['secret', 'set', 'acme/p', 'PAIR_TOKEN', 'hunter2'], 2, /never given on the command line/],
      [['secret', 'set', 'acme/p', 'PAIR_TOKEN=hunter2'], 2, /never given on the command line/],
      [['secret', 'set', 'acme/p', 'PAIR_TOKEN'], 2, /empty/],
      [['secret', 'set', 'acme/p', 'PAIR_TOKN'], 2, /did you mean "PAIR_TOKEN"/],
      [['secret', 'set', 'acmee', 'PAIR_TOKEN'], 3, /did you mean "acme"/],
      [['secret', 'rm', 'acme/p', 'PAIR_TOKEN', '--yes'], 3, /no secret/],
      [['pair', 'acme/p', '--timeout', 'soon'], 2, /soon/],
      [['pair', 'acme/p', '--phone', '12'], 2, /--phone/],
      [['pair', 'acme/p', '--phone', '5511987654321', '--png', 'x'], 2, /not both/],
      [['pair', 'acme/nobody'], 3, /no session "nobody"/],
      [['logs', 'acme/p', '--tail', '-1'], 2, /--tail/],
      [['logs', 'acme/p', '--since', 'once'], 2, /once/],
      [['logs'], 2, /refs/],
      [['events', 'acme/p', '--limit', '0'], 2, /--limit/],
      [['events', 'acme'], 2, /TENANT\/NAME/],
      [['do', 'acme/p', 'sya'], 2, /say/],
      [['do', 'acme/p', 'say'], 2, /text/],
      [['run', 'acme/nobody'], 3, /nobody/],
      [['sim', 'whatsap'], 3, /did you mean "whatsapp"/],
      [['sim', 'whatsapp', '--port', '70000'], 2, /--port/],
      [['notify', 'set', 'operator', 'telegraph'], 2, /did you mean "telegram"/],
      [['notify', 'set', 'operator', 'telegram'], 2, /--chat/],
      [['notify', 'set', 'customer', 'webhook', '--url', 'http://127.0.0.1:9'], 2, /customer/],
      [['notify', 'rm', 'operator', 'webhook', '--yes'], 3, /webhook/],
      [['db', 'copy'], 2, /--to/],
      [['db', 'copy', '--to', 'sqlit'], 2, /did you mean "sqlite"/],
      [['db', 'copy', '--to', 'sqlite'], 2, /already/],
      [['db', 'copy', '--to', 'supabase'], 2, /SUPABASE_URL/],
      [['db', 'sql'], 2, /sqlite/],
      [['help', 'kindz'], 2, /did you mean "kinds"/],
      [['ls', '--jsn'], 2, /--json/],
    ]
    for (const [args, code, words] of cases) {
      const said = args.join(' ')
      const ran = await home.run(...args, '--no-input')
      assert.deepEqual([said, ran.code, ran.stdout], [said, code, ''], ran.stderr)
      assert.match(ran.stderr, /^frota: [^\n]+\n$/, said)
      assert.match(ran.stderr, words, said)
      assert.ok(!ran.stderr.includes('hunter2'), said)
    }
    const { error } = json((await home.run('config', 'acme/q', '--json')).stderr)
    assert.deepEqual(Object.keys(error), ['code', 'message', 'hint'])
    assert.deepEqual(await home.json('show', 'acme/p'), before)
    assert.equal(await home.rows(), undefined, 'the fleet was brought up by a mistake')
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

describe('at a terminal', () => {
  const script = ['/usr/bin/script', '/bin/script'].find((path) => existsSync(path))
  const skip = script ? false : 'needs util-linux script(1) for a terminal'

  /** Types `keys` once the program has asked. Answers what was on the screen, and the exit code. */
  async function atTerminal(home: FleetHome, command: string, asked: RegExp, keys: string) {
    const env = { ...home.env, TERM: 'xterm', SHELL: '/bin/sh' }
    const child = spawn(
      script ?? '',
      ['-qec', `stty rows 60 cols 120; ${NODE} ${ROOT}/bin/frota ${command}`, '/dev/null'],
      { env, cwd: ROOT },
    )
    let screen = ''
    let answered = false
    for await (const chunk of child.stdout) {
      screen += chunk
      if (answered || !asked.test(screen)) continue
      answered = true
      child.stdin.write(keys)
    }
    return { screen, code: child.exitCode ?? (await once(child, 'close'))[0] }
  }

  test('a secret is typed unseen; Ctrl-C changes nothing and leaves a clean terminal', { skip }, async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    const set = 'secret set acme/p PAIR_TOKEN'
    const ended = await atTerminal(home, set, /PAIR_TOKEN: /, `${SECRET}\x03`)
    assert.equal(ended.code, 130)
    assert.deepEqual(await home.json('secret', 'ls', 'acme/p'), [])
    const done = await atTerminal(home, set, /PAIR_TOKEN: /, `x\x15${SECRET}y\x7f\r`)
    assert.equal(done.code, 0, done.screen)
    assert.match(done.screen, /ends in 7351/)
    assert.ok(!`${ended.screen}${done.screen}`.includes(SECRET.slice(0, 10)))
    const refused = await atTerminal(home, 'rm acme/p', /\[y\/N\] /, '\r')
    assert.equal(refused.code, 4)
    const interrupted = await atTerminal(home, 'rm acme/p', /\[y\/N\] /, '\x03')
    assert.equal(interrupted.code, 130)
    assert.doesNotMatch(interrupted.screen, /at .*node:/)
    assert.equal((await home.json<LsRow[]>('ls')).length, 1)
  })

  test('a QR code is drawn dark on light off the scrollback, and Ctrl-C puts the screen back', { skip }, async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KINDS })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    const { screen, code } = await atTerminal(home, 'pair acme/p', /48;5;231m/, '\x03')
    assert.equal(code, 130)
    assert.ok(screen.includes('\x1b[?1049h'))
    assert.ok(screen.lastIndexOf('\x1b[?1049l') > screen.lastIndexOf('48;5;231m'))
    assert.ok(screen.lastIndexOf('\x1b[?25h') > screen.lastIndexOf('\x1b[?25l'))
    const watch = await atTerminal(home, 'ls --watch', /acme\/p/, '\x03')
    assert.equal(watch.code, 130)
    assert.ok(watch.screen.includes('\x1b[?1049l'))
    assert.match((await atTerminal({ ...home, env: { ...home.env, NO_COLOR: '1' } }, 'ls', /$^/, '')).screen, /acme\/p/)
  })
})
