// A WhatsApp session: opens WhatsApp Web in a browser of its own, has a person pair a phone, takes messages up and
// answers them. A browser that dies ends the session with an error: whoever started it starts it again.
import { SESSION_EXIT, SessionExit } from '../../core/states.js'
import type { SessionContext } from '../kind.js'
import { afterBrowser, type Next } from './after.js'
import { assemble, type Running } from './assemble.js'
import { oneBrowser } from './browser.js'
import { type OpenEngine, Unreachable } from './engine.js'
import type { WhatsAppConfig } from './kind.js'
import { giveUpIntents, type LifeParts } from './life.js'
import { openWppconnect } from './wppconnect.js'

/** A login that was set aside is tried again while nobody pairs, more and more seldom: a browser for a minute each time. */
const TRY_AGAIN_MS = 30 * 60_000
const TRY_SELDOM_MS = 12 * 60 * 60_000
const ASLEEP_MS = 24 * 60 * 60_000
const REACH_AGAIN_MS = [2_000, 5_000, 15_000, 30_000, 60_000]

export const run = (ctx: SessionContext<WhatsAppConfig>) => runOn(openWppconnect, ctx)

/** @param openEngine the real one, or a fake in tests */
export async function runOn(openEngine: OpenEngine, ctx: SessionContext<WhatsAppConfig>): Promise<void> {
  const browserPath = needBrowser(ctx)
  const running = assemble(ctx)
  const { pairing, profiles } = running.parts
  let wasFresh = false
  let unreachable = 0
  let doubtSince: number | null = null
  let next: Next['go'] = profiles.login === 'unpaired' && profiles.hasAside ? 'try' : 'open'
  for (let tries = 0; !ctx.signal.aborted; ) {
    if (next === 'try') {
      profiles.bringBack()
      tries++
    }
    const wasTrial = profiles.login === 'aside'
    const openedAt = ctx.clock.now().getTime()
    const ended = await oneBrowser(running, openEngine, browserPath, doubtSince)
    next = 'open'
    if (ended instanceof Unreachable) {
      await waitForNetwork(running.parts, ended, unreachable++)
      continue
    }
    const { end, seen } = ended
    if (end === 'stopped') return
    unreachable = 0
    if (seen.wasReady) tries = 0
    const after = afterBrowser({
      end,
      reason: running.loggedOut?.reason ?? null,
      left: running.logout !== 'no',
      wasTrial,
      isAsked: pairing.askedAt > openedAt,
      hasAside: profiles.hasAside,
      wasFresh,
    })
    running.logout = 'no'
    wasFresh = end === 'codeless'
    doubtSince = after.login === 'keep' ? seen.doubtSince : null
    settleLogin(running, after)
    next = after.go === 'sleep' ? await sleep(running, after.why ?? '', tries) : after.go
  }
}

/** What is known goes into the journal first: a crash in between finds the login where it was, and in doubt again. */
function settleLogin({ parts }: Running, { login, lost, go, why, isLogout }: Next) {
  const { ctx, profiles } = parts
  if (go === 'fail') throw new Error(why ?? 'WhatsApp Web cannot be used')
  if (isLogout) forgetPhone(parts)
  if (lost !== null) loseLogin(parts, lost)
  if (login === 'remove') profiles.remove()
  if (login !== 'set aside') return
  profiles.setAside()
  ctx.log.warn('the login is set aside, not deleted: it is tried again until a phone is paired anew')
}

/** Rather than a browser that nobody looks at. Answers what to do when it ends. */
async function sleep({ parts }: Running, why: string, tries: number): Promise<'open' | 'try'> {
  const { ctx, pairing, bell, profiles } = parts
  const since = pairing.askedAt
  const nowMs = () => ctx.clock.now().getTime()
  const tryAt = profiles.hasAside
    ? nowMs() + Math.min(TRY_AGAIN_MS * 2 ** Math.max(0, tries - 1), TRY_SELDOM_MS)
    : Number.POSITIVE_INFINITY
  pairing.say(why)
  ctx.report('pairing', { reason: `${why}: frota pair ${ctx.session.ref}` })
  while (!ctx.signal.aborted && pairing.askedAt === since) {
    if (nowMs() >= tryAt) return 'try'
    await bell.wait(Math.min(ASLEEP_MS, tryAt - nowMs()), ctx.signal)
  }
  return 'open'
}

/** An outage outlasts any number of restarts, and would end in `failed`, for a person to start it all again. */
async function waitForNetwork({ ctx, pairing }: LifeParts, { message }: Unreachable, tries: number) {
  pairing.say(message)
  ctx.report('degraded', { reason: message })
  const ms = REACH_AGAIN_MS[Math.min(tries, REACH_AGAIN_MS.length - 1)] ?? 0
  await ctx.clock.sleep(ms).catch((error) => {
    if (!ctx.signal.aborted) throw error
  })
}

function loseLogin({ ctx, memory }: LifeParts, reason: string) {
  if (memory.linked) {
    ctx.journal.transaction(() => {
      memory.linked = false
      ctx.journal.record('pairing.lost', { phone: memory.phone, reason })
    })
  }
  ctx.report('pairing', { reason: `${reason}: frota pair ${ctx.session.ref}` })
}

function forgetPhone({ ctx, memory }: LifeParts) {
  ctx.journal.transaction(() => {
    ctx.journal.record('logged.out', { phone: memory.phone })
    giveUpIntents(ctx, 'logged out')
    memory.linked = false
    memory.phone = null
  })
}

function needBrowser({ dirs }: Pick<SessionContext, 'dirs'>): string {
  if (dirs.browser !== null) return dirs.browser
  throw new SessionExit(
    SESSION_EXIT.badConfig,
    'there is no Chromium: run `npm run build` where frota is installed, or set FROTA_CHROMIUM to a browser',
  )
}
