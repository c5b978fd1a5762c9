// What another user of the machine has made or could change: nothing of it is obeyed, and no secret is told to it.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { constants } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectToSupervisor } from '../src/api/client.js'
import { isPrivateGroup } from '../src/node/private-group.js'
import { tryLock } from '../src/processes/lock.js'
import { connectRpc } from '../src/processes/pm2-rpc.js'
import { openLink } from '../src/runtime/link.js'
import { execute, type FleetHome, fleetHome, NODE, ROOT } from './fleet-home.js'
import { giveAway, wasFirstAt } from './other-user.js'

const SECRET = 'a-secret-for-nobody-else-4417'
/** By then a command that waits for its input does so, on most machines. */
const SOON_MS = 1_500
const KIND = join(ROOT, 'test/kinds/pairable/kind.js')

describe('another user of this machine', { concurrency: true }, () => {
  test('who made the run directory first hears nothing: no secret, no verb, no ticket, no PM2', async (t) => {
    const home = await fleetHome(t, { FROTA_KINDS: KIND })
    await home.frota('tenant', 'add', 'acme')
    await home.frota('add', 'acme/p', '--kind', 'pairable')
    rmSync(home.paths.runDir, { recursive: true })
    const intruder = await wasFirstAt(home.paths.runDir)
    try {
      await nothingIsTold(home)
      assert.equal(intruder.heard(), '')
      assert.deepEqual(readdirSync(home.paths.runDir).sort(), ['control.sock', 'pm2', 'sessions.sock'])
    } finally {
      await intruder.end()
    }
  })

  test('whose home this is, or who may write to it, has none of their code run, and is named with what to type', async (t) => {
    const home = await fleetHome(t)
    const dir = join(home.dir, 'theirs')
    mkdirSync(dir)
    const trace = join(home.dir, 'trace')
    writeFileSync(join(dir, 'kind.mjs'), `import { writeFileSync } from 'node:fs'\nwriteFileSync('${trace}', '')\n`)
    writeFileSync(join(dir, '.env'), 'FROTA_KINDS=./kind.mjs\n')
    giveAway(dir)
    const env = { ...home.env, FROTA_HOME: dir, FROTA_KINDS: '' }
    for (const args of [['kinds'], ['ls'], ['up'], ['serve'], ['down'], ['key', 'check'], ['db', 'status']]) {
      const ran = await runIn({ ...home, env }, ...args)
      assert.deepEqual([args.join(' '), ran.code, ran.stdout], [args.join(' '), 4, ''])
      assert.match(ran.stderr, /^frota: .*theirs .*\((run frota as that user.*chown|chmod go-w).*FROTA_HOME.*\)\n$/)
    }
    const doctor = await runIn({ ...home, env }, 'doctor')
    assert.equal(doctor.code, 1)
    assert.match(doctor.stdout, /fail +home .*theirs/)
    assert.deepEqual([existsSync(trace), readdirSync(dir).sort()], [false, ['.env', 'kind.mjs']])
  })

  test('an .env, a kind or a key of another user is refused by its name; the rest goes on where it can', async (t) => {
    const home = await fleetHome(t)
    const env = join(home.dir, '.env')
    writeFileSync(env, 'PORT=0\n', { mode: 0o600 })
    giveAway(env)
    const refused = await home.run('tenant', 'ls')
    assert.deepEqual([refused.code, refused.stdout], [2, ''])
    assert.match(refused.stderr, /\.env .*(chown|chmod go-w)/)
    rmSync(env)

    const shared = join(home.dir, 'shared')
    mkdirSync(shared)
    for (const file of ['kind.mjs', 'run.mjs']) writeFileSync(join(shared, file), kindText(home, file))
    giveAway(shared)
    home.env.FROTA_KINDS = './shared/kind.mjs'
    const doctor = await home.run('doctor')
    assert.match(doctor.stdout, /fail +kinds .*shared .*(chown|chmod)/)
    assert.equal(existsSync(join(home.dir, 'trace')), false)
    home.env.FROTA_KINDS = ''

    const key = join(home.dir, 'my.key')
    writeFileSync(key, 'ab'.repeat(32), { mode: 0o600 })
    home.env.FROTA_MASTER_KEY_FILE = key
    assert.match((await home.run('key', 'check')).stdout, /^Key \w+/)
    giveAway(key)
    const check = await home.run('key', 'check')
    assert.deepEqual([check.code, check.stdout], [1, ''])
    assert.match(check.stderr, /my\.key .*(chown|chmod go-w)/)
    home.env.FROTA_MASTER_KEY_FILE = ''
  })

  test('a home is made for its user alone whatever the umask; a clone made with umask 002 works as it is', async (t) => {
    const home = await fleetHome(t)
    home.env.FROTA_HOME = join(home.dir, 'a/b')
    assert.equal((await underUmask(home, '000', 'tenant', 'add', 'acme')).code, 0)
    assert.equal(statSync(home.env.FROTA_HOME).mode & 0o777, 0o700)
    assert.equal(statSync(join(home.dir, 'a')).mode & 0o022, 0)
    assert.equal((await home.run('tenant', 'ls')).code, 0)

    const clone = join(home.dir, 'clone')
    mkdirSync(clone)
    chmodSync(clone, 0o775)
    home.env.FROTA_HOME = clone
    const ran = await underUmask(home, '002', 'tenant', 'ls')
    const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
    const [passwd, group] = await Promise.all(['passwd', 'group'].map(etc))
    // Where the developer's group is shared with others, the remedy is one line.
    if (isPrivateGroup({ uid, gid, passwd: passwd ?? '', group: group ?? '' })) assert.equal(ran.code, 0, ran.stderr)
    else assert.match(ran.stderr, /chmod go-w .*clone/)
    home.env.FROTA_HOME = home.dir
  })
})

