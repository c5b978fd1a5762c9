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
const STALLED = 'scanned, but WhatsApp did not finish linking: it may ask for a passkey on the phone'
const doubted = { phase: 'ready', hasLogin: true, page: noLogin } as const
const offline = { ...linkedPage, online: false }

const table: [promise: string, view: Partial<View>, decision: Decision | RegExp][] = [
  ['a page that loads is waited for', { unreadableMs: 60_000 }, wait],
  ['a page that never loads is a failure', { unreadableMs: 60_001 }, /did not load/],
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
    'nobody scans, but somebody asked: it stays open',
    { phase: 'pairing', page: unlinkedPage, unaskedMs: UNSCANNED_MS },
    wait,
  ],
  [
    'neither a login nor a code: the profile is dead',
    { phase: 'pairing', page: noLogin, codelessMs: 45_001 },
    { do: 'end', why: 'codeless' },
  ],
  ['a first code may take its time', { phase: 'pairing', page: noLogin, codelessMs: 45_000 }, wait],
  [
    'a code for the phone shows no QR code, and that is no harm',
    { phase: 'pairing', page: noLogin, codelessMs: 46_000, byPhone: true },
    wait,
  ],
  [
    'scanned, and then nothing: the operator is told of passkeys',
    { phase: 'pairing', page: noLogin, codelessMs: 30_001, hadCode: true },
    enter('pairing', STALLED),
  ],
  ['scanned a moment ago', { phase: 'pairing', page: noLogin, codelessMs: 30_000, hadCode: true }, wait],
  ['told of once', { phase: 'pairing', reason: STALLED, page: noLogin, codelessMs: 60_000, hadCode: true }, wait],
  ['and no more when there is a new code', { phase: 'pairing', reason: STALLED, page: unlinkedPage }, enter('pairing')],
  ['scanned: chats are loading', { phase: 'pairing', page: loading }, enter('linking')],
  ['a saved login loads its chats, too', { phase: 'opening', hasLogin: true, page: loading }, enter('linking')],
  ['chats load', { phase: 'linking', hasLogin: true, page: loading, loadingMs: 30_000 }, wait],
  [
    'years of chats load slowly: told, and not taken for a start that failed',
    { phase: 'linking', hasLogin: true, page: loading, loadingMs: 30_001 },
    enter('degraded', 'linked; chats are loading'),
  ],
  [
    'a page that reloaded and does not come up is not ready',
    { phase: 'ready', hasLogin: true, page: loading, loadingMs: 31_000 },
    enter('degraded', 'linked; chats are loading'),
  ],
  [
    'told once',
    { phase: 'degraded', reason: 'linked; chats are loading', hasLogin: true, page: loading, loadingMs: 300_000 },
    wait,
  ],
  [
    'chats that never load are a failure',
    { phase: 'degraded', reason: 'linked; chats are loading', hasLogin: true, page: loading, loadingMs: 300_001 },
    /did not load/,
  ],
  ['loaded: ready', { phase: 'linking', page: linkedPage }, enter('ready')],
  ['a saved login goes straight to ready', { page: linkedPage, hasLogin: true }, enter('ready')],
  ['ready stays ready', { phase: 'ready', page: linkedPage, hasLogin: true }, wait],
  ['a reload is not the end of a login', { phase: 'ready', hasLogin: true, unreadableMs: 5_000 }, wait],
  ['a page without the login may be one that reloads', { ...doubted, doubtMs: 10_000, doubtHereMs: 10_000 }, wait],
  [
    'a page that does not show the login is doubted and told; nobody is said to be unlinked',
    { ...doubted, doubtMs: 10_001, doubtHereMs: 10_001 },
    enter('degraded', DOUBTED),
  ],
  [
    'also when the session has just started',
    { ...doubted, phase: 'opening', doubtMs: 11_000 },
    /does not show the login/,
  ],
  ['also when it shows a QR code', { ...doubted, page: unlinkedPage, doubtMs: 11_000 }, /does not show the login/],
  ['and said once', { ...doubted, phase: 'degraded', reason: DOUBTED, doubtMs: 90_000, doubtHereMs: 90_000 }, wait],
  ['also late', { ...doubted, phase: 'degraded', reason: DOUBTED, doubtMs: DOUBT_MS, doubtHereMs: 30_000 }, wait],
  [
    'another browser may find what this one does not',
    { ...doubted, phase: 'degraded', reason: DOUBTED, doubtMs: 90_001, doubtHereMs: 90_001 },
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
  [
    'whoever asks while the page reloads gets no code in its place',
    { ...doubted, isAsked: true, doubtMs: 10_000 },
    wait,
  ],
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
  ['but a word on a login that is gone is none', { page: unlinkedPage, loggedOut: { reason: null } }, enter('pairing')],
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
    'of two troubles the newer one is told',
    { phase: 'degraded', reason: 'WhatsApp does not answer', hasLogin: true, page: offline },
    enter('degraded', 'WhatsApp Web is offline'),
  ],
]

const TROUBLES: [socket: string, words: RegExp][] = [
  ['CONFLICT', /another window/],
  ['TIMEOUT', /does not answer/],
  ['PROXYBLOCK', /a proxy blocks/],
  ['TOS_BLOCK', /blocked this number/],
  ['SMB_TOS_BLOCK', /blocked this number/],
  ['DEPRECATED_VERSION', /refuses this version/],
]
for (const [socket, words] of TROUBLES) {
  table.push([`${socket} is told`, { phase: 'ready', hasLogin: true, page: { ...linkedPage, socket } }, words])
}

for (const [promise, view, expected] of table) {
  test(promise, () => {
    const decision = decide({ ...calm, ...view })
    if (expected instanceof RegExp) assert.match('reason' in decision ? String(decision.reason) : '', expected)
    else assert.deepEqual(decision, expected)
  })
}
