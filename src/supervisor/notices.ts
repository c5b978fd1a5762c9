// What tenants are told through their channels: what their sessions say (`ctx.notify`), and what the supervisor sees of
// them. Told once, however often a batch comes: a notice is told when the store takes it as new. One whose way to the store
// was cut off by a crash or an outage is told when it gets there, new or not, since the try before may have got through.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TenantId } from '../core/ids.js'
import { formatRef } from '../core/ids.js'
import type { ChannelState } from '../core/live.js'
import { LEVELS, NOTICE, type Notice, shortened, type Topic } from '../core/notices.js'
import { channelPurpose, customerNotifier, parseChannels } from '../notify/channels.js'
import { type ChannelSpec, createDeliveries, type Waiting } from '../notify/deliveries.js'
import type { Message, SessionAlert } from '../notify/notifier.js'
import type { StoredEvent } from '../store/events.js'
import type { Snapshot } from '../store/store.js'
import type { Heard } from './notice-book.js'
import type { SupervisorParts } from './parts.js'
import { TEXTS } from './texts.js'
import type { WantedView } from './wanted-view.js'

/** What of a batch is to be told, once it is known what the store says. */
export interface Arrival {
  /** @param fresh those that were new to the store */
  taken(fresh: ReadonlySet<string>): void
  /** Nothing of the batch is in the store. */
  turnedAway(): void
}

export interface Notices {
  /** Before the store is asked to take these. */
  arriving(events: readonly StoredEvent[]): Arrival
  /** Channels and plans may have been read anew. */
  align(): void
  states(tenant: TenantId): Map<string, ChannelState>
  test(tenant: TenantId, name: string): Promise<string | null>
  /** Forgets what is older than each tenant's history. */
  prune(): void
  close(): Promise<void>
}

interface Known {
  tenant: TenantId
  slug: string
  name: string
  topics: ReadonlySet<string>
}

const NOTHING: Arrival = { taken: () => undefined, turnedAway: () => undefined }
const DAY_MS = 24 * 60 * 60 * 1000

