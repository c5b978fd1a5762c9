import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  after,
  asked,
  blankPage,
  closed,
  codePage,
  entered,
  looked,
  opened,
  opening,
  qr,
  ready,
} from '../../../test/whatsapp-happened.js'
import type { Happened } from './happened.js'

test('a code is shown as soon as the library tells of it, also while the browser still opens', () => {
  assert.deepEqual(after(opening('unpaired'), qr(1, 'a'), opened).answer.qr, { code: 'a', attempt: 1 })
})

test('the code of a browser that closes, is closed or is not this one is not shown', () => {
  assert.equal(after(opening('unpaired'), opened, qr(1, 'a'), { what: 'closing' }, qr(1, 'b')).answer.qr, undefined)
  const next = [opening('unpaired'), opened, ...closed('reopen'), opening('unpaired'), opened]
  assert.equal(after(...next, qr(1, 'late')).answer.qr, undefined)
  assert.equal(after(...next, { what: 'link code', browser: 1, code: 'LATE' }).answer.linkCode, undefined)
})

test('a code of a page whose login is in doubt is not shown, whoever tells of it', () => {
  const { answer } = after(opening('linked'), opened, qr(1, 'a'), looked(codePage))
  assert.equal(answer.qr, undefined)
})

test('the same code told by library and page is one attempt; the next code is the next', () => {
  const first = [opening('unpaired'), opened, qr(1, '2@code'), looked(codePage, 'unpaired')]
  assert.deepEqual(after(...first).answer.qr, { code: '2@code', attempt: 1 })
  assert.deepEqual(after(...first, qr(1, '2@next')).answer.qr, { code: '2@next', attempt: 2 })
})

test('whoever asks is told of the phone from the moment it is known, and no more once the browser closes', () => {
  assert.deepEqual(after(...ready, asked()).answer, { paired: true, account: 'whatsapp:+5511999990000' })
  assert.equal(after(...ready, { what: 'closing' }, asked()).answer.paired, false)
})

test('a code that was given after the trouble counts; the trouble that was told before it does not', () => {
  const trouble: Happened = { what: 'link trouble', browser: 1, why: 'expired' }
  const code: Happened = { what: 'link code', browser: 1, code: 'ABCD-1234' }
  const forPhone = [asked('5511999990000'), opening('unpaired'), opened]
  const page = looked(blankPage, 'unpaired')
  const gone = after(...forPhone, code, page, entered('pairing'), trouble, 1, asked('5511999990000'))
  assert.deepEqual(gone.decision, { do: 'end', why: 'reopen' })
  const given = after(...forPhone, trouble, code, page, entered('pairing'), 1, asked('5511999990000'))
  assert.deepEqual(given.decision, { do: 'wait' })
  assert.equal(given.answer.linkCode, 'ABCD-1234')
})

test('whoever asks is told that WhatsApp gives no code now, and not while one that was used up is replaced', () => {
  const forPhone = [asked('5511999990000'), opening('unpaired'), opened]
  const trouble = (why: string): Happened => ({ what: 'link trouble', browser: 1, why })
  const refused = after(...forPhone, trouble('failed: rate-overlimit'), 1, asked('5511999990000')).answer
  assert.deepEqual([refused.refused, refused.linkCode], [true, undefined])
  assert.equal(after(...forPhone, trouble('expired'), 1, asked('5511999990000')).answer.refused, undefined)
  assert.equal(after(...forPhone, trouble('failed: x'), asked()).answer.refused, true, 'to whoever looks on, too')
})
