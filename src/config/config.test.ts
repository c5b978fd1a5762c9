import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { inspect } from 'node:util'
import { UserError } from '../core/errors.js'
import { childEnvironment, keysOnlyInEnvironment, loadConfig } from './config.js'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'frota-config-')))
after(() => rmSync(root, { recursive: true, force: true }))

let home = ''
let count = 0
beforeEach(() => {
  home = join(root, `home${count++}`)
  mkdirSync(home)
})

const load = (env: Record<string, string> = {}, homeFlag?: string) =>
  loadConfig({ env, checkout: home, cwd: root, homeFlag })

function writeEnv(text: string, mode = 0o600) {
  writeFileSync(join(home, '.env'), text)
  chmodSync(join(home, '.env'), mode)
}

function refused(work: () => unknown): UserError {
  try {
    work()
  } catch (error) {
    assert.ok(error instanceof UserError, String(error))
    assert.equal(error.code, 'BAD_CONFIG')
    assert.equal(error.exit, 2)
    return error
  }
  throw new Error('nothing was refused')
}

const KEY = 'ab'.repeat(32)

test('with nothing set, the checkout is the home, the store is sqlite and the documented defaults hold', () => {
  const config = load()
  assert.equal(config.home, home)
  assert.equal(config.storeDriver, 'sqlite')
  assert.equal(config.supabase, null)
  assert.equal(config.masterKey, null)
  assert.deepEqual([config.gateway.port, config.basePort, config.maxSessions], [3000, 3001, null])
  assert.equal(config.defaultPlan, 'free')
  assert.equal(config.only, null)
  assert.equal(config.browserSandbox, process.getuid?.() === 0 ? 'off' : 'on')
  assert.ok(Object.isFrozen(config) && Object.isFrozen(config.paths))
})

test("Chromium's sandbox may be asked for where it can be had; root never has it", () => {
  const isRoot = process.getuid?.() === 0
  assert.equal(load({ FROTA_CHROMIUM_SANDBOX: 'try' }).browserSandbox, isRoot ? 'off' : 'try')
  assert.equal(load({ FROTA_CHROMIUM_SANDBOX: 'on' }).browserSandbox, 'on')
  assert.equal(load({ FROTA_CHROMIUM_SANDBOX: 'off' }).browserSandbox, 'off')
})

test('--home goes before FROTA_HOME, which goes before the checkout; relative ones start at the working directory', () => {
  assert.equal(load({ FROTA_HOME: 'a' }).home, join(root, 'a'))
  assert.equal(load({ FROTA_HOME: 'a' }, 'b').home, join(root, 'b'))
})

test('every way of writing a home leads to the same run directory, short enough for a socket', () => {
  symlinkSync(home, join(root, 'link'))
  const [one, two] = [load({}, 'link'), load({ TMPDIR: '/var/tmp' }, `${home}/../link/`)]
  assert.equal(one.paths.runDir, two.paths.runDir)
  assert.ok(Buffer.byteLength(one.paths.controlSocket) <= 107)
  assert.notEqual(load({}, 'elsewhere').paths.runDir, one.paths.runDir)
})

test("the environment wins over the home's .env, and it is remembered where each value came from", () => {
  writeEnv('PORT=4000\nBASE_PORT=5000\nSUPABASE_URL=\n')
  const config = load({ PORT: '4001', MAX_SESSIONS: '' })
  assert.deepEqual([config.gateway.port, config.basePort], [4001, 5000])
  assert.deepEqual(
    [config.origins.PORT, config.origins.BASE_PORT, config.origins.MAX_SESSIONS, config.origins.SUPABASE_URL],
    ['env', 'file', 'default', 'default'],
  )
})

test('all problems are told at once, with the setting nearest to a mistyped one', () => {
  writeEnv('FROTA_STROE=sqlite\n')
  const { message } = refused(() =>
    load({
      PORT: 'x',
      MAX_SESSIONS: '-1',
      FROTA_ONLY: 'acme',
      FROTA_CHROMIUM_SANDBOX: 'maybe',
      FROTA_MASTER_KEY: 'short',
    }),
  )
  for (const name of [
    'PORT',
    'MAX_SESSIONS',
    'FROTA_ONLY',
    'FROTA_CHROMIUM_SANDBOX',
    'FROTA_MASTER_KEY',
    'FROTA_STROE',
  ]) {
    assert.match(message, new RegExp(name))
  }
  assert.match(message, /did you mean "FROTA_STORE"/)
  assert.doesNotMatch(message, /short/)
})

test('a .env with keys in it that others may read is refused; one without keys is not', () => {
  writeEnv(`FROTA_MASTER_KEY=${KEY}\n`, 0o644)
  assert.match(refused(() => load()).message, /FROTA_MASTER_KEY.*mode 644.*chmod 600/)
  writeEnv('PORT=4000\n', 0o644)
  assert.equal(load().gateway.port, 4000)
})

