// Links by which a customer pairs a session in a browser, without a terminal. Whoever follows one can do that and nothing
// else: guests.ts.
import { UserError, usage } from '../core/errors.js'
import { formatRef, parseRef } from '../core/ids.js'
import { LANGUAGES, languageOf } from '../core/languages.js'
import type { Live } from '../core/live.js'
import { type Acting, entryOf, type Found, needSession, wake } from './parts.js'

export interface PairLink {
  /** Its secret stands behind the #: no server, log or preview of it ever sees that part. */
  url: string
  /** ISO 8601. */
  expiresAt: string
}

/** @throws NO_PUBLIC_URL, GATEWAY_OFF, BAD_LANGUAGE, NOT_PAIRED, ALREADY_PAIRED, FLEET_DOWN */
export async function makePairLink(parts: Acting, input: { ref: string; language?: string | undefined }) {
  const query = queryOf(input.language)
  const page = pageOf(parts)
  const found = await needSession(parts, parseRef(input.ref))
  const { session, tenant } = found
  const ref = formatRef(found.ref)
  if (parts.kinds.need(session.kind).commands?.pair === undefined) throw notPaired(ref, session.kind)
  const live = needLive(parts)
  if (live.sessions().get(session.id)?.state === 'ready') throw alreadyPaired(ref)
  await tell(parts, found, 'session.pair-link')
  const { link, token } = live.links.make({ purpose: 'pair', session: session.id, tenant: tenant.id })
  await wake(parts) // the gateway may have had nothing to do until now
  return { url: `${page}${query}#${token}`, expiresAt: new Date(link.expiresAt).toISOString() } satisfies PairLink
}

/** Whoever has it open sees at once that it has ended. */
export async function endPairLink(parts: Acting, input: { ref: string }): Promise<{ ended: boolean }> {
  const found = await needSession(parts, parseRef(input.ref))
  const { links } = needLive(parts)
  await tell(parts, found, 'session.pair-link-end')
  return { ended: links.takeBack(found.session.id, 'pair') }
}

/** The store is asked first: what cannot be told of is not done. */
const tell = (parts: Acting, { store, session, ref }: Found, action: string) =>
  store.changeSession(session.id, {}, { audit: entryOf(parts, action, formatRef(ref), {}) })

function queryOf(asked: string | undefined): string {
  if (asked === undefined) return ''
  const language = languageOf(asked)
  if (language !== undefined) return `?lang=${language}`
  throw usage('BAD_LANGUAGE', `"${asked}" is none of the page's languages.`, LANGUAGES.join(', '))
}

function pageOf({ settings: { publicUrl, gateway } }: Acting): string {
  if (gateway === 'off') {
    const message = 'Nobody could open the link: FROTA_GATEWAY is off.'
    throw new UserError('GATEWAY_OFF', message, 'set FROTA_GATEWAY=auto in .env, then let a new supervisor begin')
  }
  if (publicUrl !== null) return `${publicUrl}/pair`
  const message = 'What the world calls this host is not known: FROTA_PUBLIC_URL is not set.'
  throw new UserError('NO_PUBLIC_URL', message, 'set it to that of your reverse proxy: https://bots.example.com')
}

const notPaired = (ref: string, kind: string) =>
  usage('NOT_PAIRED', `${ref} is a ${kind} session: there is nothing to pair.`, `frota start ${ref}`)

const alreadyPaired = (ref: string) =>
  new UserError('ALREADY_PAIRED', `${ref} is paired already.`, `to pair another account: frota do ${ref} logout`)

function needLive({ live }: Acting): Live {
  if (live) return live
  throw new UserError('FLEET_DOWN', 'The fleet is down: nobody would answer at the link.', 'frota up')
}
