// The life of one browser that is open: looked at, acted on, look after look. A look is fed to what was seen, `decide` says
// what to make of it (its states are drawn there), and this carries it out.
import { messageOf } from '../../core/errors.js'
import { later, TimedOut } from '../../node/waits.js'
import type { End } from './after.js'
import type { Parts } from './assemble.js'
import { decide, LOADING, type Phase } from './decide.js'
import type { Engine } from './engine.js'
import { rememberPhone, whyUnpaired } from './phone.js'
import { isToRead } from './reading.js'
import { isHopeless, isToPrune, isWorking, lookAgainMs, mayTakeOver, viewOf } from './view.js'

/** What arrived meanwhile is usually read sooner; then `ready` means that, too. */
const READ_BEFORE_READY_MS = 5_000

/** Resolves with why the browser is to be closed, and rejects when it is of no use any more. */
export async function live(parts: Parts, engine: Engine): Promise<End> {
  const { ctx, observer, bell, nowMs } = parts
  observer.see({ what: 'opened' })
  while (!ctx.signal.aborted) {
    await look(parts, engine)
    const decision = decide(viewOf(observer.seen, nowMs()))
    if (decision.do === 'fail') throw new Error(decision.reason)
    if (decision.do === 'end') return decision.why
    if (decision.do === 'enter') await enter(parts, engine, decision)
    else if (isWorking(observer.seen)) doChores(parts, engine)
    const seen = observer.see({ what: 'lease', isSure: ctx.lease.confirmed() })
    if (mayTakeOver(seen)) await takeOver(parts, engine)
    await bell.wait(lookAgainMs(observer.seen), ctx.signal)
  }
  return 'stopped'
}

async function look({ observer, profiles }: Parts, engine: Engine) {
  const page = await engine.look().catch(silenceOf)
  if (page === 'silence') return observer.see({ what: 'silent' })
  // At once: a crash must not leave a login that is taken for none.
  if (page?.registered && profiles.login === 'unpaired') profiles.keep()
  return observer.see({ what: 'looked', page, login: profiles.login })
}

function silenceOf(error: unknown): 'silence' {
  if (error instanceof TimedOut) return 'silence'
  throw error
}

type Entered = { phase: Exclude<Phase, 'opening'>; reason: string | null }

async function enter(parts: Parts, engine: Engine, { phase, reason }: Entered) {
  const { ctx, observer } = parts
  const before = observer.seen.browser.phase
  const { browser } = observer.see({ what: 'entered', phase, reason })
  ctx.log.info(`${before} → ${phase}${reason === null ? '' : `: ${reason}`}`)
  switch (phase) {
    case 'pairing':
      return ctx.report('pairing', { reason: `${reason ?? whyUnpaired(parts)}: frota pair ${ctx.session.ref}` })
    case 'linking':
      // A login that is only tried again changes nothing for anybody until it is ready.
      if (browser.login !== 'aside') ctx.report('starting', { reason: LOADING })
      return
    case 'degraded':
      ctx.report('degraded', { reason: reason ?? 'degraded' })
      return pauseWork(parts)
    case 'ready':
      return tryToBecomeReady(parts, engine)
  }
}

async function pauseWork({ inbox, backlog, sender }: Parts) {
  inbox.hold()
  await Promise.all([backlog.stop(), sender.detach()])
}

/** The page may reload under our questions; it is asked again at the next look. */
async function tryToBecomeReady(parts: Parts, engine: Engine) {
  const { ctx, observer } = parts
  try {
    await becomeReady(parts, engine)
    observer.see({ what: 'ready' })
  } catch (error) {
    if (isHopeless(observer.see({ what: 'not ready' }))) throw error
    ctx.log.warn(`not ready yet: ${messageOf(error)}`)
    await pauseWork(parts)
  }
}

async function becomeReady(parts: Parts, engine: Engine) {
  const { ctx, observer, sender, inbox, backlog } = parts
  const told = await engine.account()
  if (!told) throw new Error('WhatsApp Web does not tell its phone number')
  const { phone, name } = told
  rememberPhone(parts, told, observer.seen.browser.lastUnregisteredAt)
  const account = `whatsapp:+${phone}`
  observer.see({ what: 'connected', engine, account })
  await sender.attach(engine)
  await Promise.race([backlog.read(engine), later(READ_BEFORE_READY_MS)])
  await inbox.open()
  sender.kick()
  ctx.report('ready', { accounts: [account], detail: { phone, ...(name === null ? {} : { name }) } })
}

/** A journal that takes no writes for a while is no reason to drop the connection. */
function doChores({ ctx, observer, sender, backlog, memory, nowMs }: Parts, engine: Engine) {
  try {
    const seen = observer.see({ what: 'working' })
    sender.kick()
    // Beside the work: it may take long, and tells itself what goes wrong.
    if (isToRead(seen.reading, nowMs())) void backlog.read(engine)
    if (!isToPrune(seen, nowMs())) return
    memory.prune()
    observer.see({ what: 'pruned' })
  } catch (error) {
    ctx.log.error(messageOf(error))
  }
}

const takeOver = ({ ctx }: Parts, engine: Engine) =>
  engine.takeOver().catch((error) => ctx.log.warn(`not taken over yet: ${messageOf(error)}`))
