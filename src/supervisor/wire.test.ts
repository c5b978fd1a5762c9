import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aBeat } from '../../test/a-unit.js'
import { MAX_EVENTS_PER_BATCH } from '../core/protocol.js'
import { readBeat, readEvents, readHello } from './wire.js'

const refused = (words: RegExp) => ({ code: 'BAD_REQUEST', message: words })
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) })

test('a beat is taken as it was said, without what nobody knows', () => {
  const beat = aBeat({ state: 'degraded', reason: 'slow', detail: { a: [1] }, port: null, account: 'phone:1' })
  assert.deepEqual(readBeat({ ...beat, __proto__x: 1, lease: 'mine' }), beat)
  assert.equal(readBeat(aBeat({ reason: 'a\u001b[2J\nb' })).reason, 'a [2J b')
})

test('a malformed beat is refused with the name of its field', () => {
  const counters = aBeat().counters
  const cases: [unknown, RegExp][] = [
    [null, /^beat: /],
    [[], /^beat: /],
    [{}, /^beat\.state: /],
    [{ ...aBeat(), state: 'stopped' }, /^beat\.state: /],
    [{ ...aBeat(), reason: 7 }, /^beat\.reason: /],
    [{ ...aBeat(), reason: 'x'.repeat(1_001) }, /^beat\.reason: /],
    [{ ...aBeat(), detail: 'x' }, /^beat\.detail: not an object/],
    [{ ...aBeat(), detail: null }, /^beat\.detail: /],
    [{ ...aBeat(), detail: { a: 'x'.repeat(16_000) } }, /^beat\.detail: too large/],
    [{ ...aBeat(), detail: deep(40) }, /^beat\.detail: nested deeper than 32 levels/],
    [{ ...aBeat(), since: 'yesterday' }, /^beat\.since: /],
    [{ ...aBeat(), port: 0 }, /^beat\.port: /],
    [{ ...aBeat(), port: '3001' }, /^beat\.port: /],
    [{ ...aBeat(), configVersion: -1 }, /^beat\.configVersion: /],
    [{ ...aBeat(), takesConfigLive: 'yes' }, /^beat\.takesConfigLive: /],
    [{ ...aBeat(), counters: 'many' }, /^beat\.counters: /],
    [{ ...aBeat(), counters: { ...counters, eventsPending: 0.5 } }, /^beat\.counters\.eventsPending: /],
    [{ ...aBeat(), account: '' }, /^beat\.account: /],
    [{ ...aBeat(), account: 'x'.repeat(201) }, /^beat\.account: /],
  ]
  for (const [body, words] of cases) assert.throws(() => readBeat(body), refused(words))
})

test('a malformed event is refused with its place in the batch', () => {
  const good = {
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    seq: 1,
    at: '2026-01-15T12:00:00.000Z',
    type: 'x',
    data: {},
  }
  assert.deepEqual(readEvents({ events: [{ ...good, tenant: 'another' }] }), [good])
  assert.deepEqual(readEvents({ events: [] }), [])
  const cases: [object, RegExp][] = [
    [{ id: 'x' }, /^events\.events\.1\.id: /],
    [{ seq: 'x' }, /^events\.events\.1\.seq: /],
    [{ seq: 0 }, /^events\.events\.1\.seq: /],
    [{ at: 'soon' }, /^events\.events\.1\.at: /],
    [{ type: '' }, /^events\.events\.1\.type: /],
    [{ type: 'x'.repeat(101) }, /^events\.events\.1\.type: /],
    [{ data: [] }, /^events\.events\.1\.data: /],
    [{ data: deep(40) }, /^events\.events\.1\.data: nested deeper/],
  ]
  for (const [change, words] of cases) {
    assert.throws(() => readEvents({ events: [good, { ...good, ...change }] }), refused(words))
  }
  assert.throws(() => readEvents({}), refused(/^events\.events: /))
  assert.throws(() => readEvents({ events: Array(MAX_EVENTS_PER_BATCH + 1).fill(good) }), refused(/^events\.events: /))
})

test('a hello without a ticket or with a pid that is none is refused', () => {
  assert.deepEqual(readHello({ ticket: 'a.b', pid: 7, more: 1 }), { ticket: 'a.b', pid: 7 })
  for (const body of [{}, { ticket: 'x'.repeat(501), pid: 7 }, { ticket: 'a', pid: -1 }, { ticket: 'a', pid: '7' }]) {
    assert.throws(() => readHello(body), refused(/^hello\./))
  }
})
