import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aBeat } from '../../test/a-unit.js'
import { MAX_DETAIL_CHARS, MAX_EVENTS_PER_BATCH, servesWire, WIRE_VERSION } from '../core/protocol.js'
import { readBeat, readEvents, readHello } from './wire.js'

const refused = (words: RegExp) => ({ code: 'BAD_REQUEST', message: words })
const only = (events: unknown[]) => ({ events, keeps: [], forgets: [] })
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) })

test('a beat is taken as it was said, without what nobody knows', () => {
  const beat = aBeat({ state: 'degraded', reason: 'slow', detail: { a: [1] }, port: null, accounts: ['phone:1'] })
  assert.deepEqual(readBeat({ ...beat, __proto__x: 1, lease: 'mine' }), beat)
  assert.equal(readBeat(aBeat({ reason: 'a\u001b[2J\nb' })).reason, 'a [2J b')
  const full = { a: 'x'.repeat(MAX_DETAIL_CHARS - JSON.stringify({ a: '' }).length) }
  assert.deepEqual(readBeat(aBeat({ detail: full })).detail, full)
})

test('its own version and the one before are served, and a beat of another is refused as such, whatever it looks like', () => {
  assert.deepEqual([null, 0, WIRE_VERSION, WIRE_VERSION + 1, -1].map(servesWire), [false, false, true, false, false])
  assert.equal(servesWire(WIRE_VERSION - 1), WIRE_VERSION > 1)
  for (const beat of [{}, { wire: WIRE_VERSION + 1, other: 'words' }])
    assert.throws(() => readBeat(beat), {
      code: 'WIRE_UNKNOWN',
      message: /^its program speaks version \d+, this supervisor/,
    })
})

test('a malformed beat is refused with the name of its field', () => {
  const counters = aBeat().counters
  const cases: [unknown, RegExp][] = [
    [null, /^beat: /],
    [[], /^beat: /],
    [{ wire: WIRE_VERSION }, /^beat\.state: /],
    [{ ...aBeat(), state: 'stopped' }, /^beat\.state: /],
    [{ ...aBeat(), reason: 7 }, /^beat\.reason: /],
    [{ ...aBeat(), reason: 'x'.repeat(1_001) }, /^beat\.reason: /],
    [{ ...aBeat(), detail: 'x' }, /^beat\.detail: not an object/],
    [{ ...aBeat(), detail: null }, /^beat\.detail: /],
    [{ ...aBeat(), detail: { a: 'x'.repeat(16_000) } }, /^beat\.detail: too large/],
    [{ ...aBeat(), detail: deep(40) }, /^beat\.detail: nested deeper than 32 levels/],
    ...['yesterday', ...BAD_TIMES].map((since): [unknown, RegExp] => [{ ...aBeat(), since }, /^beat\.since: /]),
    [
      { ...aBeat(), counters: { ...counters, eventsPending: Number.POSITIVE_INFINITY } },
      /^beat\.counters\.eventsPending: /,
    ],
    [{ ...aBeat(), counters: { ...counters, intentsOpen: 2 ** 60 } }, /^beat\.counters\.intentsOpen: /],
    [{ ...aBeat(), configVersion: Number.NaN }, /^beat\.configVersion: /],
    [{ ...aBeat(), port: 0 }, /^beat\.port: /],
    [{ ...aBeat(), port: '3001' }, /^beat\.port: /],
    [{ ...aBeat(), configVersion: -1 }, /^beat\.configVersion: /],
    [{ ...aBeat(), takesConfigLive: 'yes' }, /^beat\.takesConfigLive: /],
    [{ ...aBeat(), counters: 'many' }, /^beat\.counters: /],
    [{ ...aBeat(), counters: { ...counters, eventsPending: 0.5 } }, /^beat\.counters\.eventsPending: /],
    [{ ...aBeat(), takesSecretsLive: 1 }, /^beat\.takesSecretsLive: /],
    [{ ...aBeat(), secretsVersion: 'x'.repeat(65) }, /^beat\.secretsVersion: /],
    [{ ...aBeat(), accounts: [''] }, /^beat\.accounts\.0: /],
    [{ ...aBeat(), accounts: ['x'.repeat(201)] }, /^beat\.accounts\.0: /],
    [{ ...aBeat(), accounts: Array(257).fill('x') }, /^beat\.accounts: /],
  ]
  for (const [body, words] of cases) assert.throws(() => readBeat(body), refused(words))
})

/** Postgres knows no year 0 and none before it in this form, and no year of five digits in this form. */
const BAD_TIMES = [
  '0000-01-01T00:00:00.000Z',
  '-000001-01-01T00:00:00.000Z',
  '+275760-09-13T00:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '2200-01-01T00:00:00.000Z',
  '2026-02-30T25:00:00Z',
]

