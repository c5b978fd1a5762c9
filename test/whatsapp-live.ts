// Runs the WhatsApp kind for tests as it really runs: its own code, wppconnect, Chromium, a journal on disk; WhatsApp
// played by the sim.
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before } from 'node:test'
import { startWhatsappSim } from '../sims/whatsapp-web/server.js'
import { unpackBrowser } from '../src/config/browser.js'
import type { JsonObject } from '../src/core/json.js'
import { endChromium } from '../src/kinds/whatsapp/chromium.js'
import { type WhatsAppConfig, whatsapp } from '../src/kinds/whatsapp/kind.js'
import { run } from '../src/kinds/whatsapp/run.js'
import { type TestContext, testContext } from './session-context.js'
import { until } from './whatsapp-client.js'

export const PHONE = '5511999990000'
export const ANA = '5511888880000'
const bundled = process.platform === 'linux' && process.arch === 'x64'
export const real = { skip: bundled ? false : 'no bundled browser for this machine' }

type Sim = Awaited<ReturnType<typeof startWhatsappSim>>
let browser: { path: string; libs: string | null }
let sim: Sim
let home = ''
let live: Session[] = []

export interface Session extends TestContext<WhatsAppConfig> {
  ended: Promise<Error | null>
}

/** Call it once at the top of a test file. */
export function useWhatsapp() {
  before(async () => {
    const unpacked = await unpackBrowser(join(import.meta.dirname, '..', '.build'))
    if (unpacked) browser = unpacked
    sim = await startWhatsappSim({ codes: { firstQrMs: 600_000 } })
  })
  after(() => sim.close())
  afterEach(async () => {
    for (const session of live) session.stop()
    await Promise.all(live.map(({ ended }) => ended))
    for (const session of live) session.close()
    live = []
    if (home !== '') await endChromium(profile()).finally(() => rm(home, { recursive: true, force: true }))
  })
}

export const folder = () => home
export const endpoint = () => sim.endpoint

export const profile = () => join(home, 'browser')
export const newFolder = async () => {
  home = await mkdtemp(join(tmpdir(), 'frota-whatsapp-'))
}

export function start(settings: JsonObject = {}): Session {
  const config = whatsapp.config.parse({
    endpoint: sim.endpoint,
    reply: 'fixed',
    replyText: 'Already with you!',
    typingMsPerChar: 1,
    ...settings,
  }) as WhatsAppConfig
  const context = testContext({ folder: home, config, dirs: { browser: browser.path, browserLibs: browser.libs } })
  const ended = run(context.ctx).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
  const session = { ...context, ended }
  live.push(session)
  return session
}

/** As asked for; it must end well. */
export async function stop(session: Session) {
  session.stop()
  assert.equal(await session.ended, null)
  session.close()
  live = live.filter((other) => other !== session)
}

export async function control<T = JsonObject>(path: string, body?: JsonObject): Promise<T> {
  const init = body ? { method: 'POST', body: JSON.stringify(body) } : {}
  const response = await fetch(`${sim.controlUrl}${path}`, init)
  const answer = await response.json()
  assert.ok(response.ok, `${path}: ${JSON.stringify(answer)}`)
  return answer as T
}

interface PairState {
  paired: boolean
  account?: string
  qr?: { code: string; attempt: number }
  linkCode?: string
  reason?: string
}
export const pairState = async (session: Session, input: JsonObject = {}) =>
  (await session.call('pair', input)) as unknown as PairState
export const state = (session: Session, name: string) => until(name, () => session.now()?.state === name)

export async function pair(session: Session, phone: string) {
  const qr = await until('a QR code', async () => (await pairState(session)).qr)
  await control('/scan', { code: qr.code, phone })
  await state(session, 'ready')
}

export const sent = async (text: string, phone = PHONE) =>
  (await control<{ text: string; direction: string }[]>(`/messages?phone=${phone}`)).filter(
    (message) => message.direction === 'out' && message.text === text,
  ).length
export const deliver = (text: string, phone: string, from = ANA) =>
  control<{ id: string }>('/deliver', { to: phone, from, text, name: 'Ana' })

/** It ended by itself: the next one may have its journal. */
export function bury(session: Session) {
  session.close()
  live = live.filter((other) => other !== session)
}
