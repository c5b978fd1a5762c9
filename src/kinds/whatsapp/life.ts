// The life of one browser: opened, looked at, acted on, closed. `decide` says what to make of each look.
import { messageOf } from '../../core/errors.js'
import { type Bell, later, TimedOut } from '../../node/waits.js'
import type { SessionContext } from '../kind.js'
import type { End } from './after.js'
import type { Backlog } from './backlog.js'
import { decide, LOADING, type Phase } from './decide.js'
import type { Engine, PageState } from './engine.js'
import type { Inbox } from './inbox.js'
import type { WhatsAppConfig } from './kind.js'
import type { Memory } from './memory.js'
import type { Pairing } from './pairing.js'
import type { Profiles } from './profiles.js'
import { type Seen, see, unseen, viewOf } from './seen.js'
import type { Sender } from './sender.js'

export interface LifeParts {
  ctx: SessionContext<WhatsAppConfig>
  memory: Memory
  sender: Sender
  inbox: Inbox
  backlog: Backlog
  pairing: Pairing
  bell: Bell
  profiles: Profiles
  /** The browser must be opened anew: other options, or logged out. */
  mustReopen: (page: PageState | null) => boolean
  /** True once when messages may have been missed (a full disk, a page that reloaded): they must be looked for. */
  missedSome: () => boolean
  onConnected: (engine: Engine) => void
  /** WhatsApp's word to this browser that the login is over, once it has come. */
  loggedOut: () => { reason: string | null } | null
}

/** Why it ended, and what was seen last. */
export interface Lived {
  end: End
  seen: Seen
}

const LOOK_EVERY_MS: Record<Phase, number> = {
  opening: 300,
  pairing: 1_000,
  linking: 300,
  ready: 10_000,
  degraded: 2_000,
}
/** A page that cannot be read, or without the login that was there: reloading, or unlinked. */
const LOOK_IN_DOUBT_MS = 1_000
/** What arrived meanwhile is usually read sooner; then `ready` means that, too. */
const READ_BEFORE_READY_MS = 5_000
const PRUNE_EVERY_MS = 60 * 60_000
/** A busy host may be late once. */
const SILENT_LOOKS = 2
const READY_TRIES = 5

