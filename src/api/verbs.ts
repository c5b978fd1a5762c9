// The control API's verbs: what each is given, the lowest role that may use it, and the Fleet method behind it. One table
// for all doors: the socket's handler, the in-process door and the typed client are drawn from it. The client takes its
// types only: a command on a running fleet loads no schema.
import { z } from 'zod'
import { type Actor, type Role, throwIfBelow } from '../core/actors.js'
import { usage } from '../core/errors.js'
import type { Fleet, Fleets } from '../fleet/fleet.js'
import { flag, number, object, readInput, text, textOrNull, texts, uploads } from './inputs.js'

const verb = <I extends z.ZodObject, O>(
  role: Role,
  input: I,
  run: (fleet: Fleet, input: z.output<I>) => Promise<O>,
) => ({ role, input, run })

const nothing = z.object({})
const bySlug = z.object({ slug: text })
const byName = z.object({ name: text })
const byRef = z.object({ ref: text })
const targets = z.object({ refs: texts, all: flag.optional() })
const page = { since: text.optional(), limit: number.optional(), cursor: text.optional() }
const expiresAt = textOrNull.optional()
const channel = z.object({
  channel: text,
  settings: z.object({ chatId: text.optional(), apiRoot: text.optional(), url: text.optional() }, 'must be an object'),
  secret: textOrNull,
})

