// What whoever has followed a one-time link may do: see and further the pairing of its one session. It is no actor and has
// no role: none of the verbs is reached from here, and nothing of the house but two names is told.
import { notAllowed, UserError } from '../core/errors.js'
import { formatRef } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { Live } from '../core/live.js'
import type { OneTimeLink, PairAbout, PairLook } from '../core/one-time-links.js'
import { fullPhone } from '../core/phone-numbers.js'
import { plain } from '../core/plain-text.js'
import type { StateName } from '../core/states.js'
import type { CommandSpec, PairAnswer } from '../kinds/kind.js'
import type { FleetParts } from './parts.js'

/** No code will come before somebody of the house has done something, or there is room again. */
const WAITS_FOR_THE_HOUSE: ReadonlySet<StateName> = new Set(['stopped', 'failed', 'waiting', 'fenced'])

export interface Guests {
  /**
   * Opens it for this browser, or again for the one that has it. Null: it is unknown, or has ended.
   * @param visits secrets that the browser shows
   * @throws LINK_TAKEN when another browser has it
   */
  open(token: string, visits: readonly string[]): Promise<{ id: string; visit: string; expiresAt: string } | null>
  /** Null, here and below: no such visit. */
  about(visit: string): Promise<PairAbout | null>
  look(visit: string): Promise<PairLook | null>
  /** @param phone null: by QR code after all @throws BAD_PHONE, NOT_BY_PHONE, TOO_MANY_PHONES */
  setPhone(visit: string, phone: string | null): Promise<object | null>
}

export function guestsOf(parts: FleetParts): Guests {
  return { open, about, look, setPhone }

  async function open(token: string, visits: readonly string[]) {
    const { links } = needLive()
    const found = links.find(token, visits)
    if (found === null) return null
    if (found === 'taken') throw taken()
    const { link } = found
    const { id } = link
    const expiresAt = new Date(link.expiresAt).toISOString()
    if (found.visit !== null) return { id, visit: found.visit, expiresAt }
    const names = await namesOf(link.session)
    if (!names) return null
    await tell(link, names.ref)
    const visit = links.open(token)
    if (visit === null) throw taken()
    return { id, visit, expiresAt }
  }

  /** The store is asked first: what cannot be told of is not done. */
  async function tell({ tenant, session, id }: OneTimeLink, subject: string) {
    const audit = { at: parts.now(), actor: `link:${id}`, action: 'session.pair-link-open', subject, data: {} }
    await parts.store.tenant(tenant).changeSession(session, {}, { audit })
  }

  async function about(visit: string): Promise<PairAbout | null> {
    const link = visited(visit)
    const names = link && (await namesOf(link.session))
    if (!names) return null
    const { customer, session, kind } = names
    return {
      customer,
      session,
      expiresAt: new Date(link.expiresAt).toISOString(),
      byPhone: takesPhone(parts.kinds.get(kind)?.commands?.pair),
      words: parts.kinds.get(kind)?.pairing ?? null,
    }
  }

  async function look(visit: string): Promise<PairLook | null> {
    const live = needLive()
    const link = visited(visit)
    if (!link) return null
    if (link.end === 'used') return { is: 'paired' }
    const seen = live.sessions().get(link.session)
    // Scanned in the last second: no code is shown any more, but how it ended is still said.
    if (live.links.isOver(link)) return { is: link.end === null && seen?.state === 'ready' ? 'paired' : 'ended' }
    if (!seen) return { is: 'ended' } // removed, or another home's by now
    if (WAITS_FOR_THE_HOUSE.has(seen.state)) return { is: 'stopped' }
    const { phone } = link
    const answer = await ask(live, link)
    if (answer?.paired === true) {
      live.links.end(link, 'used')
      return { is: 'paired' }
    }
    if (answer?.qr && phone === null) return { is: 'qr', code: answer.qr.code }
    if (answer?.linkCode !== undefined && phone !== null) return { is: 'code', code: answer.linkCode, phone }
    if (answer?.refused === true && phone !== null) return { is: 'refused', phone }
    return { is: 'waiting', state: seen.state, phone }
  }

  async function setPhone(visit: string, phone: string | null) {
    const { links } = needLive()
    const link = visited(visit)
    if (!link || links.isOver(link)) return null
    if (phone !== null) throwIfNoPhone(await pairCommandOf(link), phone)
    const full = phone === null ? null : fullPhone(phone)
    if (!links.setPhone(link, full)) throw notAllowed('TOO_MANY_PHONES', 'This link has asked for too many codes.')
    return {}
  }

  async function pairCommandOf({ session }: OneTimeLink) {
    return parts.kinds.get((await namesOf(session))?.kind ?? '')?.commands?.pair
  }

  /** Null while it cannot answer: it is on its way up, or busy. What it said is nobody's business out there. */
  async function ask(live: Live, { session, phone }: OneTimeLink): Promise<PairAnswer | null> {
    const input: JsonObject = phone === null ? {} : { phone }
    try {
      return (await live.command(session, 'pair', input)) as unknown as PairAnswer | null
    } catch (thrown) {
      if (thrown instanceof UserError) return null
      throw thrown
    }
  }

  function visited(visit: string): OneTimeLink | null {
    const link = needLive().links.visited(visit)
    return link?.purpose === 'pair' ? link : null
  }

  /** Null: it was removed. */
  async function namesOf(id: string) {
    const { sessions, tenants } = await parts.snapshot()
    const session = sessions.find((known) => known.id === id)
    const tenant = tenants.find((known) => known.id === session?.tenantId)
    if (!session || !tenant) return null
    const ref = formatRef({ tenant: tenant.slug, name: session.name })
    return { customer: plain(tenant.name), session: plain(session.displayName), kind: session.kind, ref }
  }

  function needLive(): Live {
    if (parts.live) return parts.live
    throw new UserError('FLEET_DOWN', 'The fleet is down.')
  }
}

const taken = () => notAllowed('LINK_TAKEN', 'Another browser has opened this link.')

const takesPhone = (command: CommandSpec | undefined) => 'phone' in (command?.input.shape ?? {})

/** As its kind takes it: the session itself checks nothing. */
function throwIfNoPhone(command: CommandSpec | undefined, text: string) {
  if (!command || !takesPhone(command)) throw notAllowed('NOT_BY_PHONE', 'It is not paired by a code on the phone.')
  const phone = fullPhone(text)
  if (phone === null || !command.input.safeParse({ phone }).success)
    throw new UserError('BAD_PHONE', 'It must be a phone number with + and country code.')
}