test('a pipe in the place of a file that an option or a setting names is refused at once, and never waited for', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KIND })
  await home.frota('tenant', 'add', 'acme')
  const pipe = join(home.dir, 'pipe')
  await once(spawn('mkfifo', ['-m', '600', pipe]), 'close')
  const cases: [Record<string, string>, string[], RegExp][] = [
    [{}, ['add', 'acme/x', '--kind', 'pairable', '--config', pipe], /--config .*pipe: it is not a regular file/],
    [{}, ['sim', 'whatsapp', '--state', pipe], /pipe is not a regular file/],
    [{}, ['pair', 'acme/x', '--png', pipe], /--png .*not a regular file/],
    [{ FROTA_MASTER_KEY_FILE: pipe }, ['key', 'check'], /pipe cannot be read: it is not a regular file/],
    [{ FROTA_KINDS: pipe }, ['kinds', 'pairable'], /pipe is not a file/],
  ]
  for (const [env, args, words] of cases) {
    const ran = await runIn({ ...home, env: { ...home.env, ...env } }, ...args)
    assert.notEqual(ran.code, 0, args.join(' '))
    assert.match(ran.stderr, words, args.join(' '))
  }
  symlinkSync(pipe, join(home.dir, '.env'))
  assert.match((await home.run('ls')).stderr, /\.env cannot be read: it is not a regular file/)
  rmSync(join(home.dir, '.env'))
})

test('Ctrl-C and SIGTERM end a command that waits, with what a shell expects: for its input, for a silent project', async (t) => {
  const home = await fleetHome(t, { FROTA_KINDS: KIND })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/p', '--kind', 'pairable')
  const waits = [
    ['config', 'set', 'acme/p', '--config', '-'],
    ['secret', 'set', 'acme/p', 'PAIR_TOKEN'],
  ]
  for (const args of waits) {
    assert.equal(await endedBy(t, home, args, 'SIGTERM'), 143, args.join(' '))
    assert.equal(await endedBy(t, home, args, 'SIGINT'), 130, args.join(' '))
  }
  const silent = createServer((socket) => socket.resume().on('error', () => undefined)).listen(0, '127.0.0.1')
  t.after(() => silent.close())
  await once(silent, 'listening')
  const project = {
    SUPABASE_URL: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
    SUPABASE_SECRET_KEY: 'k',
  }
  const away = { ...home, env: { ...home.env, ...project, FROTA_MASTER_KEY: 'ab'.repeat(32) } }
  for (const args of [['ls'], ['serve'], ['run', 'acme/p']]) {
    assert.equal(await endedBy(t, away, args, 'SIGTERM'), 143, args.join(' '))
  }
  const set = await piped(home, '{"loud":true}', 'config', 'set', 'acme/p', '--config', '-')
  assert.equal(set.code, 0, set.stderr)
  assert.equal((await home.json<{ loud: boolean }>('config', 'acme/p')).loud, true)
})

