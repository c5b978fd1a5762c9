// Plants secrets and keys, makes everything happen that writes, prints or hands on, and looks for them everywhere.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { execute, type FleetHome, fleetHome, NODE, ROOT } from '../fleet-home.js'

/** Every form in which a text might be written down. */
interface Planted {
  name: string
  forms: Buffer[]
}

function planted(name: string, text: string, raw: Buffer = Buffer.from(text)): Planted {
  const forms = [raw, ...['hex', 'base64', 'base64url'].map((as) => Buffer.from(raw.toString(as as BufferEncoding)))]
  const texts = [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1)]
  return { name, forms: [...forms, ...texts.map((form) => Buffer.from(form))] }
}

function plant() {
  const masterKey = randomBytes(32)
  const token = `canary/${randomBytes(20).toString('hex')}+ü "quoted"`
  const tenantToken = `canary-${randomBytes(20).toString('hex')}`
  const operatorToken = `canary-${randomBytes(20).toString('hex')}`
  const channelToken = `canary-${randomBytes(20).toString('hex')}`
  const storeKey = `sb_secret_${randomBytes(20).toString('hex')}`
  const password = `canary-${randomBytes(20).toString('hex')}`
  return {
    masterKey: masterKey.toString('hex'),
    token,
    tenantToken,
    operatorToken,
    channelToken,
    storeKey,
    dbUrl: `postgres://postgres:${password}@db.canary.supabase.co:5432/postgres`,
    all: [
      planted('the master key', masterKey.toString('hex'), masterKey),
      planted("the session's secret", token),
      planted("the tenant's secret", tenantToken),
      planted("the operator's secret", operatorToken),
      planted("the token in a channel's address", channelToken),
      planted("the store's key", storeKey),
      planted("the database's password", password),
    ],
  }
}

const sightings = (text: Buffer, where: string, all: Planted[]) =>
  all.filter(({ forms }) => forms.some((form) => text.includes(form))).map(({ name }) => `${name} in ${where}`)

function inFiles(dir: string, all: Planted[], except: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => lstatSync(file).isFile() && file !== except)
    .flatMap((file) => sightings(readFileSync(file), file, all))
}

function inProcesses(home: FleetHome, all: Planted[], except: number | undefined): string[] {
  return home.processes().flatMap(({ pid, command }) => {
    if (pid === except) return []
    const told = Buffer.concat(['environ', 'cmdline'].map((name) => readFileSync(`/proc/${pid}/${name}`)))
    return sightings(told, `/proc/${pid} (${command})`, all)
  })
}

const READS = ['ls', 'status', 'doctor', 'kinds', 'tenant ls', 'tenant show acme', 'plan ls', 'show acme/a']
  .concat([
    'config acme/a',
    'secret ls acme/a',
    'secret ls acme',
    'secret ls operator',
    'events acme/a',
    'logs acme/a',
    'notify ls',
  ])
  .map((line) => [...line.split(' '), '--json'])

async function inAnswers(home: FleetHome, all: Planted[]): Promise<string[]> {
  const found: string[] = []
  for (const args of READS) {
    const { code, stdout, stderr } = await home.run(...args)
    assert.notEqual(code, 2, `frota ${args.join(' ')} is no command (any more): ${stderr}`)
    found.push(...sightings(Buffer.from(stdout + stderr), `frota ${args.join(' ')}`, all))
  }
  return found
}

