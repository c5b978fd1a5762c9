// Where a customer is told: its own channels, sealed with its data key. What is shown of one is its name, what it gets,
// where it leads (of an address only the host), and how it does.
import { throwIfBelow } from '../core/actors.js'
import { messageOf, notAllowed, notFound, UserError, usage } from '../core/errors.js'
import { didYouMean, parseSlug, type TenantId } from '../core/ids.js'
import { TOPICS, type Topic } from '../core/notices.js'
import { naturally } from '../core/order.js'
import {
  type CustomerChannel,
  channelPurpose,
  customerNotifier,
  describeChannels,
  parseChannels,
} from '../notify/channels.js'
import type { StoredChannel } from '../store/channels.js'
import type { Snapshot, Tenant } from '../store/store.js'
import { openTenantVault } from '../vault/vault.js'
import { type ChannelInput, settingsOf } from './notify.js'
import { type Acting, entryOf, needTenant, wake } from './parts.js'

export interface CustomerChannelView {
  tenant: string
  /** `telegram`, `webhook` */
  channel: string
  name: string
  target: string
  /** Empty: everything. */
  topics: string[]
  /** When it last took a message, as far as this home knows; null with the fleet down. */
  lastSentAt: string | null
  /** Why it took none since. */
  lastError: string | null
  waiting: number
  /** Why nothing is sent there; null when its plan allows it. */
  paused: string | null
}

export interface CustomerChannelInput extends ChannelInput {
  tenant: string
  /** Of the customer's own choosing; its type unless said. */
  name?: string | undefined
  topics?: string[] | undefined
  /** The operator's to allow: an address in a private network. */
  allowPrivate?: boolean | undefined
}

const MOST = 10
/** Of one: every home reads those of all customers again and again. */
const LONGEST_CHARS = 8 * 1024

