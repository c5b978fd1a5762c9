import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setInterval as everyMs } from 'node:timers/promises'
import { listenOnOwnSocket } from '../node/own-socket.js'
import { askSession } from './ask.js'

/** A session that answers these bytes, and then keeps the line open. */
async function aSession(t: TestContext, answer: (write: (text: string) => void) => unknown): Promise<string> {
  const server: Server = createServer((line) => {
    line.on('error', () => undefined)
    line.once('data', () => answer((text) => line.write(text)))
    t.after(() => line.destroy())
  })
  const dir = mkdtempSync(join(tmpdir(), 'frota-ask-'))
  t.after(() => {
    server.close()
    rmSync(dir, { recursive: true })
  })
  const address = join(dir, 'a.sock')
  await listenOnOwnSocket(server, address)
  return address
}

const http = (status: number, body: string) =>
  `HTTP/1.1 ${status} X\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const ask = (address: string, withinMs = 30_000) =>
  askSession({ address, command: 'ping', input: {}, token: 'x' }, withinMs, 10_000)
const failed = (words: RegExp) => ({ name: 'UserError', code: 'COMMAND_FAILED', message: words })

test('an answer is handed on, and a refusal with its own words', async (t) => {
  assert.deepEqual(await ask(await aSession(t, (write) => write(http(200, '{"result":[1]}')))), [1])
  const refusal = '{"error":{"code":"NOT_PAIRED","message":"Not paired.","hint":7}}'
  await assert.rejects(ask(await aSession(t, (write) => write(http(422, refusal)))), {
    code: 'NOT_PAIRED',
    message: 'Not paired.',
    hint: '',
  })
})

test('an answer that is nonsense, endless or never complete is the session’s failure, told in a line', async (t) => {
  const nonsense = await aSession(t, (write) => write(http(200, 'not json')))
  await assert.rejects(ask(nonsense), failed(/answered "ping" with 200 and nothing that can be read/))
  const odd = await aSession(t, (write) => write(http(500, '{"error":"text"}')))
  await assert.rejects(ask(odd), failed(/with 500 and nothing/))
  const endless = await aSession(t, (write) => {
    write('HTTP/1.1 200 X\r\ntransfer-encoding: chunked\r\n\r\n')
    for (let i = 0; i < 20; i++) write(`3e8\r\n${'x'.repeat(1_000)}\r\n`)
  })
  await assert.rejects(ask(endless), failed(/larger than 10000 bytes/))
  const garbage = await aSession(t, (write) => write('garbage\r\n\r\n'))
  await assert.rejects(ask(garbage), failed(/did not answer "ping": Parse Error/))
})

test('one that answers a byte now and then is not waited for longer than one that is silent', async (t) => {
  const dribbling = await aSession(t, async (write) => {
    write('HTTP/1.1 200 X\r\ncontent-length: 1000000\r\n\r\n')
    for await (const _ of everyMs(50, undefined, { ref: false })) write('x')
  })
  await assert.rejects(ask(dribbling, 500), failed(/no answer within 0.5 s/))
  const silent = await aSession(t, () => undefined)
  await assert.rejects(ask(silent, 500), failed(/no answer within 0.5 s/))
})

test('a session that is gone is told, and a socket that others may have put there is shown no token', async (t) => {
  await assert.rejects(ask(join(tmpdir(), 'frota-no-such-session.sock')), failed(/did not answer "ping": .*/))
  let heard = false
  const address = await aSession(t, () => {
    heard = true
  })
  chmodSync(join(address, '..'), 0o777)
  await assert.rejects(ask(address, 500), failed(/other users may write to/))
  assert.equal(heard, false)
})
