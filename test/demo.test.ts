import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import type { LsRow } from '../src/core/states.js'

const run = promisify(execFile)
const frota = (...args: string[]) =>
  run(process.execPath, [path.resolve(import.meta.dirname, '../bin/frota'), ...args], { maxBuffer: 16 << 20 })

interface Report {
  conversation: { phone: string; direction: 'in' | 'out'; text: string }[]
  sessions: LsRow[]
}

after(() => frota('demo', '--down'))

test('the demo pairs four sessions of two customers, loses none of their messages to a kill, and stays up', async () => {
  const { stdout } = await frota('demo', '--json')
  const { conversation, sessions } = JSON.parse(stdout) as Report
  assert.deepEqual(
    sessions.map((row) => [row.session, row.state]),
    ['acme/suporte', 'acme/vendas', 'bella/agenda', 'bella/tienda'].map((name) => [name, 'ready']),
  )
  const count = (phone: string, direction: string) =>
    conversation.filter((message) => message.phone === phone && message.direction === direction).length
  assert.equal(count('5511990000001', 'in'), 2, 'the killed one was written to twice')
  assert.equal(count('5511990000001', 'out'), 2, 'and answered twice')
  for (const phone of ['5511990000002', '34600000003', '34600000004']) assert.equal(count(phone, 'out'), 1)
  for (const row of sessions) assert.ok(row.pid !== null && process.kill(row.pid, 0), `${row.session} is left running`)
})
