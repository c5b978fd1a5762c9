// The life of one browser: opened, looked at, acted on, closed. `decide` says what to make of each look.
import { messageOf } from '../../core/errors.js'
import type { SessionContext } from '../kind.js'
import { type Decision, decide, type Phase } from './decide.js'
import type { Engine, PageState } from './engine.js'
import type { Inbox } from './inbox.js'
import type { WhatsAppConfig } from './kind.js'
import type { Memory } from './memory.js'
import type { Outbox } from './outbox.js'
import type { Desk } from './pairing.js'
import { type Bell, TimedOut } from './waiting.js'

/** reopen: with other options */
export type End = 'stopped' | 'reopen' | Extract<Decision, { do: 'end' }>['why']

export interface LifeParts {
  ctx: SessionContext<WhatsAppConfig>
  memory: Memory
  outbox: Outbox
  inbox: Inbox
  desk: Desk
  bell: Bell
  /** The browser must be opened anew: other options, or logged out. */
  mustReopen: (page: PageState | null) => boolean
  /** True once when messages may have been missed (a full disk, a page that reloaded): they must be looked for. */
  missedSome: () => boolean
  onConnected: (engine: Engine) => void
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
const CATCH_UP_EVERY_MS = 10 * 60_000
const CATCH_UP_AGAIN_MS = 5_000
const NOTE_EVERY_MS = 30_000
const PRUNE_EVERY_MS = 60 * 60_000
/** A busy host may be late once. */
const SILENT_LOOKS = 2
const READY_TRIES = 5

export async function live(parts: LifeParts, engine: Engine, byPhone: boolean): Promise<End> {
  const { ctx, memory, outbox, inbox, desk, bell, mustReopen, missedSome, onConnected } = parts
  const nowMs = () => ctx.clock.now().getTime()
  const openedAt = nowMs()
  let phase = 'opening' as Phase
  let reason: string | null = null
  let unregisteredLooks = 0
  let lastUnregisteredMs = openedAt
  let readableAt = openedAt
  let loadedAt = openedAt
  let codeAt = openedAt
  let hadCode = false
  let silentLooks = 0
  let readyFailures = 0
  let catchUpDueAt = 0
  let catchUpFailures = 0
  let notedAt = 0
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
    const now = nowMs()
    if (!page) return
    readableAt = now
    unregisteredLooks = page.registered ? 0 : unregisteredLooks + 1
    if (!page.registered) lastUnregisteredMs = now
    if (page.ready || !page.registered) loadedAt = now
    if (page.qr === null || page.registered) return
    codeAt = now
    hadCode = true
    // The library tells of codes, too; it may have missed the first.
    if (!byPhone) desk.showQr(page.qr)
  }

  const choose = (page: PageState | null) =>
    decide({
      phase,
      reason,
      page,
      linked: memory.linked,
      unregisteredLooks,
      unreadableMs: nowMs() - readableAt,
      loadingMs: nowMs() - loadedAt,
      unaskedMs: nowMs() - Math.max(openedAt, desk.askedAt),
      codelessMs: nowMs() - codeAt,
      byPhone,
      hadCode,
    })

  async function enter(next: Phase, why: string | null) {
    const before = phase
    phase = next
    reason = why
    ctx.log.info(`${before} → ${next}${why === null ? '' : `: ${why}`}`)
    switch (next) {
      case 'pairing':
        desk.say(why)
        return ctx.report('pairing', { reason: `${why ?? whyUnpaired(memory)}: frota pair ${ctx.session.ref}` })
      case 'linking':
        if (before === 'pairing') ctx.report('pairing', { reason: 'linked; chats are loading' })
        return
      case 'degraded':
        ctx.report('degraded', { reason: why ?? 'degraded' })
        return pauseWork()
      case 'ready':
        return tryToBecomeReady()
    }
  }

  function pauseWork() {
    inbox.hold()
    return outbox.detach()
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
    rememberAccount(parts, account, lastUnregisteredMs)
    desk.paired(`whatsapp:+${account.phone}`)
    onConnected(engine)
    await outbox.attach(engine)
    await catchUp()
    await inbox.open()
    outbox.kick()
    ctx.report('ready', {
      account: `whatsapp:+${account.phone}`,
      detail: { phone: account.phone, ...(account.name === null ? {} : { name: account.name }) },
    })
  }

  async function catchUp() {
    const startedAt = nowMs()
    try {
      await inbox.catchUp(engine)
      memory.caughtUpTo = startedAt
      catchUpDueAt = startedAt + CATCH_UP_EVERY_MS
      catchUpFailures = 0
    } catch (error) {
      catchUpDueAt = nowMs() + Math.min(CATCH_UP_AGAIN_MS * 2 ** catchUpFailures++, CATCH_UP_EVERY_MS)
      ctx.log.warn(`what arrived meanwhile cannot be read yet: ${messageOf(error)}`)
    }
  }

  const takeOver = () => engine.takeOver().catch((error) => ctx.log.warn(`not taken over yet: ${messageOf(error)}`))

  async function keepHouse() {
    const now = nowMs()
    if (missedSome()) catchUpDueAt = 0
    outbox.kick()
    if (now >= catchUpDueAt) return catchUp()
    if (catchUpFailures === 0 && now - notedAt > NOTE_EVERY_MS) {
      memory.caughtUpTo = now
      notedAt = now
    }
    if (now - prunedAt > PRUNE_EVERY_MS) {
      memory.prune()
      prunedAt = now
    }
  }

  while (!ctx.signal.aborted) {
    const page = await look()
    if (mustReopen(page)) return 'reopen'
    note(page)
    const decision = choose(page)
    if (decision.do === 'fail') throw new Error(decision.reason)
    if (decision.do === 'end') return decision.why
    if (decision.do === 'enter') await enter(decision.phase, decision.reason)
    // A journal that takes no writes for a while is no reason to drop the connection.
    else if (phase === 'ready' && page?.ready) await keepHouse().catch((error) => ctx.log.error(messageOf(error)))
    if (page?.socket === 'CONFLICT') await takeOver()
    const inDoubt = page === null || (unregisteredLooks > 0 && memory.linked)
    await bell.wait(inDoubt ? Math.min(LOOK_IN_DOUBT_MS, LOOK_EVERY_MS[phase]) : LOOK_EVERY_MS[phase], ctx.signal)
  }
  return 'stopped'
}

const whyUnpaired = ({ phone }: Memory) =>
  phone === null ? 'waits for a phone' : `no longer linked to +${phone}; waits for a phone`

function rememberAccount(
  { ctx, memory }: LifeParts,
  account: { phone: string; name: string | null },
  unpairedUntilMs: number,
) {
  const { journal } = ctx
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
    journal.record('paired', { phone: account.phone, name: account.name })
  })
}

export function giveUpIntents({ journal }: Pick<SessionContext, 'journal'>, why: string) {
  for (const { key, state } of journal.intents.open()) {
    if (state === 'planned') journal.intents.drop(key, why)
    else journal.intents.unknown(key, why)
  }
}
