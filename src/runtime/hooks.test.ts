import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type Asked, askAt } from '../../test/at-address.js'
import { until } from '../../test/fake-supervisor.js'
import { TOKEN_HEADER } from '../core/hooks.js'
import type { HookAnswer, HookCall } from '../kinds/hooks.js'
import { listenAtAddress } from './address.js'
import { commandsOf } from './commands.js'
import { hooksOf } from './hooks.js'

const MAX_BYTES = 100_000
const quiet = () => undefined
const TOKENS = { commandToken: 'command-token', hookToken: 'hook-token' }

async function aSession(t: TestContext, withinMs?: number) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-hooks-'))
  const path = join(dir, 'run-1.sock')
  const stop = new AbortController()
  const logged: string[] = []
  const log = {
    ...{ debug: quiet, info: quiet, warn: quiet },
    error: (message: string, fields?: object) => void logged.push(`${message} ${JSON.stringify(fields)}`),
  }
  const specs = { stripe: { maxBytes: MAX_BYTES }, later: { maxBytes: 10 } }
  const hooks = hooksOf({ specs, signal: stop.signal, log, ...(withinMs !== undefined && { withinMs }) })
  const commands = commandsOf({ names: [], signal: stop.signal, log, redact: String })
  const address = await listenAtAddress({ path, commands, hooks, ...TOKENS, onError: assert.fail })
  t.after(() => {
    address.close()
    rmSync(dir, { recursive: true, force: true })
  })
  const calls: HookCall[] = []
  /** The hook's handler, which keeps what it was given. */
  const answers = (handler: (call: HookCall) => unknown) =>
    hooks.on('stripe', async (call) => {
      calls.push(call)
      return (await handler(call)) as HookAnswer
    })
  const ask = (rest = '', asked: Asked = {}) =>
    askAt(path, `/hooks/stripe${rest}`, { token: TOKENS.hookToken, ...asked })
  const codeOf = ({ body }: { body: Buffer }) => JSON.parse(body.toString()).error.code as string
  return { path, hooks, stop, logged, calls, answers, ask, codeOf }
}

test('a call arrives byte for byte, with its method, path, query and headers; so does what is answered', async (t) => {
  const { ask, answers, calls } = await aSession(t)
  const bytes = randomBytes(MAX_BYTES)
  answers(({ rawBody }) => ({ status: 201, headers: { 'X-Mine': ['a', 'b'] }, body: rawBody.toReversed() }))
  const headers = {
    'X-Signature': ['one', 'two'],
    authorization: 'Basic x',
    'content-type': 'application/octet-stream',
  }
  const answer = await ask('/a%2Fb/?n=1&n=%20?', { method: 'PUT', headers, body: bytes })
  const [call] = calls
  assert.ok(call)
  assert.ok(call.rawBody.equals(bytes))
  assert.deepEqual([call.method, call.path, call.query], ['PUT', '/a%2Fb/', 'n=1&n=%20?'])
  assert.deepEqual([call.headers['x-signature'], call.headers.authorization], ['one, two', 'Basic x'])
  assert.equal(call.headers[TOKEN_HEADER], undefined, 'the token is between gateway and session')
  assert.deepEqual([answer.status, answer.headers['x-mine']], [201, 'a, b'])
  assert.ok(answer.body.equals(bytes.toReversed()))
})

test('a call without anything, and an answer of a status alone, are whole as well', async (t) => {
  const { ask, answers, calls } = await aSession(t)
  answers(() => ({ status: 204 }))
  assert.equal((await ask('', { method: 'GET' })).status, 204)
  assert.deepEqual([calls[0]?.path, calls[0]?.query, calls[0]?.rawBody.length], ['', '', 0])
  answers(() => ({
    status: 200,
    headers: { 'Transfer-Encoding': 'chunked', Connection: 'x', 'content-length': '999' },
    body: 'é',
  }))
  const { body, headers } = await ask('', { method: 'GET' })
  assert.deepEqual(
    [body.toString(), headers['content-length']],
    ['é', '2'],
    'how an answer is framed is not the kind’s',
  )
  const head = await ask('', { method: 'HEAD' })
  assert.deepEqual([head.body.length, head.headers['content-length']], [0, '2'])
})

