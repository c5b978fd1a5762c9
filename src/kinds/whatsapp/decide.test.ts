import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Decision, DOUBT_MS, DOUBTED, decide, TRY_MS, UNSCANNED_MS, type View } from './decide.js'
import type { PageState } from './engine.js'

const linkedPage: PageState = { registered: true, ready: true, online: true, socket: 'CONNECTED', qr: null }
const unlinkedPage: PageState = { registered: false, ready: false, online: true, socket: 'UNPAIRED', qr: '2@code' }
const calm: View = {
  phase: 'opening',
  reason: null,
  page: null,
  silentLooks: 0,
  mustReopen: false,
  hasLogin: false,
  isTrial: false,
  isAsked: false,
  doubtMs: 0,
  doubtHereMs: 0,
  loggedOut: null,
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
const noLogin = { ...unlinkedPage, qr: null }
const doubted = { phase: 'ready', hasLogin: true, page: noLogin } as const
const offline = { ...linkedPage, online: false }

const table: [promise: string, view: Partial<View>, decision: Decision | RegExp][] = [
  ['a page that loads is waited for', {}, wait],
  ['a page that never loads is a failure', { unreadableMs: 61_000 }, /did not load/],
  ['a page that is late once is waited for', { phase: 'ready', silentLooks: 1 }, wait],
  ['a page that does not answer twice hangs', { phase: 'ready', silentLooks: 2 }, /hangs/],
  [
    'a browser that is wanted otherwise is opened anew, whatever its page shows',
    { phase: 'ready', hasLogin: true, page: linkedPage, mustReopen: true, loggedOut: { reason: null } },
    { do: 'end', why: 'reopen' },
  ],
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
    { phase: 'linking', hasLogin: true, page: loading, loadingMs: 31_000 },
    enter('degraded', 'linked; chats are loading'),
  ],
  [
    'a page that reloaded and does not come up is not ready',
    { phase: 'ready', hasLogin: true, page: loading, loadingMs: 31_000 },
    enter('degraded', 'linked; chats are loading'),
  ],
  [
    'told once',
    { phase: 'degraded', reason: 'linked; chats are loading', hasLogin: true, page: loading, loadingMs: 60_000 },
    wait,
  ],
  [
    'chats that never load are a failure',
    { phase: 'degraded', reason: 'linked; chats are loading', hasLogin: true, page: loading, loadingMs: 301_000 },
    /did not load/,
  ],
  ['loaded: ready', { phase: 'linking', page: linkedPage }, enter('ready')],
  ['a saved login goes straight to ready', { page: linkedPage, hasLogin: true }, enter('ready')],
  ['ready stays ready', { phase: 'ready', page: linkedPage, hasLogin: true }, wait],
  ['a reload is not the end of a login', { phase: 'ready', hasLogin: true, unreadableMs: 5_000 }, wait],
  ['a page without the login may be one that reloads', { ...doubted, doubtMs: 9_000, doubtHereMs: 9_000 }, wait],
  [
    'a page that does not show the login is doubted and told; nobody is said to be unlinked',
    { ...doubted, doubtMs: 11_000, doubtHereMs: 11_000 },
    enter('degraded', DOUBTED),
  ],
  [
    'also when the session has just started',
    { ...doubted, phase: 'opening', doubtMs: 11_000 },
    /does not show the login/,
  ],
  ['also when it shows a QR code', { ...doubted, page: unlinkedPage, doubtMs: 11_000 }, /does not show the login/],
  ['and said once', { ...doubted, phase: 'degraded', reason: DOUBTED, doubtMs: 60_000, doubtHereMs: 60_000 }, wait],
  [
    'another browser may find what this one does not',
    { ...doubted, phase: 'degraded', reason: DOUBTED, doubtMs: 91_000, doubtHereMs: 91_000 },
    { do: 'end', why: 'reopen' },
  ],
  [
    'after minutes a person is asked to pair',
    { ...doubted, phase: 'degraded', reason: DOUBTED, doubtMs: DOUBT_MS + 1, doubtHereMs: 30_000 },
    { do: 'end', why: 'doubted' },
  ],
  [
    'or as soon as a person asks',
    { ...doubted, phase: 'degraded', reason: DOUBTED, isAsked: true, doubtMs: 11_000, doubtHereMs: 11_000 },
    { do: 'end', why: 'doubted' },
  ],
  ['whoever asks while the page reloads gets no code in its place', { ...doubted, isAsked: true, doubtMs: 900 }, wait],
  [
    'a page that comes round and loads its chats is waited for',
    { phase: 'degraded', reason: DOUBTED, hasLogin: true, page: loading },
    wait,
  ],
  [
    'WhatsApp’s own word is no doubt',
    { ...doubted, loggedOut: { reason: 'unknown_companion' } },
    { do: 'end', why: 'loggedOut' },
  ],
  [
    'nor does it wait for the page that reloads after it',
    { phase: 'ready', hasLogin: true, loggedOut: { reason: null }, unreadableMs: 500 },
    { do: 'end', why: 'loggedOut' },
  ],
  [
    'a login set aside that is tried again has a minute, and says nothing meanwhile',
    { phase: 'opening', hasLogin: true, isTrial: true, page: noLogin, doubtMs: TRY_MS },
    wait,
  ],
  [
    'then it is set aside again',
    { phase: 'opening', hasLogin: true, isTrial: true, page: noLogin, doubtMs: TRY_MS + 1 },
    { do: 'end', why: 'doubted' },
  ],
  [
    'or as soon as a person wants a code',
    { phase: 'opening', hasLogin: true, isTrial: true, isAsked: true, page: noLogin, doubtMs: 300 },
    { do: 'end', why: 'doubted' },
  ],
  ['without network it is degraded', { phase: 'ready', hasLogin: true, page: offline }, /offline/],
  ['and says so once', { phase: 'degraded', reason: 'WhatsApp Web is offline', hasLogin: true, page: offline }, wait],
  ['and ready when it is back', { phase: 'degraded', reason: 'x', hasLogin: true, page: linkedPage }, enter('ready')],
  [
    'a ban is told',
    { phase: 'ready', hasLogin: true, page: { ...linkedPage, socket: 'TOS_BLOCK' } },
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
