import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Decision, decide, UNSCANNED_MS, type View } from './decide.js'
import type { PageState } from './engine.js'

const linkedPage: PageState = { registered: true, ready: true, online: true, socket: 'CONNECTED', qr: null }
const unlinkedPage: PageState = { registered: false, ready: false, online: true, socket: 'UNPAIRED', qr: '2@code' }
const calm: View = {
  phase: 'opening',
  reason: null,
  page: null,
  linked: false,
  unregisteredLooks: 0,
  unreadableMs: 0,
  loadingMs: 0,
  unaskedMs: 0,
  codelessMs: 0,
  byPhone: false,
  hadCode: false,
}
const enter = (phase: 'pairing' | 'linking' | 'ready' | 'degraded', reason: string | null = null): Decision => ({
  do: 'enter',
  phase,
  reason,
})
const wait: Decision = { do: 'wait' }
const loading = { ...linkedPage, ready: false }
const offline = { ...linkedPage, online: false }

const table: [promise: string, view: Partial<View>, decision: Decision | RegExp][] = [
  ['a page that loads is waited for', {}, wait],
  ['a page that never loads is a failure', { unreadableMs: 61_000 }, /did not load/],
  ['a page without a login asks for pairing', { page: unlinkedPage }, enter('pairing')],
  ['a QR code waits', { phase: 'pairing', page: unlinkedPage, hadCode: true }, wait],
  [
    'nobody scans for ten minutes: the browser closes',
    { phase: 'pairing', page: unlinkedPage, unaskedMs: UNSCANNED_MS + 1 },
    { do: 'end', why: 'asleep' },
  ],
  [
    'nobody scans, but somebody just asked: it stays open',
    { phase: 'pairing', page: unlinkedPage, unaskedMs: 500 },
    wait,
  ],
  [
    'neither a login nor a code: the profile is dead',
    { phase: 'pairing', page: { ...unlinkedPage, qr: null }, codelessMs: 46_000 },
    { do: 'end', why: 'codeless' },
  ],
  [
    'a code for the phone shows no QR code, and that is no harm',
    { phase: 'pairing', page: { ...unlinkedPage, qr: null }, codelessMs: 46_000, byPhone: true },
    wait,
  ],
  [
    'scanned, and then nothing: the operator is told of passkeys',
    { phase: 'pairing', page: { ...unlinkedPage, qr: null }, codelessMs: 31_000, hadCode: true },
    /passkey/,
  ],
  ['scanned: chats are loading', { phase: 'pairing', page: { ...linkedPage, ready: false } }, enter('linking')],
  [
    'years of chats load slowly: told, and not taken for a start that failed',
    { phase: 'linking', linked: true, page: loading, loadingMs: 31_000 },
    enter('degraded', 'linked; chats are loading'),
  ],
  [
    'a page that reloaded and does not come up is not ready',
    { phase: 'ready', linked: true, page: loading, loadingMs: 31_000 },
    enter('degraded', 'linked; chats are loading'),
  ],
  [
    'told once',
    { phase: 'degraded', reason: 'linked; chats are loading', linked: true, page: loading, loadingMs: 60_000 },
    wait,
  ],
  [
    'chats that never load are a failure',
    { phase: 'degraded', reason: 'linked; chats are loading', linked: true, page: loading, loadingMs: 301_000 },
    /did not load/,
  ],
  ['loaded: ready', { phase: 'linking', page: linkedPage }, enter('ready')],
  ['a saved login goes straight to ready', { page: linkedPage, linked: true }, enter('ready')],
  ['ready stays ready', { phase: 'ready', page: linkedPage, linked: true }, wait],
  ['a reload is not the end of a login', { phase: 'ready', linked: true, unreadableMs: 5_000 }, wait],
  [
    'one look without a login may be a reload',
    { phase: 'ready', linked: true, unregisteredLooks: 1, page: { ...unlinkedPage, qr: null } },
    wait,
  ],
  [
    'three are none',
    { phase: 'ready', linked: true, unregisteredLooks: 3, page: { ...unlinkedPage, qr: null } },
    { do: 'end', why: 'unpaired' },
  ],
  [
    'a QR code where a login was: unlinked from the phone, also while we were away',
    { phase: 'opening', linked: true, unregisteredLooks: 1, page: unlinkedPage },
    { do: 'end', why: 'unpaired' },
  ],
  ['without network it is degraded', { phase: 'ready', linked: true, page: offline }, /offline/],
  ['and says so once', { phase: 'degraded', reason: 'WhatsApp Web is offline', linked: true, page: offline }, wait],
  ['and ready when it is back', { phase: 'degraded', reason: 'x', linked: true, page: linkedPage }, enter('ready')],
  [
    'a ban is told',
    { phase: 'ready', linked: true, page: { ...linkedPage, socket: 'TOS_BLOCK' } },
    /blocked this number/,
  ],
]

for (const [promise, view, expected] of table) {
  test(promise, () => {
    const decision = decide({ ...calm, ...view })
    if (expected instanceof RegExp) assert.match('reason' in decision ? String(decision.reason) : '', expected)
    else assert.deepEqual(decision, expected)
  })
}