export const VERBS = {
  'tenants.add': verb('admin', bySlug.extend({ name: text.optional(), plan: text.optional() }), ({ tenants }, input) =>
    tenants.add(input),
  ),
  'tenants.list': verb('viewer', nothing, ({ tenants }) => tenants.list()),
  'tenants.show': verb('viewer', bySlug, ({ tenants }, input) => tenants.show(input)),
  'tenants.rename': verb('owner', bySlug.extend({ name: text }), ({ tenants }, input) => tenants.rename(input)),
  'tenants.wouldStop': verb(
    'admin',
    bySlug.extend({ plan: text.optional(), expiresAt, status: text.optional() }),
    ({ tenants }, input) => tenants.wouldStop(input),
  ),
  'tenants.setPlan': verb('admin', bySlug.extend({ plan: text, expiresAt }), ({ tenants }, input) =>
    tenants.setPlan(input),
  ),
  'tenants.setStatus': verb('admin', bySlug.extend({ status: text }), ({ tenants }, input) => tenants.setStatus(input)),
  'tenants.views': verb('viewer', bySlug, ({ tenants }, input) => tenants.views(input)),
  'tenants.view': verb(
    'viewer',
    bySlug.extend({ name: text, where: texts.optional(), limit: number.optional(), cursor: text.optional() }),
    ({ tenants }, input) => tenants.view(input),
  ),
  'tenants.remove': verb('admin', bySlug, ({ tenants }, input) => tenants.remove(input)),

  'plans.list': verb('viewer', nothing, ({ plans }) => plans.list()),
  'plans.show': verb('viewer', bySlug, ({ plans }, input) => plans.show(input)),
  'plans.wouldStop': verb('admin', bySlug.extend({ settings: texts }), ({ plans }, input) => plans.wouldStop(input)),
  'plans.set': verb('admin', bySlug.extend({ settings: texts }), ({ plans }, input) => plans.set(input)),
  'plans.fields': verb('viewer', bySlug, ({ plans }, input) => plans.fields(input)),
  'plans.add': verb('admin', bySlug.extend({ from: text.optional(), settings: texts }), ({ plans }, input) =>
    plans.add(input),
  ),
  'plans.remove': verb('admin', bySlug, ({ plans }, input) => plans.remove(input)),

  'kinds.list': verb('viewer', nothing, ({ kinds }) => kinds.list()),
  'kinds.show': verb('viewer', byName, ({ kinds }, input) => kinds.show(input)),

  'sessions.add': verb(
    'owner',
    byRef.extend({
      kind: text,
      name: text.optional(),
      settings: texts.optional(),
      config: object.optional(),
      files: uploads.optional(),
    }),
    ({ sessions }, input) => sessions.add(input),
  ),
  'sessions.list': verb(
    'viewer',
    z.object({ tenant: text.optional(), kind: text.optional(), state: text.optional() }),
    ({ sessions }, input) => sessions.list(input),
  ),
  'sessions.show': verb('viewer', byRef, ({ sessions }, input) => sessions.show(input)),
  'sessions.rename': verb('owner', byRef.extend({ name: text }), ({ sessions }, input) => sessions.rename(input)),
  'sessions.start': verb('member', targets, ({ sessions }, input) => sessions.start(input)),
  'sessions.stop': verb('member', targets, ({ sessions }, input) => sessions.stop(input)),
  'sessions.restart': verb('member', targets, ({ sessions }, input) => sessions.restart(input)),
  'sessions.resolve': verb('viewer', targets, ({ sessions }, input) => sessions.resolve(input)),
  'sessions.remove': verb('owner', byRef.extend({ keepData: flag.optional() }), ({ sessions }, input) =>
    sessions.remove(input),
  ),
  'sessions.recover': verb('owner', byRef, ({ sessions }, input) => sessions.recover(input)),
  // Whether the other host is off, and not only cut off, is for whoever has the hosts in hand.
  'sessions.move': verb('operator', byRef.extend({ dryRun: flag.optional() }), ({ sessions }, input) =>
    sessions.move(input),
  ),
  'sessions.check': verb('member', byRef, ({ sessions }, input) => sessions.check(input)),
  'sessions.records': verb(
    'viewer',
    byRef.extend({ collection: text.optional(), cursor: text.optional() }),
    ({ sessions }, input) => sessions.records(input),
  ),
  'sessions.hooks': verb('owner', byRef, ({ sessions }, input) => sessions.hooks(input)),
  'sessions.pairLink': verb('owner', byRef.extend({ language: text.optional() }), ({ sessions }, input) =>
    sessions.pairLink(input),
  ),
  'sessions.endPairLink': verb('owner', byRef, ({ sessions }, input) => sessions.endPairLink(input)),
  'sessions.config': verb('viewer', byRef, ({ sessions }, input) => sessions.config(input)),
  'sessions.configSet': verb(
    'owner',
    byRef.extend({ settings: texts, config: object.optional(), unset: texts.optional(), files: uploads.optional() }),
    ({ sessions }, input) => sessions.configSet(input),
  ),
  'sessions.configUnset': verb('owner', byRef.extend({ keys: texts }), ({ sessions }, input) =>
    sessions.configUnset(input),
  ),
  'sessions.command': verb(
    'member',
    byRef.extend({ command: text, settings: texts.optional(), input: object.optional() }),
    ({ sessions }, input) => sessions.command(input),
  ),

  'secrets.set': verb('owner', z.object({ scope: text, name: text, value: text }), ({ secrets }, input) =>
    secrets.set(input),
  ),
  'secrets.list': verb('owner', z.object({ scope: text }), ({ secrets }, input) => secrets.list(input)),
  'secrets.remove': verb('owner', z.object({ scope: text, name: text }), ({ secrets }, input) => secrets.remove(input)),

  'history.events': verb('viewer', targets.extend({ type: text.optional(), ...page }), ({ history }, input) =>
    history.events(input),
  ),
  'history.logs': verb(
    'viewer',
    targets.extend({
      tail: number.optional(),
      since: text.optional(),
      grep: text.optional(),
      cursor: text.optional(),
    }),
    ({ history }, input) => history.logs(input),
  ),
  'audit.list': verb('owner', z.object({ tenant: text.optional(), ...page }), ({ audit }, input) => audit.list(input)),

  'notify.set': verb('operator', channel, ({ notify }, input) => notify.set(input)),
  'notify.list': verb('operator', nothing, ({ notify }) => notify.list()),
  'notify.remove': verb('operator', z.object({ channel: text }), ({ notify }, input) => notify.remove(input)),

  'channels.set': verb(
    'owner',
    channel.extend({
      tenant: text,
      name: text.optional(),
      topics: texts.optional(),
      allowPrivate: flag.optional(),
    }),
    ({ channels }, input) => channels.set(input),
  ),
  'channels.list': verb('owner', z.object({ tenant: text.optional() }), ({ channels }, input) => channels.list(input)),
  'channels.remove': verb('owner', z.object({ tenant: text, name: text }), ({ channels }, input) =>
    channels.remove(input),
  ),
  'channels.test': verb('owner', z.object({ tenant: text, name: text.optional() }), ({ channels }, input) =>
    channels.test(input),
  ),

  'host.status': verb('operator', nothing, ({ host }) => host.status()),
  'host.down': verb('operator', nothing, ({ host }) => host.down()),
  'host.resume': verb('operator', nothing, ({ host }) => host.resume()),
  'host.clean': verb('operator', z.object({ dryRun: flag }), ({ host }, input) => host.clean(input)),
  'host.services': verb('operator', nothing, ({ services }) => services.list()),
  'host.restartService': verb('operator', byName, ({ services }, input) => services.restart(input)),
  'host.recoverService': verb('operator', byName, ({ services }, input) => services.recover(input)),
  'host.wake': verb('operator', nothing, ({ host }) => host.wake()),
  'host.testAlerts': verb('operator', nothing, ({ host }) => host.testAlerts()),
}

type Verbs = typeof VERBS
export type Verb = keyof Verbs
export type Input<V extends Verb> = z.input<Verbs[V]['input']>
export type Output<V extends Verb> = Awaited<ReturnType<Verbs[V]['run']>>

/**
 * What every door does with what it was asked.
 * @throws NO_SUCH_VERB, ROLE_TOO_LOW, BAD_INPUT, and what the verb throws
 */
export async function callVerb(fleets: Fleets, actor: Actor, name: string, input: unknown): Promise<unknown> {
  if (!Object.hasOwn(VERBS, name)) throw usage('NO_SUCH_VERB', `There is no "${name}".`)
  const { role, input: schema, run } = VERBS[name as Verb]
  throwIfBelow(actor, role, name)
  return (run as (fleet: Fleet, input: unknown) => Promise<unknown>)(fleets.as(actor), readInput(name, schema, input))
}

/** The same verbs through either door: over the socket to the supervisor, or in this process with the fleet down. */
export interface FleetClient {
  /** Whether a supervisor answers: only then are states live. */
  readonly isLive: boolean
  call<V extends Verb>(verb: V, ...input: Input<V> extends Record<string, never> ? [] : [Input<V>]): Promise<Output<V>>
  close(): Promise<void>
}
