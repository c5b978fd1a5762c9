// The one-time links of this home: made by a verb, opened once, bound to the browser that did. A session has one link of a
// purpose at a time; a newer one ends the one before.
import { hash, randomBytes } from 'node:crypto'
import type { SessionId } from '../core/ids.js'
import {
  LINK_VALID_MS,
  type LinkEnd,
  type LinkPurpose,
  MAX_PHONES_OF_LINK,
  type OneTimeLink,
  type OneTimeLinks,
} from '../core/one-time-links.js'
import type { KeptLink, LinkBook } from './link-book.js'

/** Its visitor is told for as long what became of it; then nothing is known of it any more. */
export const REMEMBERED_MS = 60 * 60_000
const ID_CHARS = 12

export function openOneTimeLinks(book: LinkBook, now: () => Date): OneTimeLinks {
  const links = new Map(book.all().map((link) => [link.mark, link]))
  const nowMs = () => now().getTime()
  return {
    make({ purpose, session, tenant }) {
      sweep()
      endOf(session, purpose, 'replaced')
      const token = newSecret()
      const mark = markOf(token)
      const expiresAt = nowMs() + LINK_VALID_MS
      const id = mark.slice(0, ID_CHARS)
      const begun = { visit: null, end: null, phone: null, phonesAsked: 0 }
      const made = save({ mark, id, purpose, session, tenant, expiresAt, ...begun })
      return { link: seen(made), token }
    },
    find(token, visits) {
      const link = links.get(markOf(token))
      if (!link) return null
      const own = visits.find((visit) => link.visit === markOf(visit)) ?? null
      if (own !== null) return { link: seen(link), visit: own }
      if (isOver(link)) return null
      return link.visit === null ? { link: seen(link), visit: null } : 'taken'
    },
    open(token) {
      const link = links.get(markOf(token))
      if (!link || isOver(link) || link.visit !== null) return null
      const visit = newSecret()
      save({ ...link, visit: markOf(visit) })
      return visit
    },
    visited(visit) {
      sweep()
      const mark = markOf(visit)
      const link = [...links.values()].find((known) => known.visit === mark)
      return link ? seen(link) : null
    },
    isOver,
    setPhone({ id }, phone) {
      const link = need(id)
      if (link.phone === phone) return true
      const phonesAsked = link.phonesAsked + (phone === null ? 0 : 1)
      if (phonesAsked > MAX_PHONES_OF_LINK) return false
      save({ ...link, phone, phonesAsked })
      return true
    },
    // A number that nobody needs any more is not kept.
    end: ({ id }, end) => void save({ ...need(id), end, phone: null }),
    takeBack: (session, purpose) => endOf(session, purpose, 'taken back'),
    areWanted() {
      sweep()
      return [...links.values()].some(({ expiresAt }) => expiresAt > nowMs())
    },
  }

  function isOver({ end, expiresAt }: Pick<KeptLink, 'end' | 'expiresAt'>): boolean {
    return end !== null || nowMs() >= expiresAt
  }

  function endOf(session: SessionId, purpose: LinkPurpose, end: LinkEnd): boolean {
    const own = [...links.values()].filter(
      (link) => link.session === session && link.purpose === purpose && !isOver(link),
    )
    for (const link of own) save({ ...link, end, phone: null })
    return own.length > 0
  }

  function save(link: KeptLink): KeptLink {
    links.set(link.mark, link)
    book.save(link)
    return link
  }

  function sweep() {
    for (const { mark, expiresAt } of links.values()) {
      if (expiresAt + REMEMBERED_MS > nowMs()) continue
      links.delete(mark)
      book.drop(mark)
    }
  }

  function need(id: string): KeptLink {
    const link = [...links.values()].find((known) => known.id === id)
    if (!link) throw new Error(`there is no link ${id} any more`)
    return link
  }
}

const newSecret = () => randomBytes(32).toString('base64url')

/** Of 256 random bits no slow hash and no key is needed: nobody can try them all. */
const markOf = (secret: string) => hash('sha256', secret)

const seen = ({ mark: _mark, visit, ...link }: KeptLink): OneTimeLink => ({ ...link, isOpened: visit !== null })
