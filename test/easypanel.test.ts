// easypanel/: what is sent to the panel's template repository and what is pasted into a panel is what the panel takes, and
// the environment that comes of it is one that doctor has nothing to say about.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PNG } from 'pngjs'
import type { Finding } from '../src/cli/doctor/finding.js'
import { checkGateway } from '../src/cli/doctor/gateway.js'
import { checkSettings } from '../src/cli/doctor/program.js'
import { loadConfig } from '../src/config/config.js'
import { SECRET_NAMES } from '../src/config/names.js'
import { decodeKey } from '../src/core/key-text.js'
import { openVaultOffline } from '../src/vault/vault.js'
import { panelTemplate, type TemplateMeta } from './easypanel/panel.js'
import { answers, environmentOf, generate, pastedSchemas, readMeta, TEMPLATE, UTILS } from './easypanel/template.js'
import { execute, fleetHome, NODE, ROOT } from './fleet-home.js'

const PROJECT = { url: 'https://xyz.supabase.co', secretKey: 'sb_secret_of_the_test' }
const onSupabase = ({ url, secretKey }: typeof PROJECT = PROJECT) => ({
  store: 'supabase',
  supabaseUrl: url,
  supabaseSecretKey: secretKey,
})

let meta: TemplateMeta
before(() => {
  meta = readMeta()
})

