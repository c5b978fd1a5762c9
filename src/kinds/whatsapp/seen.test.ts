// Things in orders that the loops cannot easily produce: what is decided then.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  after,
  asked,
  blankPage,
  closed,
  codePage,
  configured,
  connected,
  entered,
  linkedPage,
  looked,
  MINUTE_MS,
  opened,
  opening,
  qr,
  ready,
  told,
} from '../../../test/whatsapp-happened.js'
import type { Decision } from './decide.js'
import type { Happened } from './happened.js'

const decisions: [promise: string, things: (Happened | number)[], decision: Decision | RegExp][] = [
  [
    'a log-out that a browser tells of after it is closed does not end the login of the next one',
    [...ready, ...closed('reopen'), opening('linked'), opened, looked(linkedPage), told({ browser: 1 })],
    { do: 'enter', phase: 'ready', reason: null },
  ],
  [
    'a log-out that is told while the browser still opens is heard',
    [opening('linked'), told({ browser: 1 }), opened, looked(null)],
    { do: 'end', why: 'loggedOut' },
  ],
  [
    'a log-out that WhatsApp tells of while the command waits for its answer is left to the command',
    [...ready, { what: 'asked to log out' }, told({ browser: 1 }), looked(blankPage)],
    { do: 'wait' },
  ],
  [
    'a command `logout` that fails, and then WhatsApp’s word: the login is over all the same',
    [...ready, { what: 'asked to log out' }, { what: 'log-out failed' }, told({ browser: 1 })],
    { do: 'end', why: 'loggedOut' },
  ],
  [
    'WhatsApp’s word, and then the failure of the command: the command was carried out',
    [...ready, { what: 'asked to log out' }, told({ browser: 1 }), { what: 'log-out failed' }],
    { do: 'end', why: 'reopen' },
  ],
  [
    'a `logout` that failed without WhatsApp’s word changes nothing',
    [...ready, { what: 'asked to log out' }, { what: 'log-out failed' }],
    { do: 'wait' },
  ],
  [
    'a page that does not answer, then answers that it cannot be read, then does not answer, does not hang',
    [opening('linked'), opened, { what: 'silent' }, looked(null), { what: 'silent' }],
    { do: 'wait' },
  ],
  [
    'a page that does not answer twice in a row hangs, whatever else is to be done',
    [...ready, { what: 'asked to log out' }, { what: 'log-out answered' }, { what: 'silent' }, { what: 'silent' }],
    /hangs/,
  ],
  [
    'a code for a phone that is wanted while the browser opens for a QR code opens another one, once it asks for pairing',
    [opening('unpaired'), asked('5511999990000'), opened, looked(codePage, 'unpaired')],
    { do: 'end', why: 'reopen' },
  ],
  [
    'a code for a phone opens no other browser when the page turns out to be linked meanwhile',
    [opening('unpaired'), asked('5511999990000'), opened, looked(linkedPage)],
    { do: 'enter', phase: 'ready', reason: null },
  ],
  [
    'a phone that is asked for while a login is in doubt opens no page for it: the login would be written over',
    [...ready, 10_000, looked(codePage), asked('5511999990000')],
    { do: 'wait' },
  ],
  [
    'another endpoint, taken back before anybody looked, closes nothing',
    [...ready, configured('https://127.0.0.1:4443'), configured(undefined)],
    { do: 'wait' },
  ],
  [
    'another endpoint closes the browser',
    [...ready, configured('https://127.0.0.1:4443')],
    { do: 'end', why: 'reopen' },
  ],
  [
    'the time in which a browser only opens is not counted against its page',
    [opening('linked'), 2 * MINUTE_MS, opened, looked(null)],
    { do: 'wait' },
  ],
  [
    'doubt is counted over browsers, and over an outage between them',
    [
      ...[...ready, looked(blankPage), 2 * MINUTE_MS, ...closed('reopen')],
      ...[opening('linked'), { what: 'unreachable', why: 'no network' } as const, 2 * MINUTE_MS],
      ...[opening('linked'), opened, looked(blankPage), MINUTE_MS + 1],
    ],
    { do: 'end', why: 'doubted' },
  ],
  [
    'doubt ends when a browser finds the login, and begins anew afterwards',
    [
      ...[...ready, looked(blankPage), 4 * MINUTE_MS, ...closed('reopen'), opening('linked'), opened],
      ...[looked(linkedPage), looked(blankPage), 2 * MINUTE_MS, looked(linkedPage), entered('ready')],
    ],
    { do: 'wait' },
  ],
  [
    'a login that is set aside leaves no doubt to the one that comes in its place',
    [
      ...[...ready, looked(blankPage), 6 * MINUTE_MS, ...closed('doubted', 'set aside')],
      ...[opening('unpaired'), opened, looked(codePage, 'unpaired')],
    ],
    { do: 'enter', phase: 'pairing', reason: null },
  ],
]

for (const [promise, things, expected] of decisions) {
  test(promise, () => {
    const { decision } = after(...things)
    if (expected instanceof RegExp) assert.match('reason' in decision ? String(decision.reason) : '', expected)
    else assert.deepEqual(decision, expected)
  })
}

test('in whatever order things happen: no code without an open page that has no login, never paired and a code at once', () => {
  const things: Happened[] = [
    ...[opening('unpaired'), opening('linked'), opened, { what: 'closing' } as const, ...closed('codeless', 'remove')],
    ...[looked(codePage, 'unpaired'), looked(codePage), looked(linkedPage), looked(null), { what: 'silent' } as const],
    ...[qr(1, 'a'), qr(2, 'b'), told({ browser: 1 }), { what: 'link code', browser: 1, code: 'ABCD-1234' } as const],
    ...[asked(), asked('5511999990000'), connected, entered('ready'), { what: 'not ready' } as const],
  ]
  for (const orders = [[] as Happened[]]; orders.length > 0; ) {
    const order = orders.pop() ?? []
    const { answer, seen } = after(...order)
    const hasCode = answer.qr !== undefined || answer.linkCode !== undefined
    const names = () => order.map(({ what }) => what).join(', ')
    if (hasCode) assert.ok(seen.pairing.isOpen && !answer.paired, names())
    if (order.length < 3) for (const thing of things) orders.push([...order, thing])
  }
})