export function openNotices(parts: SupervisorParts, wanted: Pick<WantedView, 'snapshot'>): Notices {
  const book = parts.ledger.notices
  const { now, random } = parts
  let seen: Snapshot | null = null
  let known = new Map<string, Known>()
  const deliveries = createDeliveries({
    book,
    random,
    clock: { now, wait: (ms, signal) => sleep(ms, undefined, { signal, ref: false }) },
    onBroken: tellOperator,
    onWorks: (channel) => parts.clearAlert(alertKey(channel)),
  })
  parts.onSay(hear)
  return {
    align,
    arriving(events) {
      const notices = events.filter(({ type }) => type === NOTICE)
      if (notices.length === 0) return NOTHING
      // Of two with one id the store keeps the first.
      return arrivalOf([...new Map(notices.reverse().map((event) => [event.id, event])).values()].reverse())
    },
    states(tenant) {
      const all = book.states()
      const own = [...known].filter(([, channel]) => channel.tenant === tenant)
      return new Map(own.flatMap(([key, { name }]) => (all.has(key) ? [[name, all.get(key) as ChannelState]] : [])))
    },
    test(tenant, name) {
      align()
      const test = { key: 'test', level: 'info', ...TEXTS.test, session: null, at: now() } as const
      return deliveries.test(keyOf(tenant, name), test)
    },
    prune() {
      const days = new Map(wanted.snapshot()?.plans.map(({ slug, retentionDays }) => [slug, retentionDays]))
      for (const { id, plan } of wanted.snapshot()?.tenants ?? [])
        book.prune(id, new Date(now().getTime() - (days.get(plan) ?? 0) * DAY_MS))
    },
    close: () => deliveries.close(),
  }

  function arrivalOf(events: StoredEvent[]): Arrival {
    const before = events.map((event): [StoredEvent, Heard] => [event, book.arrives(event.id, event.tenantId, now())])
    return {
      turnedAway() {
        for (const [{ id }, heard] of before) if (heard === 'new') book.turnedAway(id)
      },
      taken(fresh) {
        for (const [event, heard] of before) {
          if (heard === 'told') continue
          // The store had it, from another home or from before the ledger: it was told then.
          const wasTold = heard === 'new' && !fresh.has(event.id)
          tell(event, wasTold)
        }
      },
    }
  }

  function tell(event: StoredEvent, wasTold: boolean) {
    align()
    const notice = shortened(event.data as unknown as Notice)
    const session = nameOf(event)
    const message: Message = { ...notice, id: event.id, type: 'notice', session, at: event.at }
    const waiting = wasTold ? [] : waitingFor(event.tenantId, topicOf(notice), message)
    book.told(event.id, event.tenantId, now(), waiting)
    deliveries.deliver(waiting)
  }

  function hear({ customer, ...alert }: SessionAlert) {
    if (!customer) return
    align()
    const { tenant, title, text } = customer
    const message: Message = { ...alert, title, text, id: randomUUID(), type: 'alert' }
    const waiting = waitingFor(tenant, 'session', message)
    book.add(waiting)
    deliveries.deliver(waiting)
  }

  function waitingFor(tenant: TenantId, topic: Topic, message: Message): Waiting[] {
    return [...known]
      .filter(([, channel]) => channel.tenant === tenant && (channel.topics.size === 0 || channel.topics.has(topic)))
      .map(([channel]) => ({ id: `${message.id} ${channel}`, channel, message }))
  }

  /** As last read. A store that does not answer takes no channel away. */
  function align() {
    const snapshot = wanted.snapshot()
    if (!snapshot || snapshot === seen) return
    seen = snapshot
    const channels = channelsOf(snapshot)
    for (const key of known.keys()) if (!channels.has(key)) parts.clearAlert(alertKey(key))
    known = new Map([...channels].map(([key, { channel }]) => [key, channel]))
    deliveries.align(new Map([...channels].map(([key, { spec }]) => [key, spec])))
  }

  function channelsOf(snapshot: Snapshot): Map<string, { channel: Known; spec: ChannelSpec }> {
    const paying = new Set(snapshot.plans.filter((plan) => plan.tenantNotifications).map(({ slug }) => slug))
    const tenants = new Map(snapshot.tenants.filter(({ plan }) => paying.has(plan)).map((one) => [one.id, one]))
    const found = new Map<string, { channel: Known; spec: ChannelSpec }>()
    for (const { tenantId, name, topics, sealed } of snapshot.channels) {
      const tenant = tenants.get(tenantId)
      if (!tenant) continue
      const channel = { tenant: tenantId, slug: tenant.slug, name, topics: new Set(topics) }
      found.set(keyOf(tenantId, name), { channel, spec: { version: sealed, open: () => openChannel(snapshot) } })

      function openChannel({ dataKeys }: Snapshot) {
        const box = parts.vault.tenant(tenantId, dataKeys.get(tenantId) ?? '').box(channelPurpose(name))
        return customerNotifier(parseChannels(box.open(sealed)), now)
      }
    }
    return found
  }

  function tellOperator(channel: string, error: string) {
    const { slug, name } = known.get(channel) ?? { slug: channel, name: '' }
    const title = TEXTS.brokenTitle(slug, name)
    const text = TEXTS.broken(error, slug)
    parts.log.warn(`${title}: ${error}`)
    parts.alert({ key: alertKey(channel), level: 'warning', title, text, session: null, at: now() })
  }

  function nameOf({ session, tenantId }: StoredEvent): string | null {
    const snapshot = wanted.snapshot()
    const tenant = snapshot?.tenants.find(({ id }) => id === tenantId)?.slug
    const name = snapshot?.sessions.find(({ id }) => id === session)?.name
    return tenant === undefined || name === undefined ? null : formatRef({ tenant, name })
  }
}

const keyOf = (tenant: TenantId, name: string) => `${tenant}/${name}`
const alertKey = (channel: string) => `channel:${channel}`
const topicOf = ({ level }: Notice): Topic => LEVELS.find((known) => known === level) ?? 'info'
