// A WhatsApp session: opens WhatsApp Web in a browser of its own, has a person pair a phone, takes messages up and
// answers them. A browser that dies ends the session with an error: whoever started it starts it again.
import { messageOf } from '../../core/errors.js'
import { SESSION_EXIT, SessionExit } from '../../core/states.js'
import type { SessionContext } from '../kind.js'
import { registerCommands } from './commands.js'
import { type Engine, type OpenEngine, Unreachable } from './engine.js'
import { createInbox } from './inbox.js'
import type { WhatsAppConfig } from './kind.js'
import { type End, giveUpIntents, type LifeParts, live } from './life.js'
import { openMemory } from './memory.js'
import { createOutbox } from './outbox.js'
import { createDesk } from './pairing.js'
import { createBell } from './waiting.js'
import { openWppconnect } from './wppconnect.js'

const { rmSync } = process.getBuiltinModule('node:fs')
const { join } = process.getBuiltinModule('node:path')
const { randomUUID } = process.getBuiltinModule('node:crypto')
const { setTimeout: sleep } = process.getBuiltinModule('node:timers/promises')

const ASLEEP_MS = 24 * 60 * 60 * 1000
/** Together with closing the browser it must fit into the kind's grace. */
const DETACH_WITHIN_MS = 3_000
const TELL_WITHIN_MS = 300
const REACH_AGAIN_MS = [2_000, 5_000, 15_000, 30_000, 60_000]

export const run = (ctx: SessionContext<WhatsAppConfig>) => runOn(openWppconnect, ctx)

/** @param openEngine the real one, or a fake in tests */
export async function runOn(openEngine: OpenEngine, ctx: SessionContext<WhatsAppConfig>): Promise<void> {
  const path = needBrowser(ctx)
  let config = ctx.config
  let connected: Engine | null = null
  let leaving = false
  let loggedOut = false
  let missed = false
  let opened: { endpoint: string | undefined; phone: string | null } = { endpoint: undefined, phone: null }
  const now = () => ctx.clock.now()
  const { journal, log, signal } = ctx
  const bell = createBell()
  const memory = openMemory(journal, now)
  const desk = createDesk(bell, () => now().getTime())
  const typingMs = (text: string) => Math.min(config.typingMaxMs, text.length * config.typingMsPerChar)
  const outbox = createOutbox({ journal, memory, log, now, typingMs })
  const onError = (error: unknown) => {
    missed = true
    log.error(`a message could not be taken up: ${messageOf(error)}`)
  }
  const inbox = createInbox({ journal, memory, outbox, now, config: () => config, onError })
  const mustReopen: LifeParts['mustReopen'] = (page) =>
    loggedOut ||
    opened.endpoint !== config.endpoint ||
    (page?.registered === false && (opened.phone !== desk.phone || desk.needsNewBrowser))
  const onConnected = (engine: Engine) => {
    connected = engine
  }
  const missedSome = () => {
    const before = missed
    missed = false
    return before
  }
  const parts: LifeParts = { ctx, memory, outbox, inbox, desk, bell, mustReopen, missedSome, onConnected }

  ctx.onConfig((next) => {
    config = next
    bell.ring()
  })
  const describe = () => describeSession(parts, connected !== null)
  async function logout() {
    leaving = true
    try {
      await connected?.logout()
      loggedOut = true
    } finally {
      leaving = loggedOut
      bell.ring()
    }
  }
  registerCommands({ ctx, memory, outbox, desk, newId: randomUUID, connected: () => connected, describe, logout })

  /** One browser, from opened to closed. */
  async function once(): Promise<End> {
    opened = { endpoint: config.endpoint, phone: desk.phone }
    desk.open()
    desk.say('the browser is starting')
    const engine = await openEngine({
      profile: profileOf(ctx),
      browser: { path, libs: ctx.dirs.browserLibs, sandbox: ctx.dirs.browserSandbox },
      ...opened,
      signal,
      log: (message) => log.debug(message),
      on: {
        qr: desk.showQr,
        linkCode: desk.showLinkCode,
        linkTrouble: desk.loseLinkCode,
        message: inbox.push,
        reload: () => {
          missed = true
          bell.ring()
        },
        hint: bell.ring,
      },
    })
    const living = live(parts, engine, opened.phone !== null)
    try {
      return await Promise.race([living, whenAborted(signal), engine.died.then((error) => Promise.reject(error))])
    } catch (error) {
      // A call that failed because the browser ended tells less than why it ended.
      throw (await Promise.race([engine.died, later(TELL_WITHIN_MS)])) ?? error
    } finally {
      connected = null
      inbox.shut()
      desk.close()
      desk.paired(null)
      await Promise.race([outbox.detach(), later(DETACH_WITHIN_MS)])
      await engine.close()
      await Promise.race([living.catch(() => 'told above'), later(TELL_WITHIN_MS)])
    }
  }

  let fresh = false
  let unreachable = 0
  while (!signal.aborted) {
    const end = await once().catch((error) => {
      if (signal.aborted) return 'stopped' as const
      if (error instanceof Unreachable) return error
      throw error
    })
    if (end instanceof Unreachable) {
      await waitForNetwork(parts, end, unreachable++)
      continue
    }
    unreachable = 0
    if (end === 'codeless') {
      // A profile whose login is dead shows no code, ever. There is nothing in it that is still worth something.
      if (fresh) throw new Error('WhatsApp Web shows neither a login nor a QR code')
      rmSync(profileOf(ctx), { recursive: true, force: true })
    }
    fresh = end === 'codeless'
    // The page may tell of it before the command is answered.
    const left = leaving && (end === 'reopen' || end === 'unpaired')
    leaving = false
    loggedOut = false
    if (end === 'unpaired' && !left) loseLogin(parts)
    if (end === 'asleep') await sleepUntilAsked(parts, 'not scanned for 10 minutes, the browser was closed')
    if (left) {
      forgetLogin(parts)
      await sleepUntilAsked(parts, 'logged out')
    }
  }
}

