// A WhatsApp session: opens WhatsApp Web in a browser of its own, has a person pair a phone, takes messages up and
// answers them. A browser that dies ends the session with an error: whoever started it starts it again.
//
//   open         ──▶ life.ts looks at it until it ends ──▶ after.ts says: open, try, sleep or fail
//   try          ──▶ a login that was set aside is put in place first, then as open
//   unreachable  ──▶ after a pause, open
//   sleep        ──▶ no browser; open when somebody asks to pair, try when it is time to
//   fail         ──▶ nothing more can be tried: the process ends
import { SESSION_EXIT, SessionExit } from '../../core/states.js'
import type { SessionContext } from '../kind.js'
import { afterBrowser, type Closed, type Next } from './after.js'
import { assemble, type Parts } from './assemble.js'
import { oneBrowser } from './browser.js'
import { registerCommands } from './commands.js'
import { type OpenEngine, Unreachable } from './engine.js'
import type { WhatsAppConfig } from './kind.js'
import { forgetPhone, losePhone } from './phone.js'
import { closedOf, reachAgainMs, tryAgainMs } from './view.js'
import { openWppconnect } from './wppconnect.js'

const { randomUUID } = process.getBuiltinModule('node:crypto')

const ASLEEP_MS = 24 * 60 * 60_000

export const run = (ctx: SessionContext<WhatsAppConfig>) => runOn(openWppconnect, ctx)

/** @param openEngine the real one, or a fake in tests */
export async function runOn(openEngine: OpenEngine, ctx: SessionContext<WhatsAppConfig>): Promise<void> {
  const browserPath = needBrowser(ctx)
  const parts = assemble(ctx)
  registerCommands(parts, randomUUID)
  const { observer, profiles } = parts
  let go: 'open' | 'try' = profiles.login === 'unpaired' && profiles.hasAside ? 'try' : 'open'
  while (!ctx.signal.aborted) {
    if (go === 'try') {
      profiles.bringBack()
      observer.see({ what: 'brought back' })
    }
    const end = await oneBrowser(parts, openEngine, browserPath)
    if (end === 'stopped') return
    go = end instanceof Unreachable ? await waitForNetwork(parts, end) : await goOn(parts, end)
  }
}

async function goOn(parts: Parts, end: Closed['end']): Promise<'open' | 'try'> {
  const { observer, profiles } = parts
  const next = afterBrowser(closedOf(observer.seen, end, profiles.hasAside))
  observer.see({ what: 'closed', end, login: next.login })
  if (next.go === 'fail') throw new Error(next.why ?? 'WhatsApp Web cannot be used')
  settleLogin(parts, next)
  return next.go === 'sleep' ? sleep(parts, next.why ?? '') : next.go
}

/** What is known goes into the journal first: a crash in between finds the login where it was, and in doubt again. */
function settleLogin(parts: Parts, { login, lost, isLogout }: Next) {
  const { ctx, profiles } = parts
  if (isLogout) forgetPhone(parts)
  if (lost !== null) losePhone(parts, lost)
  if (login === 'remove') profiles.remove()
  if (login !== 'set aside') return
  profiles.setAside()
  ctx.log.warn('the login is set aside, not deleted: it is tried again until a phone is paired anew')
}

/** Rather than a browser that nobody looks at. Answers what to do when it ends. */
async function sleep({ ctx, observer, bell, profiles, nowMs }: Parts, why: string): Promise<'open' | 'try'> {
  const { pairing, browsers } = observer.see({ what: 'asleep', why })
  const tryAt = profiles.hasAside ? nowMs() + tryAgainMs(browsers.tries) : Number.POSITIVE_INFINITY
  ctx.report('pairing', { reason: `${why}: frota pair ${ctx.session.ref}` })
  while (!ctx.signal.aborted && observer.seen.pairing.askedAt === pairing.askedAt) {
    if (nowMs() >= tryAt) return 'try'
    await bell.wait(Math.min(ASLEEP_MS, tryAt - nowMs()), ctx.signal)
  }
  return 'open'
}

/** An outage outlasts any number of restarts, and would end in `failed`, for a person to start it all again. */
async function waitForNetwork({ ctx, observer }: Parts, { message }: Unreachable): Promise<'open'> {
  const { browsers } = observer.see({ what: 'unreachable', why: message })
  ctx.report('degraded', { reason: message })
  await ctx.clock.sleep(reachAgainMs(browsers.outages)).catch((error) => {
    if (!ctx.signal.aborted) throw error
  })
  return 'open'
}

function needBrowser({ dirs }: Pick<SessionContext, 'dirs'>): string {
  if (dirs.browser !== null) return dirs.browser
  throw new SessionExit(
    SESSION_EXIT.badConfig,
    'there is no Chromium: run `npm run build` where frota is installed, or set FROTA_CHROMIUM to a browser',
  )
}