/** @param opened.doubtSince since when browsers before this one did not show the login */
export async function live(
  parts: LifeParts,
  engine: Engine,
  opened: { byPhone: boolean; doubtSince: number | null },
): Promise<Lived> {
  const { ctx, memory, sender, inbox, backlog, pairing, bell, profiles, mustReopen, missedSome, onConnected } = parts
  const nowMs = () => ctx.clock.now().getTime()
  let seen = unseen(nowMs(), opened.doubtSince)
  let phase = 'opening' as Phase
  let reason: string | null = null
  let silentLooks = 0
  let readyFailures = 0
  let prunedAt = 0

  async function look(): Promise<PageState | null> {
    try {
      const page = await engine.look()
      silentLooks = 0
      return page
    } catch (error) {
      if (!(error instanceof TimedOut)) throw error
      silentLooks++
      if (silentLooks >= SILENT_LOOKS) throw new Error('the page of WhatsApp Web hangs')
      return null
    }
  }

  function note(page: PageState | null) {
    if (page?.registered && profiles.login === 'unpaired') profiles.keep()
    const { login } = profiles
    seen = see(seen, page, login, nowMs())
    // The library tells of codes, too; it may have missed the first.
    if (page?.qr && !page.registered && !opened.byPhone && login === 'unpaired') pairing.showQr(page.qr)
  }

  const choose = (page: PageState | null) => {
    const about = { byPhone: opened.byPhone, loggedOut: parts.loggedOut(), login: profiles.login }
    const around = { phase, reason, page, ...about, askedAt: pairing.askedAt }
    return decide(viewOf(seen, around, nowMs()))
  }

  async function enter(next: Phase, why: string | null) {
    const before = phase
    phase = next
    reason = why
    ctx.log.info(`${before} → ${next}${why === null ? '' : `: ${why}`}`)
    switch (next) {
      case 'pairing':
        pairing.say(why)
        return ctx.report('pairing', { reason: `${why ?? whyUnpaired(parts)}: frota pair ${ctx.session.ref}` })
      case 'linking':
        pairing.say(LOADING)
        // A login that is only tried again changes nothing for anybody until it is ready.
        if (profiles.login !== 'aside') ctx.report('starting', { reason: LOADING })
        return
      case 'degraded':
        pairing.say(why)
        ctx.report('degraded', { reason: why ?? 'degraded' })
        return pauseWork()
      case 'ready':
        return tryToBecomeReady()
    }
  }

  async function pauseWork() {
    inbox.hold()
    await Promise.all([backlog.stop(), sender.detach()])
  }

  /** The page may reload under our questions; it is asked again at the next look. */
  async function tryToBecomeReady() {
    try {
      await becomeReady()
      readyFailures = 0
    } catch (error) {
      readyFailures++
      if (readyFailures >= READY_TRIES) throw error
      ctx.log.warn(`not ready yet: ${messageOf(error)}`)
      phase = 'linking'
      await pauseWork()
    }
  }

  async function becomeReady() {
    const account = await engine.account()
    if (!account) throw new Error('WhatsApp Web does not tell its phone number')
    rememberAccount(parts, account, seen.lastUnregisteredAt)
    pairing.paired(`whatsapp:+${account.phone}`)
    onConnected(engine)
    await sender.attach(engine)
    await Promise.race([backlog.start(engine), later(READ_BEFORE_READY_MS)])
    await inbox.open()
    sender.kick()
    ctx.report('ready', {
      account: `whatsapp:+${account.phone}`,
      detail: { phone: account.phone, ...(account.name === null ? {} : { name: account.name }) },
    })
  }

  const takeOver = () => engine.takeOver().catch((error) => ctx.log.warn(`not taken over yet: ${messageOf(error)}`))

  async function keepHouse() {
    const now = nowMs()
    sender.kick()
    backlog.keepUp(missedSome())
    if (now - prunedAt <= PRUNE_EVERY_MS) return
    memory.prune()
    prunedAt = now
  }

  while (!ctx.signal.aborted) {
    const page = await look()
    if (mustReopen(page)) return { end: 'reopen', seen }
    note(page)
    const decision = choose(page)
    if (decision.do === 'fail') throw new Error(decision.reason)
    if (decision.do === 'end') return { end: decision.why, seen }
    if (decision.do === 'enter') await enter(decision.phase, decision.reason)
    // A journal that takes no writes for a while is no reason to drop the connection.
    else if (phase === 'ready' && page?.ready) await keepHouse().catch((error) => ctx.log.error(messageOf(error)))
    // The other window may be the live copy in another home: a login is not taken from it on an old lease.
    if (page?.socket === 'CONFLICT' && ctx.lease.confirmed()) await takeOver()
    const inDoubt = page === null || seen.doubtHereSince !== null
    await bell.wait(inDoubt ? Math.min(LOOK_IN_DOUBT_MS, LOOK_EVERY_MS[phase]) : LOOK_EVERY_MS[phase], ctx.signal)
  }
  return { end: 'stopped', seen }
}

function whyUnpaired({ memory: { phone }, profiles }: LifeParts): string {
  if (phone === null) return 'waits for a phone'
  const login = profiles.hasAside ? `the login of +${phone} is set aside` : `no longer linked to +${phone}`
  return `${login}; waits for a phone`
}

function rememberAccount(
  { ctx, memory, profiles }: LifeParts,
  account: { phone: string; name: string | null },
  unpairedUntilMs: number,
) {
  const { journal } = ctx
  const isBack = profiles.login === 'aside'
  journal.transaction(() => {
    if (memory.phone !== account.phone) {
      // Another number's chats: what was planned for the old one must not go out from this one.
      if (memory.phone !== null) giveUpIntents(ctx, 'another phone was paired')
      memory.pairedAt = unpairedUntilMs
      memory.caughtUpTo = 0
      memory.phone = account.phone
    }
    if (memory.linked) return
    memory.linked = true
    if (isBack) journal.record('pairing.restored', { phone: account.phone })
    else journal.record('paired', { phone: account.phone, name: account.name })
  })
  profiles.keep()
  if (!isBack) profiles.removeAside()
}

export function giveUpIntents({ journal }: Pick<SessionContext, 'journal'>, why: string) {
  for (const { key, state } of journal.intents.open()) {
    if (state === 'planned') journal.intents.drop(key, why)
    else journal.intents.unknown(key, why)
  }
}
