import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  after,
  asked,
  blankPage,
  closed,
  linkedPage,
  looked,
  MINUTE_MS,
  opened,
  opening,
  ready,
} from '../../../test/whatsapp-happened.js'
import { afterBrowser } from './after.js'
import type { Happened } from './happened.js'
import { closedOf, isHopeless, lookAgainMs, mayTakeOver, reachAgainMs, tryAgainMs } from './view.js'

test('who asked while the browser was still opening has asked for this browser’s login, too', () => {
  const { seen } = after(opening('aside'), 1, asked(), 1, opened, looked(blankPage, 'aside'))
  assert.ok(closedOf(seen, 'doubted', false).isAsked)
  assert.equal(afterBrowser(closedOf(seen, 'doubted', false)).go, 'open')
})

test('five failures in a row to become ready are hopeless; one that succeeded in between is a new beginning', () => {
  const fails = (count: number) => Array.from({ length: count }, (): Happened => ({ what: 'not ready' }))
  assert.equal(isHopeless(after(...ready, ...fails(4)).seen), false)
  assert.equal(isHopeless(after(...ready, ...fails(4), { what: 'ready' }, ...fails(4)).seen), false)
  assert.equal(isHopeless(after(...ready, ...fails(5)).seen), true)
  assert.deepEqual(after(...ready, ...fails(1)).decision, { do: 'enter', phase: 'ready', reason: null })
})

test('the login is taken back from another window only under a lease that is sure at that moment', () => {
  const elsewhere = [...ready, looked({ ...linkedPage, socket: 'CONFLICT' })]
  const lease = (isSure: boolean): Happened => ({ what: 'lease', isSure })
  assert.equal(mayTakeOver(after(...elsewhere).seen), false, 'nobody has asked')
  assert.equal(mayTakeOver(after(...elsewhere, lease(true)).seen), true)
  assert.equal(mayTakeOver(after(...elsewhere, lease(true), lease(false)).seen), false)
  assert.equal(mayTakeOver(after(...elsewhere, lease(true), { what: 'silent' }).seen), false)
  assert.equal(mayTakeOver(after(...ready, lease(true)).seen), false)
})

test('a page in doubt is looked at more often than one at work', () => {
  assert.equal(lookAgainMs(after(...ready).seen), 10_000)
  assert.equal(lookAgainMs(after(...ready, looked(null)).seen), 1_000)
  assert.equal(lookAgainMs(after(...ready, looked(blankPage)).seen), 1_000)
  assert.equal(lookAgainMs(after(...ready, looked(blankPage), looked(linkedPage)).seen), 10_000)
})

test('a login set aside is tried more and more seldom, until one has worked', () => {
  const back: Happened[] = [{ what: 'brought back' }, opening('aside'), opened, looked(blankPage, 'aside')]
  const tried = [...back, ...closed('doubted', 'set aside')]
  const pause = (...things: Happened[]) => tryAgainMs(after(...things).seen.browsers.tries) / MINUTE_MS
  assert.deepEqual([pause(), pause(...tried), pause(...tried, ...tried)], [30, 30, 60])
  assert.equal(pause(...Array.from({ length: 50 }, () => tried).flat()), 12 * 60)
  assert.equal(pause(...tried, ...tried, ...back, looked(linkedPage, 'aside'), ...closed('doubted', 'set aside')), 30)
})

test('an outage is waited out with growing pauses; a browser that opened ends it', () => {
  const away: Happened[] = [opening('linked'), { what: 'unreachable', why: 'no network' }]
  const pause = (...things: Happened[]) => reachAgainMs(after(...things).seen.browsers.outages) / 1_000
  const pauses = [1, 2, 3, 4, 5, 9].map((count) => pause(...Array.from({ length: count }, () => away).flat()))
  assert.deepEqual(pauses, [2, 5, 15, 30, 60, 60])
  assert.equal(pause(...away, ...away, opening('linked'), opened, ...closed('reopen'), ...away), 2)
})
