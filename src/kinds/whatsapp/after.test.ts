import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterBrowser, type Closed, type Next } from './after.js'

const calm: Closed = {
  end: 'reopen',
  reason: null,
  left: false,
  wasTrial: false,
  isAsked: false,
  hasAside: false,
  wasFresh: false,
}

const table: [promise: string, closed: Partial<Closed>, next: Partial<Next>, lost?: RegExp][] = [
  ['other options: the login stays', {}, { login: 'keep', go: 'open', lost: null }],
  [
    'a log-out by command deletes the login, and is no alarm',
    { left: true },
    { login: 'remove', isLogout: true, go: 'sleep', lost: null },
  ],
  ['also when the page tells of it first', { end: 'loggedOut', left: true }, { isLogout: true, lost: null }],
  [
    'unlinked from the phone, by WhatsApp’s word',
    { end: 'loggedOut', reason: 'unknown_companion' },
    { login: 'remove', go: 'open', lost: 'unlinked from the phone' },
  ],
  [
    'ended by WhatsApp without a reason: deleted, and nobody is said to have unlinked it',
    { end: 'loggedOut' },
    { login: 'remove', lost: 'WhatsApp has ended the login' },
  ],
  [
    'ended by WhatsApp Web’s trouble with itself: kept',
    { end: 'loggedOut', reason: 'storage_quota_exceeded' },
    { login: 'set aside', go: 'open' },
    /storage_quota/,
  ],
  [
    'not shown for minutes: kept, and told as that',
    { end: 'doubted' },
    { login: 'set aside', go: 'open' },
    /did not say/,
  ],
  [
    'a person paired anew first',
    { end: 'doubted', isAsked: true },
    { login: 'set aside', go: 'open' },
    /somebody asked/,
  ],
  [
    'a login set aside that still does not work: kept, nothing told again, no browser until somebody asks',
    { end: 'doubted', wasTrial: true },
    { login: 'set aside', go: 'sleep', lost: null },
  ],
  [
    'or a code at once, when somebody asks',
    { end: 'doubted', wasTrial: true, isAsked: true },
    { login: 'set aside', go: 'open', lost: null },
  ],
  ['nobody scanned', { end: 'asleep' }, { login: 'keep', go: 'sleep' }],
  ['nobody scanned, and there is a login to try', { end: 'asleep', hasAside: true }, { login: 'keep', go: 'try' }],
  ['no code in a profile that never had a login: a new one', { end: 'codeless' }, { login: 'remove', go: 'open' }],
  ['nor in the new one', { end: 'codeless', wasFresh: true }, { go: 'fail' }],
]

for (const [promise, closed, expected, lost] of table) {
  test(promise, () => {
    const next = afterBrowser({ ...calm, ...closed })
    assert.deepEqual({ ...next, ...expected }, next)
    if (lost) assert.match(String(next.lost), lost)
  })
}
