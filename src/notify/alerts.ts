// Troubles come in, messages go out: repeats are held back, failed deliveries tried again. Raising one never waits,
// never throws: an alert must not be the trouble of whoever raises it.
import { messageOf } from '../core/errors.js'
import { type DeliveryParts, deliverer } from './delivery.js'
import type { Notifier, SessionAlert } from './notifier.js'
import { TEXTS } from './texts.js'
import { cooledDown, over, raised, type Step, type Trouble } from './troubles.js'

export const COOLDOWN_MS = 15 * 60_000

/** Survives the supervisor, so that a restart does not tell everything again. */
export interface AlertMemory {
  load(): [key: string, trouble: Trouble][]
  save(troubles: [key: string, trouble: Trouble][]): void
}

export interface AlertParts extends Omit<DeliveryParts, 'onEnd'> {
  notifiers: readonly Notifier[]
  memory: AlertMemory
  cooldownMs?: number
  /** What could not be delivered, or remembered. Free of tokens. */
  onProblem(message: string): void
  /** Hears what is said, as often as it is said. */
  onSay?(alert: SessionAlert): void
}

export interface Alerts {
  alert(alert: SessionAlert): void
  /** The trouble with this key is over; nothing when there was none. */
  clear(key: string): void
  /** Through every channel, once, now. */
  test(): Promise<{ channel: string; error: string | null }[]>
  /** Gives what is under way a moment, then lets go. What was not delivered is told to `onProblem`. */
  close(): Promise<void>
}

export function createAlerts(parts: AlertParts): Alerts {
  const { clock, notifiers, onProblem, cooldownMs = COOLDOWN_MS } = parts
  const closing = new AbortController()
  const troubles = new Map<string, Trouble>()
  const channels = notifiers.map((notifier) => {
    const onEnd: DeliveryParts['onEnd'] = ({ title }, error) => {
      if (error !== null) onProblem(`The alert "${title}" did not get through by ${notifier.name}: ${error}`)
    }
    return { name: notifier.name, ...deliverer(notifier, { ...parts, onEnd }, closing.signal) }
  })
  for (const [key, trouble] of remembered()) {
    troubles.set(key, trouble)
    watch(key, trouble)
  }

  function take(key: string, { next, say }: Step) {
    const before = troubles.get(key)
    if (next) troubles.set(key, next)
    else troubles.delete(key)
    if (say) tell(say)
    if (next && next.toldAt !== before?.toldAt) watch(key, next)
    if (say || before?.open !== next?.open) remember() // not at every repeat: some come each second
  }

  function tell(said: SessionAlert) {
    const { customer: _, ...alert } = said
    for (const channel of channels) channel.deliver(alert)
    parts.onSay?.(said)
  }

  /** Comes back when the cool-down of what was told ends. */
  function watch(key: string, { toldAt, cooldownMs }: Trouble) {
    const waitMs = Math.max(0, toldAt + cooldownMs - clock.now().getTime())
    clock.wait(waitMs, closing.signal).then(
      () => {
        const now = troubles.get(key)
        // Forgotten, or told since: that one has its own watch.
        if (now?.toldAt === toldAt) take(key, cooledDown(now, clock.now().getTime()))
      },
      () => undefined, // closed
    )
  }

  return {
    alert(alert) {
      const known = troubles.get(alert.key)
      take(alert.key, raised(known, alert, clock.now().getTime(), cooldownMs))
    },
    clear(key) {
      const known = troubles.get(key)
      if (!known?.open) return
      take(key, over(known, clock.now()))
      const passed = clock.now().getTime() >= known.toldAt + known.cooldownMs
      if (passed) take(key, { next: null, say: null }) // its watch has come and gone
    },
    test: () =>
      Promise.all(
        channels.map(async ({ name, test }) => {
          const alert = { key: 'test', level: 'info', ...TEXTS.test, session: null, at: clock.now() } as const
          return { channel: name, error: await test(alert) }
        }),
      ),
    async close() {
      await Promise.all(channels.map((channel) => channel.settle()))
      closing.abort()
    },
  }

  function remembered(): [string, Trouble][] {
    try {
      return parts.memory.load()
    } catch (error) {
      onProblem(`What was alerted before is not known: ${messageOf(error)}`)
      return []
    }
  }

  function remember() {
    try {
      parts.memory.save([...troubles])
    } catch (error) {
      onProblem(`Alerts could not be remembered: ${messageOf(error)}`)
    }
  }
}