export function channelVerbs(parts: Acting) {
  return { set, list, remove, test }

  async function set(input: CustomerChannelInput): Promise<CustomerChannelView> {
    if (input.allowPrivate) throwIfBelow(parts.actor, 'operator', 'an address in a private network')
    const name = parseSlug(input.name ?? input.channel, 'channel')
    const topics = readTopics(input.topics ?? [])
    const settings: CustomerChannel = { ...settingsOf(input), ...(input.allowPrivate && { allowPrivate: true }) }
    const text = JSON.stringify(settings)
    if (text.length > LONGEST_CHARS) throw usage('BAD_CHANNEL', 'The channel’s settings are longer than 8 KB.')
    customerNotifier(settings, parts.now) // BAD_CHANNEL before anything is written
    const tenant = await needTenant(parts, parseSlug(input.tenant, 'tenant'))
    const store = parts.store.tenant(tenant.id)
    const others = (await store.channels()).filter((channel) => channel.name !== name)
    if (others.length >= MOST) throw usage('TOO_MANY_CHANNELS', `${tenant.slug} has ${MOST} channels already.`)
    const box = (await openTenantVault(await parts.vault(), tenant.id, store)).box(channelPurpose(name))
    const sealed = box.seal(text)
    const channel: StoredChannel = { name, type: input.channel, topics, sealed, updatedAt: parts.now() }
    const told = { name, channel: input.channel, topics, ...(input.allowPrivate && { allowPrivate: true }) }
    await store.putChannel(channel, entryOf(parts, 'notify.set', tenant.slug, told))
    await wake(parts)
    const set = (await list({ tenant: tenant.slug })).find((view) => view.name === name)
    if (!set) throw notFound('CHANNEL_UNKNOWN', `The channel "${name}" was removed in the meantime.`)
    return set
  }

  /** Of one customer, or of all that the actor may see. */
  async function list(input: { tenant?: string | undefined } = {}): Promise<CustomerChannelView[]> {
    const only = input.tenant === undefined ? null : await needTenant(parts, parseSlug(input.tenant, 'tenant'))
    const snapshot = await parts.snapshot()
    const tenants = new Map(snapshot.tenants.map((tenant) => [tenant.id, tenant]))
    const views: CustomerChannelView[] = []
    for (const { tenantId, ...channel } of snapshot.channels) {
      const tenant = tenants.get(tenantId)
      if (tenant && (!only || only.id === tenantId)) views.push(await view(snapshot, tenant, channel))
    }
    return views.sort((a, b) => naturally(a.tenant, b.tenant) || naturally(a.name, b.name))
  }

  async function remove(input: { tenant: string; name: string }): Promise<void> {
    const tenant = await needTenant(parts, parseSlug(input.tenant, 'tenant'))
    const audit = entryOf(parts, 'notify.remove', tenant.slug, { name: input.name })
    if (!(await parts.store.tenant(tenant.id).removeChannel(input.name, audit))) throw await unknown(tenant, input.name)
    await wake(parts)
  }

  /** Through all of a customer's channels, or one. */
  async function test(input: { tenant: string; name?: string | undefined }) {
    const tenant = await needTenant(parts, parseSlug(input.tenant, 'tenant'))
    const { live } = parts
    if (!live) throw new UserError('FLEET_DOWN', 'The supervisor sends the messages, and it is down.', 'frota up')
    const views = await list({ tenant: tenant.slug })
    const asked = views.filter(({ name }) => input.name === undefined || name === input.name)
    if (input.name !== undefined && asked.length === 0) throw await unknown(tenant, input.name)
    const paused = asked.find((channel) => channel.paused !== null)?.paused
    if (paused) throw notAllowed('PLAN_LIMIT', `Nothing is sent to ${tenant.slug}: ${paused}.`, 'frota tenant set-plan')
    return Promise.all(
      asked.map(async ({ name }) => ({ channel: name, error: await live.testChannel(tenant.id, name) })),
    )
  }

  async function unknown({ id, slug }: Tenant, name: string) {
    const names = (await parts.store.tenant(id).channels()).map((channel) => channel.name)
    const hint = didYouMean(name, names) || `frota notify ls ${slug}`
    return notFound('CHANNEL_UNKNOWN', `${slug} has no channel "${name}".`, hint)
  }

  async function view(snapshot: Snapshot, tenant: Tenant, channel: StoredChannel): Promise<CustomerChannelView> {
    const state = parts.live?.channels(tenant.id).get(channel.name)
    return {
      tenant: tenant.slug,
      channel: channel.type,
      name: channel.name,
      target: await targetOf(snapshot, tenant.id, channel),
      topics: channel.topics,
      lastSentAt: state?.sentAt?.toISOString() ?? null,
      lastError: state?.error ?? null,
      waiting: state?.waiting ?? 0,
      paused: pausedBy(snapshot, tenant),
    }
  }

  async function targetOf({ dataKeys }: Snapshot, tenant: TenantId, { name, sealed }: StoredChannel): Promise<string> {
    try {
      const box = (await parts.vault()).tenant(tenant, dataKeys.get(tenant) ?? '').box(channelPurpose(name))
      return describeChannels(parseChannels(box.open(sealed)))[0]?.target ?? ''
    } catch (thrown) {
      if (thrown instanceof UserError && thrown.code === 'SEAL_BROKEN') return messageOf(thrown)
      throw thrown
    }
  }
}

function pausedBy({ plans }: Snapshot, { plan }: Tenant): string | null {
  return plans.find(({ slug }) => slug === plan)?.tenantNotifications ? null : `the plan ${plan} has no notifications`
}

function readTopics(topics: string[]): Topic[] {
  return [...new Set(topics)].map((text) => {
    const topic = TOPICS.find((known) => known === text)
    if (topic) return topic
    throw usage('BAD_TOPIC', `"${text}" is not a topic.`, didYouMean(text, TOPICS) || TOPICS.join(', '))
  })
}
