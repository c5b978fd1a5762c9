// The sessions' door with a real socket: whoever says too much, nothing or nonsense is refused, and the next is heard.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type ClientRequest, request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { aBeat, RUN, sessionId } from '../../test/a-unit.js'
import { type BeatAnswer, WIRE_UNKNOWN_STATUS, WIRE_VERSION } from '../core/protocol.js'
import { listenForSessions, type SessionsDesk } from './endpoint.js'
import { openTickets } from './tickets.js'

const tickets = openTickets(new Uint8Array(32))
const token = tickets.token({ session: sessionId('a'), run: RUN })
const MB = 1024 * 1024

async function aDoor(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-door-'))
  const socketPath = join(dir, 's.sock')
  const heard = { beats: 0, events: 0 }
  const desk: SessionsDesk = {
    hello: async () => 'fenced',
    journal: async () => 'fenced',
    secrets: () => ({ secrets: {}, version: '' }),
    beat() {
      heard.beats++
      const lease = { epoch: 1, confirmedForMs: 1 }
      return { lease, newer: null, newSecrets: false, maxRecordsBytes: null } satisfies BeatAnswer
    },
    async events(_pass, { taken }) {
      heard.events += taken.events.length
    },
  }
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const door = await listenForSessions(desk, {
    settings: { sessionsSocket: socketPath },
    tickets,
    now: () => new Date(),
    log,
  })
  t.after(async () => {
    await door.close()
    rmSync(dir, { recursive: true })
  })
  const open = (path: string, bearer = token) =>
    request({ socketPath, path, method: 'POST', agent: false, headers: { authorization: `Bearer ${bearer}` } })
  const post = (path: string, body: unknown, bearer = token) => {
    const asked = open(path, bearer)
    asked.end(typeof body === 'string' ? body : JSON.stringify(body))
    return answerOf(asked)
  }
  return { socketPath, heard, open, post }
}

async function answerOf(asked: ClientRequest): Promise<{ status: number; message: string; acked?: number }> {
  const [response] = (await once(asked, 'response')) as [import('node:http').IncomingMessage]
  let text = ''
  for await (const chunk of response) text += chunk
  const { error, acked } = JSON.parse(text)
  return { status: response.statusCode ?? 0, message: error?.message ?? '', ...(acked !== undefined && { acked }) }
}

test('nonsense is refused with its reason and never reaches the desk', async (t) => {
  const { post, heard } = await aDoor(t)
  assert.deepEqual(await post('/beat', { ...aBeat(), detail: 7 }), {
    status: 400,
    message: 'beat.detail: not an object',
  })
  assert.match((await post('/beat', '{"state":')).message, /^Not JSON: /)
  const deep = `{"wire":${WIRE_VERSION},"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  assert.equal((await post('/beat', deep)).status, 400)
  assert.equal((await post('/beat', {})).status, WIRE_UNKNOWN_STATUS)
  assert.equal((await post('/events', { events: [{}] })).status, 400)
  assert.equal((await post('/hello', {})).status, 400)
  assert.deepEqual(heard, { beats: 0, events: 0 })
  assert.equal((await post('/beat', aBeat())).status, 200)
  assert.equal(heard.beats, 1)
})

test('an event that cannot be taken is no reason to refuse those before and behind it', async (t) => {
  const { post, heard } = await aDoor(t)
  const id = '01890a5d-ac96-774b-bcce-b302099a8057'
  const event = (seq: number, at: string) => ({ id, seq, at, type: 'x', data: {} })
  const at = '2026-01-15T12:00:00Z'
  const answer = await post('/events', { events: [event(1, at), event(2, '0000-01-15T12:00:00Z'), event(3, at)] })
  assert.deepEqual([answer.status, answer.acked, heard.events], [200, 3, 2])
  assert.match((await post('/journal', { id: '../x' })).message, /^journal\.id: /)
})

test('a body that is too large is refused before it is read to its end', async (t) => {
  const { open, heard } = await aDoor(t)
  const asked = open('/beat')
  const answer = answerOf(asked)
  asked.on('error', () => undefined) // the refusal closes the connection under the writer's hands
  asked.write(Buffer.alloc(MB, 'x'))
  assert.deepEqual(await answer, { status: 400, message: 'Larger than 131072 bytes.' })
  assert.equal(heard.beats, 0)
})

test('who shows no token is refused without a word of its body being waited for', async (t) => {
  const { open } = await aDoor(t)
  for (const path of ['/beat', '/events']) {
    const asked = open(path, 'forged')
    asked.on('error', () => undefined)
    asked.write('{') // and never an end
    assert.equal((await answerOf(asked)).status, 401)
  }
})

test('hundreds of connections that say garbage or nothing keep nobody from being heard', async (t) => {
  const { socketPath, post, heard } = await aDoor(t)
  const lines = Array.from({ length: 400 }, () => connect(socketPath))
  t.after(() => lines.map((line) => line.destroy()))
  for (const line of lines) line.on('error', () => undefined)
  await Promise.all(lines.map((line) => once(line, 'connect')))
  lines.forEach((line, i) => {
    if (i % 4 === 0) line.write(Buffer.alloc(20_000, 'garbage \0'))
    if (i % 4 === 1) line.write('POST /beat HTTP/1.1\r\nhost: x\r\n')
    if (i % 4 === 2) line.write('POST /beat HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n{')
  })
  assert.equal((await post('/beat', aBeat())).status, 200)
  assert.equal(heard.beats, 1)
})