/** An outage outlasts any number of restarts, and would end in `failed`, for a person to start it all again. */
async function waitForNetwork({ ctx, desk }: LifeParts, { message }: Unreachable, tries: number) {
  desk.say(message)
  ctx.report('degraded', { reason: message })
  const ms = REACH_AGAIN_MS[Math.min(tries, REACH_AGAIN_MS.length - 1)] ?? 0
  await ctx.clock.sleep(ms).catch((error) => {
    if (!ctx.signal.aborted) throw error
  })
}

/** Rather than a browser that nobody looks at. */
async function sleepUntilAsked({ ctx, desk, bell }: LifeParts, why: string) {
  const since = desk.askedAt
  desk.say(why)
  ctx.report('pairing', { reason: `${why}: frota pair ${ctx.session.ref}` })
  while (!ctx.signal.aborted && desk.askedAt === since) await bell.wait(ASLEEP_MS, ctx.signal)
}

function loseLogin({ ctx, memory }: LifeParts) {
  const reason = 'unlinked from the phone'
  ctx.journal.transaction(() => {
    memory.linked = false
    ctx.journal.record('pairing.lost', { phone: memory.phone, reason })
  })
  ctx.report('pairing', { reason: `${reason}: frota pair ${ctx.session.ref}` })
}

function forgetLogin({ ctx, memory }: LifeParts) {
  ctx.journal.transaction(() => {
    ctx.journal.record('logged.out', { phone: memory.phone })
    giveUpIntents(ctx, 'logged out')
    memory.linked = false
    memory.phone = null
  })
  rmSync(profileOf(ctx), { recursive: true, force: true })
}

const describeSession = ({ ctx, memory }: LifeParts, connected: boolean) => ({
  connected,
  linked: memory.linked,
  phone: memory.phone,
  waiting: ctx.journal.intents.open().length,
  caughtUpTo: memory.caughtUpTo === 0 ? null : new Date(memory.caughtUpTo).toISOString(),
})

const profileOf = (ctx: Pick<SessionContext, 'dirs'>) => join(ctx.dirs.data, 'browser')

function needBrowser({ dirs }: Pick<SessionContext, 'dirs'>): string {
  if (dirs.browser !== null) return dirs.browser
  throw new SessionExit(
    SESSION_EXIT.badConfig,
    'there is no Chromium: run `npm run build` where frota is installed, or set FROTA_CHROMIUM to a browser',
  )
}

const later = (ms: number) => sleep(ms, null, { ref: false })

const whenAborted = (signal: AbortSignal) =>
  new Promise<'stopped'>((resolve) => {
    if (signal.aborted) resolve('stopped')
    else signal.addEventListener('abort', () => resolve('stopped'), { once: true })
  })
