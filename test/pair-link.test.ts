// `frota pair REF --link` with real processes: the command, the supervisor, the gateway that comes up for it, and a session.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { type FleetHome, fleetHome, NODE, ROOT } from './fleet-home.js'
import { freePort } from './free-port.js'

const KIND = join(ROOT, 'test/kinds/pairable/kind.js')
const REF = 'acme/bot'

async function pairableHome(t: Parameters<typeof fleetHome>[0], env: Record<string, string> = {}) {
  const home = await fleetHome(t, { FROTA_KINDS: KIND, PORT: String(await freePort()), ...env })
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', REF, '--kind', 'pairable')
  return home
}

/** The command as a program of its own: its lines as they come. */
function waiting(home: FleetHome, ...args: string[]) {
  const child = spawn(NODE, [`${ROOT}/bin/frota`, 'pair', REF, '--json', ...args], { env: home.env })
  const said: { type: string; url?: string; expiresAt?: string }[] = []
  createInterface({ input: child.stdout }).on('line', (line) => said.push(JSON.parse(line)))
  return { said, ended: once(child, 'close').then(([code]) => code as number) }
}

const HEADERS = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }

async function openLink(url: string) {
  const { origin, hash } = new URL(url)
  const body = JSON.stringify({ token: hash.slice(1) })
  const opened = await fetch(`${origin}/pair/open`, { method: 'POST', headers: HEADERS, body })
  const cookie = (opened.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const { visit = '' } = (await opened.json()) as { visit?: string }
  return {
    status: opened.status,
    cookie,
    /** What the page is told now; undefined while nobody answers. */
    async look(): Promise<string | undefined> {
      const answer = await fetch(`${origin}/pair/state?v=${visit}`, { headers: { cookie } }).catch(() => undefined)
      if (!answer?.ok) return undefined
      const events = (await answer.json()) as { look?: { is: string } }[]
      return events.find(({ look }) => look)?.look?.is
    },
  }
}

test('a link brings fleet, session and gateway up, outlives the supervisor, pairs its session once, and is dead then', async (t) => {
  const home = await pairableHome(t)
  const { said, ended } = waiting(home, '--link', '--lang', 'pt', '--wait')
  const link = await home.until('the link', () => said[0])
  const { url = '', expiresAt = '' } = link
  assert.deepEqual(Object.keys(link), ['type', 'url', 'expiresAt'])
  assert.match(url, new RegExp(`^http://127\\.0\\.0\\.1:${home.env.PORT}/pair\\?lang=pt-BR#[\\w-]{43}$`))
  assert.equal(new Date(expiresAt).toISOString(), expiresAt)
  const page = await home.until('the page', () => fetch(url).catch(() => undefined))
  assert.match(await page.text(), /<html lang="pt-BR">/)

  const customer = await openLink(url)
  assert.equal(customer.status, 200)
  await home.until('a code', async () => (await customer.look()) === 'qr')
  home.kill((await home.status()).supervisor?.pid)
  await home.until('a code of the next supervisor', async () => (await customer.look()) === 'qr')
  assert.equal((await openLink(url)).status, 403, 'it is still bound to the first browser')

  await home.command(REF, 'scan')
  await home.until('the customer to be told', async () => (await customer.look()) === 'paired')
  assert.equal(await ended, 0)
  assert.deepEqual(
    said.map(({ type }) => type),
    ['link', 'paired'],
  )
  assert.equal((await openLink(url)).status, 401)
  const again = await home.run('pair', REF, '--link')
  assert.equal(again.code, 1)
  assert.match(again.stderr, /is paired already/)

  const secrets = [new URL(url).hash.slice(1), customer.cookie.split('=')[1] ?? '']
  for (const file of readdirSync(home.dir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const text = readFileSync(join(file.parentPath, file.name), 'latin1')
    for (const secret of secrets) assert.ok(!text.includes(secret), `${file.name} holds a secret of the link`)
  }
  const actors = (await home.json<{ actor: string; action: string }[]>('audit', 'acme'))
    .filter(({ action }) => action.startsWith('session.pair-link'))
    .map(({ actor, action }) => `${action} by ${actor.replace(/:[0-9a-f]{12}$/, '')}`)
  assert.deepEqual(actors, ['session.pair-link by operator:cli', 'session.pair-link-open by link'])
})

test('where nobody could open a link it says what to set, and starts nothing', async (t) => {
  const home = await pairableHome(t, { FROTA_GATEWAY: 'off' })
  const refusal = async (env: Record<string, string>, ...args: string[]) => {
    Object.assign(home.env, env)
    const { code, stderr } = await home.run('pair', REF, ...args, '--json')
    return [code, (JSON.parse(stderr) as { error: { code: string; hint: string } }).error] as const
  }
  const [, off] = await refusal({}, '--link')
  assert.match(`${off.code}: ${off.hint}`, /^GATEWAY_OFF: set FROTA_GATEWAY=auto/)
  const [, nowhere] = await refusal({ FROTA_GATEWAY: 'auto', FROTA_BIND: '0.0.0.0' }, '--link')
  assert.match(`${nowhere.code}: ${nowhere.hint}`, /^NO_PUBLIC_URL: set it to/)
  for (const [args, code] of [
    [['--link', '--phone', '+5511999998888'], 'LINK_ALONE'],
    [['--link', '--end-link'], 'LINK_ALONE'],
    [['--lang', 'es'], 'NO_LINK'],
    [['--wait'], 'NO_LINK'],
    [['--link', '--lang', 'fr'], 'BAD_LANGUAGE'],
    [['--link', '--wait', '--timeout', 'soon'], 'BAD_DURATION'],
  ] as const) {
    const [exit, error] = await refusal({}, ...args)
    assert.deepEqual([exit, error.code], [2, code], args.join(' '))
  }
  assert.deepEqual(home.processes(), [])
})
