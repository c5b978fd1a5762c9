import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageOf, UserError } from './errors.js'

const withCode = (message: string, more: object) => Object.assign(new Error(message), more)
const failed = (cause: unknown) => new TypeError('fetch failed', { cause })

test('"fetch failed" never stands alone: what could not be reached and why is in the message', () => {
  const cases: [unknown, string][] = [
    [
      withCode('getaddrinfo ENOTFOUND api.example.com', { code: 'ENOTFOUND', hostname: 'api.example.com' }),
      'fetch failed: getaddrinfo ENOTFOUND api.example.com (there is no such name in DNS)',
    ],
    [
      withCode('', { code: 'ECONNREFUSED', address: '10.0.0.1', port: 443 }),
      'fetch failed: ECONNREFUSED 10.0.0.1:443 (nobody listens there)',
    ],
    [
      withCode('certificate has expired', { code: 'CERT_HAS_EXPIRED', host: 'api.example.com' }),
      'fetch failed: certificate has expired CERT_HAS_EXPIRED api.example.com (its certificate has expired)',
    ],
    [
      withCode('Connect Timeout Error (attempted address: api.example.com:443)', { code: 'UND_ERR_CONNECT_TIMEOUT' }),
      'fetch failed: Connect Timeout Error (attempted address: api.example.com:443) (no answer in time)',
    ],
    [
      Object.assign(
        new AggregateError([
          withCode('connect ECONNREFUSED ::1:80', { code: 'ECONNREFUSED' }),
          withCode('connect ECONNREFUSED 127.0.0.1:80', { code: 'ECONNREFUSED' }),
        ]),
        { code: 'ECONNREFUSED' },
      ),
      'fetch failed: connect ECONNREFUSED ::1:80 (nobody listens there); connect ECONNREFUSED 127.0.0.1:80 (nobody listens there)',
    ],
    [new Error('outer', { cause: new Error('inner', { cause: 'a text' }) }), 'fetch failed: outer: inner: a text'],
  ]
  for (const [cause, words] of cases) assert.equal(messageOf(failed(cause)), words)
})

test('the real thing: a port where nobody listens', async () => {
  const thrown = await fetch('http://127.0.0.1:2/').catch((error: unknown) => error)
  assert.equal(messageOf(thrown), 'fetch failed: connect ECONNREFUSED 127.0.0.1:2 (nobody listens there)')
})

test('whatever is thrown has a text, said once, and a cause that is its own cause is no trap', () => {
  const own = new Error('turns in a circle')
  own.cause = own
  assert.equal(messageOf(own), 'turns in a circle')
  assert.equal(messageOf(new Error('it failed: no room', { cause: new Error('no room') })), 'it failed: no room')
  assert.equal(messageOf([new Error('a'), 'b', { message: 'c' }]), 'a; b; c')
  assert.equal(messageOf(new Error('it failed', { cause: { status: 500 } })), 'it failed', 'no [object Object]')
  assert.equal(messageOf(undefined), 'undefined')
  assert.equal(messageOf(new Error('')), '')
  const forPeople = Object.assign(new UserError('X', 'Said in full.'), { cause: new Error('a detail') })
  assert.equal(messageOf(forPeople), 'Said in full.')
})
