import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, test } from 'node:test'
import { Secret } from '../core/secret.js'
import { customerNotifier, describeChannels, notifiersFor } from './channels.js'
import { type Alert, NotDelivered } from './notifier.js'
import { telegramNotifier } from './telegram.js'
import { webhookNotifier } from './webhook.js'

const TOKEN = '123456789:AAFakeTokenFakeTokenFakeToken_'
const now = () => new Date('2026-01-02T03:04:05Z')
const alert: Alert = {
  key: 'session:1',
  level: 'critical',
  title: 'acme/vendas <failed>',
  text: 'logged out & gone',
  session: 'acme/vendas',
  at: now(),
}
const never = new AbortController().signal

let server: Server
let root = ''
let seen: { path: string; headers: IncomingHttpHeaders; body: string }[] = []
let answer: { status: number; body?: string; headers?: Record<string, string> } = { status: 200 }

beforeEach(async () => {
  seen = []
  answer = { status: 200, body: '{"ok":true}' }
  server = createServer(async (request, response) => {
    seen.push({ path: request.url ?? '', headers: request.headers, body: await text(request) })
    response.writeHead(answer.status, answer.headers).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  root = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

const telegram = () => telegramNotifier({ botToken: new Secret(TOKEN), chatId: '-100123', apiRoot: root })
const webhook = (secret: Secret | null = new Secret('shh')) => webhookNotifier({ url: `${root}/hook?k=v`, secret, now })

async function failureOf(send: Promise<void>): Promise<NotDelivered> {
  const error = await send.then(
    () => assert.fail('it was delivered'),
    (thrown: unknown) => thrown,
  )
  assert.ok(error instanceof NotDelivered)
  assert.ok(!error.message.includes('Fake') && !error.message.includes('k=v'), error.message)
  return error
}

test('an alert arrives in Telegram as text, whatever it contains', async () => {
  await telegram().send(alert, never)
  const [{ path, body } = { path: '', body: '' }] = seen
  assert.equal(path, `/bot${TOKEN}/sendMessage`)
  const sent = JSON.parse(body)
  assert.equal(sent.chat_id, '-100123')
  assert.match(sent.text, /<b>acme\/vendas &lt;failed&gt;<\/b>\nlogged out &amp; gone/)
  await telegram().send({ ...alert, text: '&'.repeat(9000) }, never)
  assert.ok(JSON.parse(seen[1]?.body ?? '').text.replaceAll('&amp;', '&').length <= 4096)
})

test('Telegram says wait: so long it waits; a wrong token is told without the token, and not tried again', async () => {
  answer = { status: 429, body: '{"ok":false,"description":"Too Many Requests","parameters":{"retry_after":7}}' }
  const busy = await failureOf(telegram().send(alert, never))
  assert.deepEqual([busy.retryable, busy.retryAfterMs], [true, 7000])
  answer = { status: 401, body: '{"ok":false,"description":"Unauthorized"}' }
  const wrong = await failureOf(telegram().send(alert, never))
  assert.equal(wrong.retryable, false)
  assert.match(wrong.message, /Unauthorized.*token is wrong/)
  answer = { status: 502, body: '<html>' }
  assert.equal((await failureOf(telegram().send(alert, never))).retryable, true)
})

test('a server that is away is tried again, and its error holds no token', async () => {
  const away = telegramNotifier({ botToken: new Secret(TOKEN), chatId: '@chan', apiRoot: 'http://127.0.0.1:1' })
  const failure = await failureOf(away.send(alert, never))
  assert.equal(failure.retryable, true)
  assert.match(failure.message, /ECONNREFUSED/)
  assert.equal((await failureOf(telegram().send(alert, AbortSignal.abort()))).retryable, false)
})

test('a webhook can be checked by its signature', async () => {
  await webhook().send(alert, never)
  const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] = seen
  const stamp = headers['x-frota-timestamp']
  assert.equal(stamp, '1767323045')
  const expected = createHmac('sha256', 'shh').update(`${stamp}.${body}`).digest('hex')
  assert.equal(headers['x-frota-signature'], `sha256=${expected}`)
  assert.deepEqual(JSON.parse(body), { type: 'alert', ...alert, at: '2026-01-02T03:04:05.000Z' })
  await webhook(null).send(alert, never)
  assert.equal(seen[1]?.headers['x-frota-signature'], undefined)
})

test('a webhook that refuses is not asked again, one that is busy is, and redirects are not followed', async () => {
  for (const [status, retryable] of [
    [400, false],
    [302, false],
    [500, true],
    [408, true],
  ] as const) {
    answer = { status, headers: { location: `${root}/elsewhere` } }
    assert.equal((await failureOf(webhook().send(alert, never))).retryable, retryable, String(status))
  }
  assert.ok(seen.every(({ path }) => path.startsWith('/hook')))
  answer = { status: 503, headers: { 'retry-after': '3' } }
  assert.equal((await failureOf(webhook().send(alert, never))).retryAfterMs, 3000)
})

test('what a customer chose leads to the internet or nowhere; the operator may allow more', () => {
  const closed = [
    'http://example.com/',
    'https://127.0.0.1/',
    'https://10.0.0.7/',
    'https://localhost/',
    'https://hook/',
  ]
  closed.push('https://169.254.169.254/', 'https://[::ffff:10.0.0.1]/', 'http://127.0.0.1/', 'https://db.internal/')
  for (const url of closed) {
    const webhook = { webhook: { url, secret: null } }
    assert.throws(() => customerNotifier(webhook, now), { code: 'BAD_CHANNEL' }, url)
    const telegram = { telegram: { botToken: TOKEN, chatId: '1', apiRoot: url } }
    assert.throws(() => customerNotifier(telegram, now), { code: 'BAD_CHANNEL' }, url)
  }
  assert.equal(customerNotifier({ webhook: { url: 'https://example.com/', secret: null } }, now).name, 'webhook')
  const inside = { webhook: { url: 'https://10.0.0.7/', secret: null }, allowPrivate: true }
  assert.equal(customerNotifier(inside, now).name, 'webhook')
  assert.throws(() => customerNotifier({}, now), { code: 'BAD_CHANNEL' })
})

test('channels that cannot be right are refused when they are set, and shown without their secrets', () => {
  const wrong = [
    { telegram: { botToken: 'x', chatId: '1' } },
    { telegram: { botToken: TOKEN, chatId: 'me' } },
    { telegram: { botToken: TOKEN, chatId: '1', apiRoot: 'http://example.com' } },
    { webhook: { url: 'http://example.com/', secret: null } },
    { webhook: { url: 'nonsense', secret: null } },
    { webhook: { url: 'http://127.0.0.1.evil.example/', secret: null } },
    { webhook: { url: 'http://127.0.0.1@evil.example/', secret: null } },
    { webhook: { url: 'http://localhost.evil.example/', secret: null } },
  ]
  for (const settings of wrong) assert.throws(() => notifiersFor(settings, now), { code: 'BAD_CHANNEL', exit: 2 })
  const right = { telegram: { botToken: TOKEN, chatId: '-5' }, webhook: { url: 'https://x.example/t0k', secret: 's' } }
  assert.deepEqual(
    notifiersFor(right, now).map(({ name }) => name),
    ['telegram', 'webhook'],
  )
  assert.deepEqual(describeChannels(right), [
    { channel: 'telegram', target: 'chat -5' },
    { channel: 'webhook', target: 'x.example' },
  ])
})
