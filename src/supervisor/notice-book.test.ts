import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { TenantId } from '../core/ids.js'
import type { Waiting } from '../notify/deliveries.js'
import { LONGEST_QUEUE } from '../notify/delivery.js'
import { openLedger } from './ledger.js'

const ACME = 'acme' as TenantId
const AT = new Date('2026-01-02T03:04:05Z')

function aBook(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-book-'))
  const opened = [openLedger(join(dir, 'ledger.db'))]
  t.after(() => {
    opened.at(-1)?.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const again = () => {
    opened.at(-1)?.close()
    opened.push(openLedger(join(dir, 'ledger.db')))
    return book()
  }
  const book = () => opened.at(-1)?.notices ?? assert.fail('no ledger')
  return { book: book(), again }
}

const waiting = (title: string, channel = 'ops'): Waiting => ({
  id: `${title} ${channel}`,
  channel,
  message: { id: title, type: 'notice', key: 'k', level: 'info', title, text: '', session: null, at: AT },
})
const titles = (rows: Waiting[]) => rows.map(({ message }) => message.title)

test('how far a notice came is known to the next supervisor, and what waits comes back as it was', (t) => {
  const { book, again } = aBook(t)
  assert.deepEqual(
    ['a', 'b', 'c'].map((id) => book.arrives(id, ACME, AT)),
    ['new', 'new', 'new'],
  )
  book.turnedAway('b')
  book.told('c', ACME, AT, [waiting('c'), waiting('c', 'other')])
  book.told('c', ACME, AT, [waiting('c')])
  book.turnedAway('c')
  const next = again()
  assert.deepEqual(
    ['a', 'b', 'c'].map((id) => next.arrives(id, ACME, AT)),
    ['arriving', 'new', 'told'],
  )
  assert.deepEqual(next.waiting('ops'), [waiting('c')])
  assert.deepEqual(next.waiting('other'), [waiting('c', 'other')])
})

test('the end of a delivery says how its channel does now, and whether that is another than before', (t) => {
  const { book } = aBook(t)
  book.add(['a', 'b', 'c', 'd'].map((title) => waiting(title)))
  const ends = [
    [null, false],
    ['away', true],
    ['refused', false],
    [null, true],
  ] as const
  for (const [i, [error, changed]] of ends.entries()) {
    const [first] = book.waiting('ops')
    assert.ok(first)
    assert.equal(book.ended(first, error, AT), changed, `the end ${i}`)
    assert.deepEqual(book.states().get('ops'), { sentAt: AT, error, waiting: 3 - i })
  }
  assert.equal(book.broken('ops', 'no key', AT), true)
  assert.equal(book.broken('ops', 'no key', AT), false)
  book.add([waiting('e')])
  book.drop('ops')
  assert.deepEqual([book.states().size, book.waiting('ops')], [0, []])
})

test('for one channel so many wait and no more: the oldest go, but not the one that is being sent', (t) => {
  const { book } = aBook(t)
  book.add([waiting('x', 'other')])
  book.add(Array.from({ length: LONGEST_QUEUE + 10 }, (_, i) => waiting(`${i}`)))
  const left = titles(book.waiting('ops'))
  assert.deepEqual([left.length, left[0], left[1], left.at(-1)], [LONGEST_QUEUE + 1, '0', '10', `${LONGEST_QUEUE + 9}`])
  assert.deepEqual(titles(book.waiting('other')), ['x'])
})

test('what was told before a time is forgotten, of that tenant', (t) => {
  const { book } = aBook(t)
  const later = new Date(AT.getTime() + 1)
  book.told('old', ACME, AT, [])
  book.told('newer', ACME, later, [])
  book.told('theirs', 'beta' as TenantId, AT, [])
  book.prune(ACME, later)
  assert.deepEqual(
    ['old', 'newer', 'theirs'].map((id) => book.arrives(id, ACME, AT)),
    ['new', 'told', 'told'],
  )
})