test('the template has the files that its repository asks for, and no others', () => {
  const files = readdirSync(TEMPLATE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(TEMPLATE.length + 1))
  assert.deepEqual(files.sort(), ['assets/logo.svg', 'assets/screenshot.png', 'index.ts', 'meta.yaml'])
  const logo = readFileSync(join(TEMPLATE, 'assets/logo.svg'), 'utf8')
  assert.match(logo, /^<svg [^>]*viewBox="0 0 (\d+) \1"/, 'square')
  assert.doesNotMatch(logo, /<script|href=|url\((?!#)|<image|<text|@import/, 'a picture that needs nothing else')
  const { width, height } = PNG.sync.read(readFileSync(join(TEMPLATE, 'assets/screenshot.png')))
  assert.ok(width >= 1000 && height >= 500 && width > height, `${width}×${height}`)
})

test('the form asks for what the template needs, and names a first choice for all that is required', () => {
  const { required, properties } = meta.schema
  assert.deepEqual(
    required.filter((name) => properties[name]?.default === undefined),
    [],
  )
  for (const [name, { default: value, oneOf }] of Object.entries(properties)) {
    if (oneOf)
      assert.ok(
        oneOf.some(({ enum: [choice] }) => choice === value),
        `${name}: ${value}`,
      )
  }
})

test('the template compiles against the types of its form and of the panel', async (t) => {
  const repository = mkdtempSync(join(tmpdir(), 'i7-easypanel-'))
  t.after(() => rmSync(repository, { recursive: true, force: true }))
  const template = join(repository, 'templates/frota')
  mkdirSync(template, { recursive: true })
  copyFileSync(join(TEMPLATE, 'index.ts'), join(template, 'index.ts'))
  writeFileSync(join(template, 'meta.ts'), inputType(meta))
  const compilerOptions = {
    ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler', strict: true, noEmit: true },
    ...{ isolatedModules: true, skipLibCheck: true, types: ['node'], typeRoots: [join(ROOT, 'node_modules/@types')] },
    paths: { '~templates-utils': [fileURLToPath(UTILS)] },
  }
  writeFileSync(join(repository, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['templates'] }))
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { code, stdout } = await execute(NODE, [compiler, '-p', repository], { PATH: process.env.PATH ?? '' })
  assert.deepEqual([code, stdout], [0, ''])
})

/** As the template repository's own generator makes it of `meta.yaml`: a field that is not required may be missing. */
function inputType({ schema: { required, properties } }: TemplateMeta): string {
  const fields = Object.entries(properties).map(([name, { oneOf }]) => {
    const type = oneOf ? oneOf.map(({ enum: [choice] }) => JSON.stringify(choice)).join(' | ') : 'string'
    return `  ${name}${required.includes(name) ? '' : '?'}: ${type}`
  })
  return `export interface Input {\n${fields.join('\n')}\n}\n`
}

test('whatever is chosen, there is one container at a time, its home is on a volume, and the domain is the gateway’s', async () => {
  const image = { appServiceImage: 'registry.example.com/frota:0.1.0' }
  for (const given of [{}, onSupabase(), image]) {
    const schema = await generate(answers(meta, given))
    assert.equal(schema.services.length, 1)
    const [service] = schema.services
    assert.ok(service?.type === 'app')
    const { deploy, mounts, domains, source, build } = service.data
    assert.deepEqual([deploy.replicas, deploy.zeroDowntime, deploy.command], [1, false, null])
    assert.deepEqual(mounts, [{ type: 'volume', name: 'data', mountPath: '/data' }])
    assert.deepEqual(
      domains.map(({ host, https, port }) => [host, https, String(port)]),
      [['$(EASYPANEL_DOMAIN)', true, environmentOf(schema).PORT]],
    )
    assert.deepEqual(
      [source?.type, build?.type],
      'appServiceImage' in given ? ['image', undefined] : ['git', 'dockerfile'],
    )
  }
})

test('a field that the panel does not know, and a name that it refuses, are found', async () => {
  const schema = await generate(answers(meta))
  const data = schema.services[0]?.data
  for (const wrong of [{ zeroDowntime: false }, { serviceName: 'Frota' }, { domains: [{ host: 'a b' }] }]) {
    assert.equal(panelTemplate.safeParse({ services: [{ type: 'app', data: { ...data, ...wrong } }] }).success, false)
  }
})

test('each service on Supabase is given a key of its own, of the form that the vault takes', async () => {
  const made = [await generate(answers(meta, onSupabase())), await generate(answers(meta, onSupabase()))]
  const keys = made.map((schema) => environmentOf(schema).FROTA_MASTER_KEY ?? '')
  assert.ok(keys.every((key) => decodeKey(key) !== undefined))
  assert.notEqual(keys[0], keys[1])
})

test('the files to paste are what the template answers now, with every secret left to be filled in', async () => {
  for (const { file, text } of await pastedSchemas()) {
    assert.equal(readFileSync(file, 'utf8'), text, 'npm run easypanel-schemas')
    const env = environmentOf(panelTemplate.parse(JSON.parse(text)))
    const secrets = SECRET_NAMES.filter((name) => name in env)
    assert.deepEqual(
      secrets.map((name) => env[name]),
      secrets.map(() => ''),
    )
    assert.doesNotMatch(text, /[0-9a-f]{32}|[A-Za-z0-9+/]{43}/)
  }
})

/** What the environment decides; the rest is the host's that the test runs on. */
const DECIDED = new Set(['settings', 'store', 'key', 'kinds', 'gateway'])
const IN_USE = /cannot be used \(EADDRINUSE\)/
const complaints = (findings: Finding[]) =>
  findings.filter(({ level, message }) => level !== 'ok' && !IN_USE.test(message))

test('doctor has nothing to say about the environment that the template makes', async (t) => {
  const env = asThePanelWould(environmentOf(await generate(answers(meta))))
  const home = await fleetHome(t, { ...env, FROTA_KINDS: '', BASE_PORT: '' })
  const { code, stdout } = await home.run('doctor', '--json')
  assert.equal(code, 0, stdout)
  const findings = (JSON.parse(stdout).findings as Finding[]).filter(({ check }) => DECIDED.has(check))
  assert.deepEqual(new Set(findings.map(({ check }) => check)), DECIDED)
  assert.deepEqual(complaints(findings), [])
})

test('on Supabase as well, in a container', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'i7-easypanel-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  for (const given of [{}, onSupabase()]) {
    const env = asThePanelWould(environmentOf(await generate(answers(meta, given))))
    const config = loadConfig({ env: { ...env, FROTA_HOME: home }, checkout: ROOT, cwd: ROOT })
    assert.equal(config.storeDriver, env.FROTA_STORE)
    const { masterKey, paths } = config
    assert.equal(openVaultOffline({ masterKey, keyFile: paths.keyFile }) !== undefined, 'store' in given)
    const settings = checkSettings({ config }, true)
    assert.equal(
      complaints(checkSettings({ config }, false)).length > 0,
      'store' in given,
      'elsewhere keys belong in .env',
    )
    const gateway = await checkGateway({ config, live: null })
    assert.deepEqual(complaints([...settings, ...gateway]), [])
  }
})

test('a pasted schema whose blanks were not filled in is refused with what is missing, and no local store is made of it', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'i7-easypanel-'))
  t.after(() => rmSync(home, { recursive: true, force: true }))
  const [, supabase] = await pastedSchemas()
  const env = asThePanelWould(environmentOf(panelTemplate.parse(JSON.parse(supabase?.text ?? ''))))
  assert.throws(() => loadConfig({ env: { ...env, FROTA_HOME: home }, checkout: ROOT, cwd: ROOT }), /SUPABASE_URL and/)
})

test('what the guide says is set is what is set', async () => {
  const env = environmentOf(await generate(answers(meta)))
  const said = [...readFileSync(join(ROOT, 'docs/easypanel.md'), 'utf8').matchAll(/`((?:FROTA_|PORT)\w*)=([^`]+)`/g)]
  assert.ok(said.length >= 3)
  for (const [, name = '', value] of said) assert.equal(value, env[name], name)
})

const asThePanelWould = (env: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replace('$(PRIMARY_DOMAIN)', 'frota.example.com')]),
  )
