// The WhatsApp kind's `run` on a WhatsApp Web of a few lines: one session a test, its clock and its browsers at hand.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'node:test'
import { type EngineOptions, type PageState, Unreachable } from '../src/kinds/whatsapp/engine.js'
import { type WhatsAppConfig, whatsapp } from '../src/kinds/whatsapp/kind.js'
import { runOn } from '../src/kinds/whatsapp/run.js'
import { type TestContext, testContext } from './session-context.js'
import { until } from './whatsapp-client.js'
import { type FakeEngine, fakeEngine } from './whatsapp-fakes.js'

export const linked: PageState = { registered: true, ready: true, online: true, socket: 'CONNECTED', qr: null }
export const unlinked: PageState = {
  registered: false,
  ready: false,
  online: true,
  socket: 'UNPAIRED',
  qr: '2@code',
}

export interface Rig {
  folder: string
  context: TestContext<WhatsAppConfig>
  engines: FakeEngine[]
  nowMs: number
  ended: Promise<unknown>
  /** How often WhatsApp Web is away first. */
  outages: number
  /** What browsers after the first find. */
  again: PageState
}

export const rig = {} as Rig

/** Call it once at the top of a test file. */
export function useRun() {
  beforeEach(() => {
    const folder = mkdtempSync(join(tmpdir(), 'frota-run-'))
    Object.assign(rig, { folder, engines: [], outages: 0, nowMs: Date.now(), again: unlinked })
  })
  afterEach(async () => {
    await end()
    rmSync(rig.folder, { recursive: true, force: true })
  })
}

/** @param options.page what the first browser finds; `again`: the others */
export function start(options: { page?: PageState; again?: PageState; browser?: string | null } = {}) {
  const { page = unlinked, browser = '/bin/chromium' } = options
  rig.again = options.again ?? unlinked
  rig.engines = []
  const config = whatsapp.config.parse({ reply: 'fixed', replyText: 'Hi', typingMaxMs: 0 }) as WhatsAppConfig
  rig.context = testContext({ folder: rig.folder, config, dirs: { browser }, now: () => new Date(rig.nowMs) })
  const open = async (options: EngineOptions) => {
    if (rig.outages-- > 0) throw new Unreachable('WhatsApp Web cannot be reached (net::ERR_NAME_NOT_RESOLVED)')
    const engine = fakeEngine(options)
    engine.page = { ...(rig.engines.length === 0 ? page : rig.again) }
    rig.engines.push(engine)
    return engine
  }
  rig.ended = runOn(open, rig.context.ctx).catch((error: unknown) => error)
}

export async function end() {
  rig.context.stop()
  await rig.ended
  rig.context.close()
}

/** As WhatsApp says it: the page shows no login any more, and an event tells why. */
export function unlinkFromPhone(engine: FakeEngine) {
  engine.page = { ...unlinked }
  engine.options?.on.loggedOut('unknown_companion')
}

/** Its page is like this from now on, and looked at. */
export function show(page: PageState) {
  newest().page = { ...page }
  newest().options?.on.hint()
}

export const newest = () => {
  const engine = rig.engines.at(-1)
  assert.ok(engine)
  return engine
}
export const pair = async (input = {}) =>
  (await rig.context.call('pair', input)) as { paired: boolean; qr?: { code: string }; reason?: string }
export const reason = (text: string) => until(text, () => rig.context.now()?.reason?.includes(text))
export const state = (name: string) => until(name, () => rig.context.now()?.state === name)