test('a malformed event is told apart from the good ones of its batch, and holds none of them back', () => {
  const good = {
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    seq: 1,
    at: '2026-01-15T12:00:00.000Z',
    type: 'x',
    data: {},
  }
  const journal = 'a'.repeat(32)
  assert.deepEqual(readEvents({ journal, events: [good] }), { journal, taken: only([good]), refused: [], upTo: 1 })
  assert.deepEqual(readEvents({ events: [] }), { journal: null, taken: only([]), refused: [], upTo: 0 })
  const cases: [object, RegExp][] = [
    [{ id: 'x' }, /^id: /],
    [{ at: 'soon' }, /^at: /],
    ...BAD_TIMES.map((at): [object, RegExp] => [{ at }, /^at: /]),
    [{ type: '' }, /^type: /],
    [{ type: 7 }, /^type: /],
    [{ type: 'x'.repeat(101) }, /^type: /],
    [{ type: 'a\0b' }, /^type: /],
    [{ type: 'half \ud800' }, /^type: /],
    [{ type: 'session.state' }, /^type: .*frota's own/],
    [{ type: 'config.changed' }, /^type: .*frota's own/],
    [{ data: [] }, /^data: /],
    [{ data: deep(40) }, /^data: nested deeper/],
  ]
  const bad = cases.map(([change], i) => ({ ...good, ...change, seq: i + 2 }))
  const read = readEvents({ events: [good, ...bad, { ...good, seq: 99, type: 'session.crash' }] })
  assert.deepEqual(
    read.taken.events.map(({ seq }) => seq),
    [1, 99],
  )
  assert.equal(read.upTo, 99)
  for (const [i, [change, words]] of cases.entries()) {
    assert.match(read.refused[i]?.why ?? 'taken', words, JSON.stringify(change))
  }
})

test('a record or a forgetting that cannot be taken is told apart, and the batch is counted up to its highest row', () => {
  const keep = {
    seq: 2,
    epoch: 4,
    at: '2026-01-15T12:00:00.000Z',
    collection: 'orders',
    key: 'o1',
    data: { total: 100 },
    subject: null,
  }
  const forget = { seq: 7, epoch: 4, subject: '5511' }
  const bad: [object, RegExp][] = [
    [{ at: 'soon' }, /^at: /],
    [{ epoch: -1 }, /^epoch: /],
    [{ collection: 'Orders' }, /^collection: /],
    [{ key: '' }, /^key: /],
    [{ key: 'a\nb' }, /^key: /],
    [{ data: [1] }, /^data: /],
    [{ data: deep(40) }, /^data: nested deeper/],
    [{ data: { text: 'x'.repeat(65_536) } }, /^data: larger/],
    [{ subject: '' }, /^subject: /],
  ]
  const read = readEvents({
    events: [],
    keeps: [keep, { ...keep, data: null }, ...bad.map(([change]) => ({ ...keep, ...change }))],
    forgets: [forget, { ...forget, subject: 7 }],
  })
  assert.deepEqual(read.taken, { events: [], keeps: [keep, { ...keep, data: null }], forgets: [forget] })
  assert.equal(read.upTo, 7)
  for (const [i, [change, words]] of bad.entries()) {
    assert.match(read.refused[i]?.why ?? 'taken', words, JSON.stringify(change))
  }
  assert.match(read.refused.at(-1)?.why ?? '', /^subject: /)
})

test('a batch whose rows cannot be told is refused whole: nothing could be acknowledged', () => {
  for (const seq of ['x', 0, -1, 0.5, null]) {
    assert.throws(() => readEvents({ events: [{ seq }] }), refused(/^events\.events\.0\.seq: /))
  }
  assert.throws(() => readEvents({}), refused(/^events\.events: /))
  assert.throws(() => readEvents({ journal: 'x', events: [] }), refused(/^events\.journal: /))
  const many = Array(MAX_EVENTS_PER_BATCH + 1).fill({ seq: 1 })
  assert.throws(() => readEvents({ events: many }), refused(/^events\.events: /))
})

test('a hello without a ticket or with a pid that is none is refused', () => {
  assert.deepEqual(readHello({ wire: 3, ticket: 'a.b', pid: 7, more: 1 }), { wire: 3, ticket: 'a.b', pid: 7 })
  assert.equal(readHello({ ticket: 'a.b', pid: 7 }).wire, 0, 'of before there were versions')
  for (const body of [{}, { ticket: 'x'.repeat(501), pid: 7 }, { ticket: 'a', pid: -1 }, { ticket: 'a', pid: '7' }]) {
    assert.throws(() => readHello(body), refused(/^hello\./))
  }
})
