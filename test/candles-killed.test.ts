// Downloads that are killed, and several at once, as real processes on one cache.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type ExchangeSim, startExchangeSim } from '../sims/exchange/server.js'

const FIXTURE = fileURLToPath(new URL('./fixtures/download-candles.ts', import.meta.url))
const CANDLES = 9 * 1440
const root = mkdtempSync(path.join(tmpdir(), 'frota-candles-killed-'))
const children: ChildProcess[] = []
after(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(root, { recursive: true, force: true })
})

const start = (data: string, { endpoint }: ExchangeSim) => {
  const child = spawn(process.execPath, ['--import', 'tsx', FIXTURE, data, endpoint], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  return child
}

async function resultOf(child: ChildProcess): Promise<{ candles: number; added: number; missing: number }> {
  const [text] = await Promise.all([child.stdout?.toArray(), once(child, 'exit')])
  return JSON.parse(Buffer.concat(text ?? []).toString()).series[0]
}

const pages = async ({ controlUrl }: ExchangeSim) => {
  const asked = (await (await fetch(`${controlUrl}/requests?venue=bybit`)).json()) as { path: string; query: string }[]
  return asked.filter((one) => one.path.endsWith('/kline')).map(({ query }) => query)
}

async function sim() {
  const running = await startExchangeSim({ clockMs: Date.parse('2024-03-11T00:00:00Z') })
  after(() => running.close())
  return running
}

test('a download that is killed twice goes on where it was: nothing is lost, nothing comes twice', async () => {
  const [exchange, data] = [await sim(), path.join(root, 'killed')]
  const slow = { venue: 'bybit', path: 'kline', ms: 60, times: 1000 }
  await fetch(`${exchange.controlUrl}/slow`, { method: 'POST', body: JSON.stringify(slow) })
  for (const killedAfter of [2, 5]) {
    const child = start(data, exchange)
    while ((await pages(exchange)).length < killedAfter) await new Promise((resolve) => setTimeout(resolve, 20))
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const { candles, added, missing } = await resultOf(start(data, exchange))
  assert.deepEqual([candles, missing], [CANDLES, 0])
  assert.ok(added < CANDLES, `${added} of ${CANDLES} were asked for again`)
  // The answer that was on its way when it was killed is all that may be asked for twice.
  const asked = await pages(exchange)
  assert.ok(asked.length - new Set(asked).size <= 2, asked.join('\n'))
})

test('two processes at once on one cache: each candle is asked for once, and both see all', async () => {
  const [exchange, data] = [await sim(), path.join(root, 'both')]
  const results = await Promise.all([start(data, exchange), start(data, exchange)].map(resultOf))
  assert.deepEqual(
    results.map(({ candles }) => candles),
    [CANDLES, CANDLES],
  )
  assert.equal(
    results.reduce((sum, { added }) => sum + added, 0),
    CANDLES,
  )
  const asked = await pages(exchange)
  assert.equal(new Set(asked).size, asked.length)
})
