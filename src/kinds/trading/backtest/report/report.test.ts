// The report as a browser would judge it: nothing is loaded, nothing of the data is markup, and it stays small.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { type CandleColumns, toColumns } from '../../candles/candle.js'
import { openQuality } from '../../candles/quality.js'
import type { Instrument } from '../../core/types.js'
import { defineStrategy } from '../../strategies/define.js'
import { answerOf } from '../answer.js'
import { measuredBacktest } from '../measured.js'
import { writeReport } from './report.js'

const HOSTILE = '</script><script>alert(1)</script><img src=x onerror=alert(2)>\u2028&"\''
const instrument = (symbol: string): Instrument => ({
  symbol,
  tick: 0.01,
  lot: 0.0001,
  minNotional: 0,
  multiplier: 1,
  takerFee: 0.001,
  makerFee: 0,
})

/** In and out again, whatever happens, with a tag that nobody asked for. */
const restless = defineStrategy({
  name: 'restless',
  parameters: (z) => ({ every: z.int().default(10), note: z.string().default('') }),
  start: () => ({ seen: 0 }),
  next(_candle, memory, { parameters: { every } }) {
    const turn = memory.seen++ % (2 * every)
    if (turn === 0) return { enter: 'long' as const, tag: HOSTILE }
    return turn === every ? { exit: 'both' as const } : undefined
  },
})

function* candles(count: number, stepMs = 60_000): Generator<CandleColumns> {
  let price = 100
  for (let from = 0; from < count; from += 1_000) {
    yield toColumns(
      Array.from({ length: Math.min(1_000, count - from) }, (_, i) => {
        const row = from + i
        const open = price
        price = Math.round((price + Math.sin(row / 50) * 0.4 + ((row * 7_919) % 101) / 500 - 0.1) * 100) / 100
        const [high, low] = [Math.max(open, price) + 0.05, Math.min(open, price) - 0.05]
        return { at: Date.UTC(2024, 0, 1) + row * stepMs, open, high, low, close: price, volume: 1 }
      }),
    )
  }
}

async function report(count: number, symbol = 'BTCUSDT', parameters = {}) {
  const quality = openQuality('1m')
  for (const chunk of candles(count)) quality.take(chunk)
  const measured = await measuredBacktest({
    candles: candles(count),
    timeframe: '1m',
    instrument: instrument(symbol),
    strategy: restless,
    parameters,
    fill: { size: { type: 'all-in' } },
  })
  const seen = quality.result()
  const answer = answerOf({ name: `${symbol}.csv`, instrument: { symbol } }, seen, measured)
  let text = ''
  const again = async function* () {
    yield* candles(count)
  }
  const write = (more: string) => {
    text += more
  }
  const { signal } = new AbortController()
  await writeReport(
    { write },
    { answer, measured, quality: seen, settings: { fill: { fee: 0.001 } }, candles: again, signal },
  )
  return { text, measured }
}

describe('the report', () => {
  test('no name in the data becomes markup or ends the script that carries it', async () => {
    const { text } = await report(200, HOSTILE, { note: HOSTILE })
    assert.equal(text.split('</script>').length - 1, 3)
    assert.equal(text.split(/<script\b/).length - 1, 3)
    assert.ok(!/<img\b/.test(text))
    assert.ok(text.includes('&lt;/script&gt;&lt;script&gt;alert(1)'))
    const [, data = ''] = /<script type="application\/json" id="given">([^<]*)<\/script>/.exec(text) ?? []
    assert.ok(JSON.parse(data).trades.length > 0)
  })

  test('its scripts are those whose hashes it names; nothing else runs, and nothing is loaded', async () => {
    const { text } = await report(200)
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(text) ?? []
    const scripts = [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script = '']) => script)
    const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`)
    assert.equal(scripts.length, 2)
    assert.equal(
      policy,
      `default-src 'none'; script-src ${hashes.join(' ')}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`,
    )
    const page = text.replaceAll(/<script>[\s\S]*?<\/script>/g, '')
    assert.deepEqual(page.match(/<\w+ [^>]*\b(src|srcset|href|action|poster|data)=|url\(|@import/g), ['<a href='])
    assert.match(page, /<a href="https:\/\/www\.tradingview\.com\/"[^>]*>TradingView Lightweight Charts™/)
  })

  test('two reports of one backtest are the same to the last letter', async () => {
    assert.equal((await report(3_000)).text, (await report(3_000)).text)
  })

  test('a hundred thousand candles and thousands of trades make a page of less than three megabytes', async () => {
    const { text, measured } = await report(100_000)
    assert.ok(measured.trades.length > 4_000)
    assert.ok(text.length < 3_000_000, `${text.length}`)
    const { levels, trades, listed, curve } = JSON.parse(/id="given">([^<]*)</.exec(text)?.[1] ?? '')
    assert.deepEqual(
      levels.slice(0, 2).map(({ each, t }: { each: number; t: number[] }) => [each, t.length]),
      [
        [67, 1_493],
        [9, 11_112],
      ],
    )
    assert.ok(levels.slice(2).every(({ each, t }: { each: number; t: number[] }) => each === 1 && t.length < 500))
    assert.deepEqual([trades.length, listed.length, curve.t.length <= 4_096], [4_000, 500, true])
  })

  test('without a trade it says so', async () => {
    const { text } = await report(5, 'X', { every: 100 })
    assert.match(text, /It made no trade\./)
    assert.ok(!/NaN|Infinity|undefined/.test(text.replaceAll(/<script>[\s\S]*?<\/script>/g, '')))
  })
})