/** Be started, print, crash, be killed, be saved by PM2. */
async function live(home: FleetHome, secrets: ReturnType<typeof plant>) {
  await home.call('tenants.add', { slug: 'acme' })
  for (const ref of ['acme/a', 'acme/b']) await home.add(ref, { act: 'echoes-secret' })
  await home.call('secrets.set', { scope: 'acme', name: 'PROBE_TOKEN', value: secrets.tenantToken })
  await home.call('secrets.set', { scope: 'acme/a', name: 'PROBE_TOKEN', value: secrets.token })
  await home.call('secrets.set', { scope: 'operator', name: 'SMTP_KEY', value: secrets.operatorToken })
  const url = `https://127.0.0.1:1/${secrets.channelToken}`
  const channel = { channel: 'webhook', settings: { url }, secret: secrets.channelToken, allowPrivate: true }
  await home.call('channels.set', { tenant: 'acme', ...channel })
  await home.call('channels.test', { tenant: 'acme' })
  await home.call('sessions.start', { refs: [], all: true })
  await home.reached('ready', 'acme/a', 'acme/b')
  for (const ref of ['acme/a', 'acme/b']) {
    const copies = home.witness.copies(ref)
    await home.command(ref, 'crash')
    await home.until(`${ref} after its crash`, () => home.witness.copies(ref) > copies)
    await home.reached('ready', ref)
  }
  home.kill((await home.row('acme/a'))?.pid)
  const env = { ...home.env, PM2_HOME: home.paths.pm2Home, PM2_DISABLE_VERSION_CHECK: 'true' }
  await execute(NODE, [join(ROOT, 'node_modules/pm2/bin/pm2'), 'save', '--force'], env)
  await home.until('the crash in the history', () => home.events('session.crash', 'acme/a').length > 0)
  await home.reached('ready', 'acme/a', 'acme/b')
  assert.match(home.logText('acme.a.crash.log'), /crashed with \S/, 'nothing crashed: this test proves nothing')
  assert.match(home.logText('acme.a.jsonl'), /the secret is /, 'nothing was logged: this test proves nothing')
}

describe('the canary', { concurrency: true }, () => {
  test('no secret and no key is in a log, a file, an environment, a command line or an answer', async (t) => {
    const home = await fleetHome(t)
    const secrets = plant()
    const keys = [
      `FROTA_MASTER_KEY=${secrets.masterKey}`,
      'FROTA_STORE=sqlite',
      'SUPABASE_URL=https://canary.supabase.co',
      `SUPABASE_SECRET_KEY=${secrets.storeKey}`,
      `SUPABASE_DB_URL=${secrets.dbUrl}`,
    ]
    writeFileSync(home.paths.envFile, keys.join('\n'), { mode: 0o600 })
    await home.frota('up')
    await live(home, secrets)
    const found = [
      ...inProcesses(home, secrets.all, undefined),
      ...(await inAnswers(home, secrets.all)),
      ...inFiles(home.dir, secrets.all, home.paths.envFile),
      ...inFiles(home.paths.runDir, secrets.all, ''),
    ]
    await home.frota('down')
    found.push(...(await inAnswers(home, secrets.all)))
    found.push(...inFiles(home.dir, secrets.all, home.paths.envFile), ...inFiles(home.paths.runDir, secrets.all, ''))
    assert.deepEqual(found, [])
  })

  test('keys that only the foreground supervisor was given reach no process but itself', async (t) => {
    const home = await fleetHome(t)
    const secrets = plant()
    const env = {
      ...home.env,
      FROTA_MASTER_KEY: secrets.masterKey,
      FROTA_STORE: 'sqlite',
      SUPABASE_URL: 'https://canary.supabase.co',
      SUPABASE_SECRET_KEY: secrets.storeKey,
      SUPABASE_DB_URL: secrets.dbUrl,
    }
    const refused = await execute(NODE, [join(ROOT, 'bin/frota'), 'up'], env)
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /FROTA_MASTER_KEY.* set only in this shell/)
    const serve = spawn(NODE, [join(ROOT, 'bin/frota'), 'serve'], { env, stdio: 'ignore' })
    const ended = once(serve, 'exit')
    try {
      await home.until('the foreground supervisor', () => home.rows())
      await live(home, secrets)
      const found = [
        ...inProcesses(home, secrets.all, serve.pid),
        ...inFiles(home.dir, secrets.all, ''),
        ...inFiles(home.paths.runDir, secrets.all, ''),
      ]
      assert.deepEqual(found, [])
    } finally {
      serve.kill('SIGTERM')
    }
    assert.deepEqual(await ended, [0, null])
    assert.deepEqual(home.processes(), [], 'a foreground supervisor that is told to stop takes its fleet along')
  })
})
