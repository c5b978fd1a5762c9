// The parts of a session, put together. What of it changes is in one place: what the observer has seen.
import { messageOf } from '../../core/errors.js'
import { type Bell, openBell } from '../../node/waits.js'
import type { SessionContext } from '../kind.js'
import { type Backlog, createBacklog } from './backlog.js'
import { createInbox, type Inbox } from './inbox.js'
import type { WhatsAppConfig } from './kind.js'
import { type Memory, openMemory } from './memory.js'
import { createObserver, type Observer } from './observer.js'
import { openProfiles, type Profiles } from './profiles.js'
import { firstSeen } from './seen.js'
import { createSender, type Sender } from './sender.js'

export interface Parts {
  ctx: SessionContext<WhatsAppConfig>
  nowMs: () => number
  observer: Observer
  /** Wakes whichever loop waits: something happened that it should look at. */
  bell: Bell
  memory: Memory
  profiles: Profiles
  sender: Sender
  inbox: Inbox
  backlog: Backlog
}

export function assemble(ctx: SessionContext<WhatsAppConfig>): Parts {
  const { journal, log } = ctx
  const now = () => ctx.clock.now()
  const nowMs = () => now().getTime()
  const bell = openBell()
  const observer = createObserver(firstSeen(ctx.config, nowMs()), nowMs)
  const config = () => observer.seen.config
  const typingMs = (text: string) => Math.min(config().typingMaxMs, text.length * config().typingMsPerChar)
  const onError = (error: unknown) => {
    observer.see({ what: 'missed' })
    log.error(`a message could not be taken up: ${messageOf(error)}`)
  }
  const memory = openMemory(journal, now)
  const profiles = openProfiles(ctx.dirs.data)
  const sender = createSender({ journal, memory, log, now, typingMs, isLeaseSure: ctx.lease.confirmed })
  const inbox = createInbox({ journal, memory, sender, now, config, onError })
  const backlog = createBacklog({ inbox, memory, journal, log, observer, nowMs })
  const parts: Parts = { ctx, nowMs, observer, bell, memory, profiles, sender, inbox, backlog }
  ctx.onConfig((config) => {
    observer.see({ what: 'configured', config })
    bell.ring()
  })
  return parts
}