test('a .env that cannot be read is told, not taken for an empty one', () => {
  mkdirSync(join(home, '.env'))
  assert.match(refused(() => load()).message, /\.env cannot be read/)
})

test('supabase is chosen by its URL and key, and half of them is refused', () => {
  const both = { SUPABASE_URL: 'https://xyz.supabase.co/', SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_x' }
  const config = load(both)
  assert.equal(config.storeDriver, 'supabase')
  assert.equal(config.supabase?.url, 'https://xyz.supabase.co')
  assert.equal(config.supabase?.key.reveal(), 'sb_secret_x')
  assert.equal(load({ ...both, FROTA_STORE: 'sqlite' }).storeDriver, 'sqlite')
  assert.match(refused(() => load({ SUPABASE_URL: both.SUPABASE_URL })).message, /SUPABASE_SECRET_KEY is missing/)
  assert.match(refused(() => load({ FROTA_STORE: 'supabase' })).message, /are not set/)
})

test('the public Supabase key, an address in clear and a wrong database address are refused', () => {
  const anon = `eyJh.${Buffer.from('{"role":"anon"}').toString('base64url')}.sig`
  const env = { SUPABASE_URL: 'http://xyz.supabase.co', SUPABASE_SECRET_KEY: anon, SUPABASE_DB_URL: 'mysql://x' }
  const { message } = refused(() => load(env))
  assert.match(message, /anon key/)
  assert.match(message, /must begin with https/)
  assert.match(message, /not a postgres/)
  assert.equal(load({ SUPABASE_URL: 'http://127.0.0.1:5/', SUPABASE_SECRET_KEY: 'k' }).storeDriver, 'supabase')
  for (const host of ['10.evil.example', '127.evil.example', '192.168.evil.example', '[2001:db8::1]', '0.0.0.0']) {
    const { message } = refused(() => load({ SUPABASE_URL: `http://${host}`, SUPABASE_SECRET_KEY: 'k' }))
    assert.match(message, /must begin with https/, host)
  }
})

test('no key is printed with the config, nor handed to a child; keys only in the environment are known', () => {
  writeEnv('SUPABASE_URL=https://xyz.supabase.co\nSUPABASE_SECRET_KEY=sb_secret_file\n')
  const env = {
    FROTA_MASTER_KEY: KEY,
    PATH: '/bin',
    LC_ALL: 'C',
    AWS_SECRET: 'no',
    PORT: '4000',
    FROTA_STORE: 'supabase',
  }
  const config = load(env)
  const printed = inspect(config, { depth: 9 }) + JSON.stringify(config)
  assert.ok(!printed.includes(KEY) && !printed.includes('sb_secret_file'))
  assert.deepEqual(keysOnlyInEnvironment(config), ['FROTA_MASTER_KEY'])
  assert.deepEqual(childEnvironment(config), {
    PATH: '/bin',
    LC_ALL: 'C',
    PORT: '4000',
    FROTA_STORE: 'supabase',
    FROTA_HOME: home,
  })
})

test('kinds are paths from the home or package names, strategies are paths; only names sessions', () => {
  mkdirSync(join(home, 'kinds'))
  writeFileSync(join(home, 'kinds/echo.ts'), '')
  const config = load({ FROTA_KINDS: './a.ts, kinds/echo.ts\n@x/y', FROTA_ONLY: 'acme/vendas beta/one' })
  assert.deepEqual(config.kinds, [join(home, 'a.ts'), join(home, 'kinds/echo.ts'), '@x/y'])
  assert.deepEqual(load({ FROTA_STRATEGIES: './dip.js, /opt/cross.js' }).strategies, [
    join(home, 'dip.js'),
    '/opt/cross.js',
  ])
  assert.deepEqual(
    config.only?.map(({ name }) => name),
    ['vendas', 'one'],
  )
})

test('a browser is named by its path, from the home, or by its command', () => {
  assert.equal(load({ FROTA_CHROMIUM: 'bin/chrome' }).chromium, join(home, 'bin/chrome'))
  writeFileSync(join(home, 'chromium-x'), '')
  assert.equal(load({ FROTA_CHROMIUM: 'chromium-x', PATH: `/nowhere:${home}` }).chromium, join(home, 'chromium-x'))
})

test('names of older tools are recognised, with what to use instead', () => {
  writeEnv('OPENAI_KEY=x\n')
  const names = load({ ENCRYPTION_MASTER_KEY: 'y', SESSION_NAME: '' }).foreign.map(({ name }) => name)
  assert.deepEqual(names, ['OPENAI_KEY', 'ENCRYPTION_MASTER_KEY'])
})

test('the finest blocks are drawn only where the terminal’s name says that its font has them', () => {
  const hasSextants = (TERM: string) => load({ TERM }).terminal.hasSextants
  assert.deepEqual(['xterm-256color', 'tmux-256color', 'xterm-kitty'].map(hasSextants), [true, true, true])
  assert.deepEqual(['linux', 'xterm'].map(hasSextants), [false, false])
})
