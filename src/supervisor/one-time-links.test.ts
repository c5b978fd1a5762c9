import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACME, sessionId } from '../../test/a-unit.js'
import { LINK_SECRET, LINK_VALID_MS, MAX_PHONES_OF_LINK, type OneTimeLink } from '../core/one-time-links.js'
import type { KeptLink } from './link-book.js'
import { openOneTimeLinks, REMEMBERED_MS } from './one-time-links.js'

const A = { purpose: 'pair', session: sessionId('a'), tenant: ACME } as const
const B = { ...A, session: sessionId('b') }

function someLinks() {
  const kept = new Map<string, KeptLink>()
  const clock = { ms: Date.UTC(2026, 10, 21) }
  const book = {
    all: () => [...kept.values()],
    save: (link: KeptLink) => void kept.set(link.mark, structuredClone(link)),
    drop: (mark: string) => void kept.delete(mark),
  }
  const again = () => openOneTimeLinks(book, () => new Date(clock.ms))
  return { links: again(), again, kept, clock }
}

const pass = (clock: { ms: number }, ms: number) => {
  clock.ms += ms
}

type House = ReturnType<typeof someLinks> & { link: OneTimeLink }

test('a link opens once: to the browser that did it stays open, to every other it is taken', () => {
  const { links } = someLinks()
  const { link, token } = links.make(A)
  assert.match(token, LINK_SECRET)
  assert.deepEqual(links.find(token, []), { link, visit: null })
  const visit = links.open(token) ?? assert.fail('not opened')
  assert.notEqual(visit, token)
  assert.equal(links.open(token), null)
  assert.equal(links.find(token, []), 'taken')
  assert.equal(links.find(token, ['x'.repeat(43)]), 'taken')
  assert.deepEqual(links.find(token, ['x'.repeat(43), visit]), { link: { ...link, isOpened: true }, visit })
  assert.equal(links.visited(visit)?.session, A.session)
  assert.equal(links.visited(token), null, 'the token is no visit')
  assert.equal(links.find(visit, []), null, 'nor a visit a token')
})

test('a link is dead when its time is over, it was used, taken back, or a newer one was made; another session’s is not', () => {
  for (const [why, end] of [
    ['expired', ({ clock }) => pass(clock, 1)],
    ['used', (house) => house.links.end(house.link, 'used')],
    ['taken back', (house) => assert.equal(house.links.takeBack(A.session, 'pair'), true)],
    ['replaced', (house) => void house.links.make(A)],
  ] as [string, (house: House) => void][]) {
    const house = someLinks()
    const { link, token } = house.links.make(A)
    house.clock.ms += LINK_VALID_MS - 1
    const other = house.links.make(B)
    assert.notEqual(house.links.find(token, []), null, why)
    end({ ...house, link })
    assert.equal(house.links.find(token, []), null, why)
    assert.equal(house.links.open(token), null, why)
    assert.notEqual(house.links.find(other.token, []), null, why)
  }
  const { links } = someLinks()
  assert.equal(links.takeBack(A.session, 'pair'), false)
})

test('links outlive the supervisor, and whoever reads what is kept can open none', () => {
  const { links, again, kept } = someLinks()
  const one = links.make(A)
  const two = links.make(B)
  const visit = links.open(two.token) ?? ''
  const text = JSON.stringify([...kept])
  for (const secret of [one.token, two.token, visit]) assert.ok(!text.includes(secret))
  const next = again()
  assert.equal(next.visited(visit)?.id, two.link.id)
  assert.notEqual(next.open(one.token), null)
  for (const { mark, visit: hash } of kept.values())
    for (const known of [mark, hash ?? '']) assert.equal(next.find(known, [known]), null)
})

test('a visitor hears for a while what became of the link, then nothing of it is kept', () => {
  const { links, kept, clock } = someLinks()
  const { link, token } = links.make(A)
  const visit = links.open(token) ?? ''
  assert.ok(links.setPhone(link, '+5511999998888'))
  links.end(link, 'used')
  assert.deepEqual([links.visited(visit)?.end, links.visited(visit)?.phone], ['used', null])
  assert.equal(links.areWanted(), true, 'the page may be loaded again')
  clock.ms += LINK_VALID_MS
  assert.equal(links.areWanted(), false)
  clock.ms += REMEMBERED_MS - 1
  assert.equal(links.visited(visit)?.end, 'used')
  clock.ms += 1
  assert.equal(links.areWanted(), false)
  assert.equal(kept.size, 0)
  assert.equal(links.visited(visit), null)
})

test('a link asks for codes for so many phones and no more; back to a QR code it always goes', () => {
  const { links } = someLinks()
  const { link } = links.make(A)
  for (let n = 0; n < MAX_PHONES_OF_LINK; n++) {
    assert.ok(links.setPhone(link, `+551199999000${n}`))
    assert.ok(links.setPhone(link, `+551199999000${n}`), 'the same again is no other')
  }
  assert.equal(links.setPhone(link, '+5511999990099'), false)
  assert.ok(links.setPhone(link, null))
})
