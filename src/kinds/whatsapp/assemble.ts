// The parts of a session, put together; what they share that changes is in one object.
import { messageOf } from '../../core/errors.js'
import { openBell } from '../../node/waits.js'
import type { SessionContext } from '../kind.js'
import { createBacklog } from './backlog.js'
import { registerCommands } from './commands.js'
import type { Engine } from './engine.js'
import { createInbox } from './inbox.js'
import type { WhatsAppConfig } from './kind.js'
import type { LifeParts } from './life.js'
import { openMemory } from './memory.js'
import { createPairing } from './pairing.js'
import { openProfiles } from './profiles.js'
import { createSender } from './sender.js'

const { randomUUID } = process.getBuiltinModule('node:crypto')

export interface Running {
  readonly parts: LifeParts
  config: Readonly<WhatsAppConfig>
  /** The browser while it is logged in. */
  connected: Engine | null
  /** How far the command `logout` is. */
  logout: 'no' | 'asked' | 'done'
  /** How the browser was opened. */
  opened: { endpoint: string | undefined; phone: string | null }
  /** WhatsApp's word to this browser that the login is over. */
  loggedOut: { reason: string | null } | null
  /** Messages may have been missed. */
  missed: boolean
}

export function assemble(ctx: SessionContext<WhatsAppConfig>): Running {
  const { journal, log } = ctx
  const now = () => ctx.clock.now()
  const nowMs = () => now().getTime()
  const typingMs = (text: string) => Math.min(running.config.typingMaxMs, text.length * running.config.typingMsPerChar)
  const onError = (error: unknown) => {
    running.missed = true
    log.error(`a message could not be taken up: ${messageOf(error)}`)
  }
  const bell = openBell()
  const memory = openMemory(journal, now)
  const pairing = createPairing(bell, nowMs)
  const profiles = openProfiles(ctx.dirs.data)
  const sender = createSender({ journal, memory, log, now, typingMs, isLeaseSure: ctx.lease.confirmed })
  const inbox = createInbox({ journal, memory, sender, now, config: () => running.config, onError })
  const backlog = createBacklog({ inbox, memory, journal, log, nowMs })
  const running: Running = {
    config: ctx.config,
    connected: null,
    logout: 'no',
    opened: { endpoint: undefined, phone: null },
    loggedOut: null,
    missed: false,
    parts: {
      ...{ ctx, memory, sender, inbox, backlog, pairing, bell, profiles },
      mustReopen(page) {
        const isOther = running.opened.phone !== pairing.phone || pairing.needsNewBrowser
        const isPairing = page?.registered === false && profiles.login === 'unpaired'
        return (
          running.logout === 'done' || running.opened.endpoint !== running.config.endpoint || (isPairing && isOther)
        )
      },
      missedSome() {
        const before = running.missed
        running.missed = false
        return before
      },
      onConnected(engine) {
        running.connected = engine
      },
      // Whoever asked for it is answered first: closed meanwhile, the browser would fail the command.
      loggedOut: () => (running.logout === 'asked' ? null : running.loggedOut),
    },
  }
  ctx.onConfig((next) => {
    running.config = next
    bell.ring()
  })
  const describe = () => describeSession(running)
  const connected = () => running.connected
  registerCommands({
    ctx,
    memory,
    sender,
    pairing,
    newId: randomUUID,
    connected,
    describe,
    logout: () => unlink(running),
  })
  return running
}

/** WhatsApp's word that the login is over is as good as the answer, which the page may not live to give. */
async function unlink(running: Running) {
  running.logout = 'asked'
  try {
    await running.connected?.logout()
    running.logout = 'done'
  } catch (error) {
    if (running.loggedOut === null) throw error
    running.logout = 'done'
  } finally {
    if (running.logout !== 'done') running.logout = 'no'
    running.parts.bell.ring()
  }
}

const describeSession = ({ parts: { ctx, memory, profiles }, connected }: Running) => ({
  connected: connected !== null,
  linked: memory.linked,
  phone: memory.phone,
  waiting: ctx.journal.intents.open().length,
  caughtUpTo: memory.caughtUpTo === 0 ? null : new Date(memory.caughtUpTo).toISOString(),
  loginSetAside: profiles.hasAside,
})
