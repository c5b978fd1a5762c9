// A backtest is the same to the last bit wherever it runs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { execute, NODE } from './fleet-home.js'

const PROGRAM = fileURLToPath(new URL('fixtures/trading/same-everywhere.ts', import.meta.url))
const TSX = ['--import', import.meta.resolve('tsx')]
const WORKERS = 8

async function inProcess(env: Record<string, string>): Promise<string> {
  const { code, stdout, stderr } = await execute(NODE, [...TSX, PROGRAM], { PATH: process.env.PATH ?? '', ...env })
  assert.equal(code, 0, stderr)
  return stdout.trim()
}

function inWorker(): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const worker = new Worker(PROGRAM, { execArgv: TSX })
  worker.once('message', resolve)
  worker.once('error', reject)
  return promise
}

test('twice, in other time zones and locales, and on eight workers at once', async () => {
  const [first, ...others] = await Promise.all([
    inProcess({ TZ: 'UTC', LANG: 'C' }),
    inProcess({ TZ: 'Asia/Kolkata', LANG: 'pt_BR.UTF-8', LC_ALL: 'pt_BR.UTF-8' }),
    inProcess({ TZ: 'America/St_Johns', LANG: 'tr_TR.UTF-8' }),
    ...Array.from({ length: WORKERS }, inWorker),
  ])
  assert.match(first ?? '', /^[1-9]\d* [0-9a-f]{64}$/)
  assert.deepEqual(new Set(others), new Set([first]))
})
