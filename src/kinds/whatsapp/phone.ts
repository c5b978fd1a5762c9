// Which phone the session is linked to: what is written into the journal when that changes.
import type { SessionContext } from '../kind.js'
import type { Parts } from './assemble.js'
import { INTENT_TYPES } from './sender.js'

/** The page tells whose it is. @param unpairedUntilMs when it last showed no login */
export function rememberPhone(
  { ctx, memory, profiles }: Parts,
  { phone, name }: { phone: string; name: string | null },
  unpairedUntilMs: number,
) {
  const { journal } = ctx
  const isBack = profiles.login === 'aside'
  journal.transaction(() => {
    if (memory.phone !== phone) {
      // Another number's chats: what was planned for the old one must not go out from this one.
      if (memory.phone !== null) giveUpIntents(ctx, 'another phone was paired')
      memory.pairedAt = unpairedUntilMs
      memory.caughtUpTo = 0
      memory.phone = phone
    }
    if (memory.linked) return
    memory.linked = true
    if (isBack) journal.record('pairing.restored', { phone })
    else journal.record('paired', { phone, name })
  })
  profiles.keep()
  if (!isBack) profiles.removeAside()
}

/** Someone must pair again. */
export function losePhone({ ctx, memory }: Parts, reason: string) {
  if (memory.linked) {
    ctx.journal.transaction(() => {
      memory.linked = false
      ctx.journal.record('pairing.lost', { phone: memory.phone, reason })
    })
  }
  ctx.report('pairing', { reason: `${reason}: frota pair ${ctx.session.ref}` })
}

/** It was logged out by command. */
export function forgetPhone({ ctx, memory }: Parts) {
  ctx.journal.transaction(() => {
    ctx.journal.record('logged.out', { phone: memory.phone })
    giveUpIntents(ctx, 'logged out')
    memory.linked = false
    memory.phone = null
  })
}

export function whyUnpaired({ memory: { phone }, profiles }: Parts): string {
  if (phone === null) return 'waits for a phone'
  const login = profiles.hasAside ? `the login of +${phone} is set aside` : `no longer linked to +${phone}`
  return `${login}; waits for a phone`
}

function giveUpIntents({ journal }: Pick<SessionContext, 'journal'>, why: string) {
  for (const { key, state } of INTENT_TYPES.flatMap((type) => journal.intents.open({ type }))) {
    if (state === 'planned') journal.intents.drop(key, why)
    else journal.intents.unknown(key, why)
  }
}