test('unknown is 404; declared and not yet heard, or stopping, is 503 with the time to wait', async (t) => {
  const { path, ask, answers, calls, stop, codeOf } = await aSession(t)
  const { hookToken: token } = TOKENS
  for (const name of ['other', 'constructor', '__proto__']) {
    assert.equal((await askAt(path, `/hooks/${name}`, { token })).status, 404, name)
  }
  const early = await ask()
  assert.deepEqual([early.status, early.headers['retry-after'], codeOf(early)], [503, '10', 'UNAVAILABLE'])
  answers(() => ({ status: 200 }))
  assert.equal((await ask()).status, 200)
  stop.abort()
  const late = await ask()
  assert.deepEqual([late.status, late.headers['retry-after'], calls.length], [503, '10', 1])
})

test('a body that is too large never reaches the kind, announced or not', async (t) => {
  const { ask, answers, calls, codeOf } = await aSession(t)
  answers(() => ({ status: 200 }))
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    const answer = await ask('', { headers, body: Buffer.alloc(MAX_BYTES + 1) })
    assert.deepEqual([answer.status, codeOf(answer)], [413, 'TOO_LARGE'])
  }
  assert.deepEqual(calls, [])
})

test('a session that stops while a body still comes does not take it any more', async (t) => {
  const { path, answers, calls, stop } = await aSession(t)
  answers(() => ({ status: 200 }))
  const line = connect(path)
  t.after(() => line.destroy())
  let said = ''
  line.on('data', (chunk) => {
    said += String(chunk)
  })
  line.write(`POST /hooks/stripe HTTP/1.1\r\nhost: x\r\n${TOKEN_HEADER}: hook-token\r\ncontent-length: 2\r\n`)
  line.write('expect: 100-continue\r\n\r\n')
  await until(() => said.includes('100 Continue'), 'the session reads')
  stop.abort()
  line.write('ab')
  await until(() => said.includes('HTTP/1.1 503'), 'a refusal')
  assert.deepEqual(calls, [])
})

test('a handler that throws or answers nonsense is a 500 that says nothing of why; the log does', async (t) => {
  const { ask, answers, logged } = await aSession(t)
  const nonsense: [unknown, RegExp][] = [
    [undefined, /undefined/],
    [{ status: 99 }, /with status 99/],
    [{ status: '200' }, /with status 200/],
    [{ status: 200, body: { a: 1 } }, /neither a text nor bytes/],
    [{ status: 200, headers: { 'bad name': 'x' } }, /bad name/],
    [{ status: 200, headers: { a: 'x\r\nset-cookie: y' } }, /Invalid character in header/],
  ]
  for (const [answer, why] of nonsense) {
    answers(() => answer)
    const { status, body } = await ask()
    assert.equal(status, 500, JSON.stringify(answer))
    assert.deepEqual(JSON.parse(body.toString()), {
      error: { code: 'HOOK_FAILED', message: 'The session could not take this.' },
    })
    assert.match(logged.pop() ?? '', why)
  }
  answers(() => {
    throw new Error('the till is stuck')
  })
  const { status, body } = await ask()
  assert.equal(status, 500)
  assert.doesNotMatch(body.toString(), /till/)
  assert.match(logged.pop() ?? '', /^hook stripe failed .*the till is stuck/)
})

test('a handler that hangs is a 504 and keeps nobody else waiting; what becomes of it later is told', async (t) => {
  const { ask, answers, logged } = await aSession(t, 50)
  const gate = Promise.withResolvers<HookAnswer>()
  answers(({ path }) => (path === '/hangs' ? gate.promise : { status: 200 }))
  const [hung, quick] = await Promise.all([ask('/hangs'), ask()])
  assert.deepEqual([hung.status, quick.status], [504, 200])
  assert.match(logged.pop() ?? '', /hook stripe has not answered/)
  gate.reject(new Error('too late, and failed'))
  await until(() => /too late, and failed/.test(logged.join()), 'the late failure in the log')
})

test('a caller that breaks off is no trouble of the session’s', async (t) => {
  const { path, ask, answers, logged, calls } = await aSession(t)
  answers(() => ({ status: 200 }))
  const line = connect(path)
  line.write(`POST /hooks/stripe HTTP/1.1\r\nhost: x\r\n${TOKEN_HEADER}: hook-token\r\ncontent-length: 5\r\n\r\nab`)
  line.end()
  await new Promise((resolve) => line.on('close', resolve).resume())
  assert.equal((await ask()).status, 200)
  assert.deepEqual([calls.length, logged], [1, []])
})

test('a hook that the kind does not declare cannot be listened to', async (t) => {
  const { hooks } = await aSession(t)
  assert.throws(() => hooks.on('other', async () => ({ status: 200 })), /declares no hook "other"/)
})