async function nothingIsTold(home: FleetHome) {
  const set = await piped(home, SECRET, 'secret', 'set', 'acme/p', 'PAIR_TOKEN')
  assert.deepEqual([set.code, set.stdout], [4, ''])
  assert.match(set.stderr, /^frota: .*(belongs to another user|other users may write).*\n$/)
  assert.ok(set.stderr.includes(home.paths.runDir), set.stderr)
  for (const args of [['ls'], ['up'], ['down'], ['start', 'acme/p'], ['serve'], ['run', 'acme/p'], ['status']]) {
    const ran = await home.run(...args)
    assert.deepEqual([args.join(' '), ran.code], [args.join(' '), 4], ran.stderr)
  }
  const doctor = await home.run('doctor')
  assert.equal(doctor.code, 1, doctor.stderr)
  assert.match(doctor.stdout, /fail +home .*frota-\d+-\w+/)
  assert.match(doctor.stdout, /disk +\d+ MB free/)
  const { runDir, sessionsSocket, controlSocket, pm2Home } = home.paths
  await assert.rejects(openLink(sessionsSocket).post('/hello', { ticket: SECRET }, 1_000), /frota-\d/)
  await assert.rejects(connectToSupervisor(controlSocket), { name: 'UserError' })
  await assert.rejects(connectRpc(pm2Home, 1_000), { name: 'UserError' })
  assert.throws(() => tryLock(join(runDir, 'boot.lock.db'), 'me'), { name: 'UserError' })
}

const etc = (name: string) => readFile(`/etc/${name}`, 'utf8')

/** A kind that leaves a trace when it is loaded. */
function kindText(home: FleetHome, file: string): string {
  const trace = `import { writeFileSync } from 'node:fs'\nwriteFileSync('${join(home.dir, 'trace')}', '')\n`
  if (file === 'run.mjs') return 'export const run = () => undefined\n'
  return `${trace}export default { name: 'x', title: 'X', config: { shape: {} }, run: new URL('./run.mjs', import.meta.url) }\n`
}

const runIn = ({ env }: Pick<FleetHome, 'env'>, ...args: string[]) =>
  execute(NODE, [join(ROOT, 'bin/frota'), ...args], env)

const underUmask = (home: FleetHome, mask: string, ...args: string[]) =>
  execute('/bin/sh', ['-c', `umask ${mask}; exec "$@"`, 'sh', NODE, join(ROOT, 'bin/frota'), ...args], home.env)

async function piped(home: FleetHome, input: string, ...args: string[]) {
  const child = spawn(NODE, [join(ROOT, 'bin/frota'), ...args], { env: home.env, cwd: ROOT })
  child.stdin.on('error', () => undefined) // it may be refused before anything is read
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (child.exitCode === null) await once(child, 'close')
  return { code: child.exitCode, stdout, stderr }
}

/** As `$?` in a shell. A signal that comes before the program listens ends it too. */
async function endedBy(t: TestContext, home: FleetHome, args: string[], signal: 'SIGTERM' | 'SIGINT') {
  const child = spawn(NODE, [join(ROOT, 'bin/frota'), ...args], {
    env: home.env,
    cwd: ROOT,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  t.after(() => child.kill('SIGKILL'))
  const ended = once(child, 'close')
  await sleep(SOON_MS)
  child.kill(signal)
  const [code, by] = await ended
  return code ?? 128 + constants.signals[by as NodeJS.Signals]
}
