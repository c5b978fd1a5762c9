// The job itself, on the S&P 500 of vega-datasets: what its flags mean, what it answers and writes, and what it refuses.
import assert from 'node:assert/strict'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { inPlace, openBacktest, SP500 } from '../../../../test/trading-job.js'
import type { BadInput } from '../../../core/bad-input.js'
import { LookedUpSession } from '../../session-config.js'
import { cacheFile, openCache } from '../candles/cache/cache.js'
import { columnsFrom, type Row } from '../candles/cache/columns.js'
import { show } from './backtest.js'

const dir = mkdtempSync(join(tmpdir(), 'frota-backtest-'))
after(() => rmSync(dir, { recursive: true, force: true }))
const backtest = openBacktest(dir)

const near = (actual: number | null, expected: number, what: string) =>
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= 1e-8 * Math.abs(expected),
    `${what}: ${actual}, not ${expected}`,
  )

describe('the answer', () => {
  // Reckoned by another program, in floats, by the rules that backtesting.py documents: orders fill at the next open, all of
  // the cash in whole units, a cross turns the position, what is open at the end is closed at the last open.
  const oracles = [
    {
      set: ['fast=10', 'slow=30'],
      fee: '0',
      stats: {
        trades: 175,
        finalEquity: 11226.973912,
        peakEquity: 16335.995127,
        cagrPercent: 0.39436548846383257,
        volatilityPercent: 16.582169040852516,
        sharpe: 0.034551446567844805,
        sortino: 0.049535711297334174,
        calmar: 0.0149684354021689,
        maxDrawdownPercent: -38.276407132770096,
        winRatePercent: 36.57142857142857,
        bestTradePercent: 27.3181294117647,
        worstTradePercent: -8.634391624954741,
        averageTradePercent: 0.06225138896562843,
        profitFactor: 1.10900313940963,
        expectancyPercent: 0.16088068421170046,
        sqn: 0.19392554735595444,
        kelly: 0.015143463820324499,
        exposurePercent: 98.98139079333987,
        buyHoldPercent: 106.81181784961741,
      },
    },
    {
      set: ['fast=10', 'slow=20'],
      fee: '0.2%',
      stats: {
        trades: 237,
        finalEquity: 2913.028029227993,
        peakEquity: 11135.094549467996,
        cagrPercent: -4.1077781950350944,
        sharpe: -0.4127579473826665,
        maxDrawdownPercent: -76.7756316067065,
        profitFactor: 0.7160279341612436,
        kelly: -0.155139384986053,
        exposurePercent: 90.91087169441724,
        buyHoldPercent: 106.14145543042952,
      },
    },
  ]
  for (const { set, fee, stats } of oracles)
    test(`a moving-average cross (${set.join(', ')}, fee ${fee}) comes out as reckoned elsewhere`, async () => {
      const answer = await backtest({ set, fee, wholeUnits: true, closeAtEnd: true, allowShort: true })
      for (const [name, expected] of Object.entries(stats))
        near(answer.stats[name as keyof typeof answer.stats], expected, name)
      assert.deepEqual(answer.data, {
        source: 'sp500-2000.csv',
        symbol: 'sp500-2000',
        timeframe: '1d',
        from: '2000-01-03T00:00:00.000Z',
        to: '2020-04-17T00:00:00.000Z',
        candles: 5105,
      })
      assert.equal(answer.trades.length, stats.trades)
      const profit = answer.trades.reduce((sum, one) => sum + Math.round(one.profit * 1e8), 0)
      assert.equal(profit, Math.round((answer.stats.finalEquity - 10_000) * 1e8))
    })

  test('it has the fields that were promised, and no others', async () => {
    const answer = await backtest({ to: '2001-12-31' })
    assert.deepEqual(Object.keys(answer), ['strategy', 'parameters', 'data', 'stats', 'trades'])
    const promised =
      'trades finalEquity peakEquity returnPercent cagrPercent volatilityPercent sharpe sortino calmar maxDrawdownPercent maxDrawdownDays winRatePercent bestTradePercent worstTradePercent averageTradePercent profitFactor expectancyPercent sqn kelly exposurePercent buyHoldPercent'
    assert.deepEqual(Object.keys(answer.stats), promised.split(' '))
    const ofTrade = 'side size entryAt entryPrice exitAt exitPrice profit profitPercent reason'
    assert.deepEqual(Object.keys(answer.trades[0] ?? {}), ofTrade.split(' '))
  })

  test('the same twice is the same to the last letter', async () => {
    const once = async () => JSON.stringify(await backtest({ fee: '0.1%', slippage: '0.0005', spread: '0.0002' }))
    assert.equal(await once(), await once())
  })
})

describe('flags', () => {
  test('a flag goes before --set, that before a config file', async () => {
    const path = join(dir, 'settings.json')
    const config = {
      strategy: 'breakout-atr',
      parameters: { fast: 5, slow: 50 },
      fill: { fee: 0.01, cash: 777 },
      to: '2001-12-31',
    }
    writeFileSync(path, `\ufeff${JSON.stringify(config)}`)
    const answer = await backtest({ config: inPlace(path), set: ['slow=60', 'fill.cash=888'], cash: 999 })
    assert.deepEqual([answer.strategy, answer.parameters.fast, answer.parameters.slow], ['sma-cross', 5, 60])
    assert.equal(answer.data.to, '2001-12-31T00:00:00.000Z')
    const [first] = answer.trades
    assert.ok(first && Math.abs(first.size * first.entryPrice * 1.01 - 999) < 0.01)
  })

  test('a session’s config stands where a file’s would', async () => {
    const config = { parameters: { fast: 5, slow: 50 }, risk: { maxPositions: 1 } }
    const session = new LookedUpSession({ ref: 'acme/a', kind: 'trading', config })
    assert.equal((await backtest({ session })).parameters.slow, 50)
    await assert.rejects(backtest({ session, config: inPlace(SP500) }), /--config and a session exclude each other/)
  })

  test('sizes', async () => {
    const first = async (size: string, more = {}) =>
      (await backtest({ size, cash: 10_000, to: '2000-06-30', ...more })).trades[0]
    const all = await first('all-in')
    assert.ok(all && Math.abs(all.size * all.entryPrice - 10_000) < 0.01)
    const half = await first('fraction:0.5')
    assert.ok(half && Math.abs(half.size * half.entryPrice - 5_000) < 0.01)
    assert.equal((await first('0.5'))?.size, half?.size)
    assert.equal((await first('fixed:2.5'))?.size, 2.5)
    assert.equal((await first('3'))?.size, 3)
    assert.equal((await first('all-in', { wholeUnits: true }))?.size, 7)
    const risked = await first('risk:50', { set: ['stopAtr=2'] })
    assert.ok(risked && risked.size > 0.2 && risked.size < 2)
  })

  test('fills at the close, dates cut out a stretch with its last day whole, shorts need a flag', async () => {
    const closing = await backtest({ fill: 'close', to: '2000-12-31' })
    const opening = await backtest({ to: '2000-12-31' })
    assert.ok(new Date(closing.trades[0]?.entryAt ?? 0) < new Date(opening.trades[0]?.entryAt ?? 0))
    const cut = await backtest({ from: '2010-01-04', to: '2010-12-31' })
    assert.deepEqual(
      [cut.data.from, cut.data.to, cut.data.candles],
      ['2010-01-04T00:00:00.000Z', '2010-12-31T00:00:00.000Z', 252],
    )
    assert.ok(opening.trades.every(({ side }) => side === 'long'))
    const both = await backtest({ to: '2000-12-31', allowShort: true })
    assert.ok(both.trades.some(({ side }) => side === 'short'))
  })

  test('candles of the cache are traded with the steps and the fees of their venue; what is not there is named', async () => {
    const wish = { data: undefined, venue: 'bybit', symbol: 'BTCUSDT', timeframe: '1h', set: ['fast=2', 'slow=5'] }
    await assert.rejects(backtest(wish), (error: BadInput) => {
      assert.equal(error.message, 'no candles of bybit BTCUSDT 1h are here')
      assert.match(
        error.hint,
        /^frota trading candles --venue bybit --symbol BTCUSDT --timeframe 1h --from … downloads them$/,
      )
      return true
    })
    const cache = openCache(cacheFile(dir))
    const steps = { tick: '0.1', lot: '0.001', minNotional: '5' }
    const contract = { venue: 'bybit' as const, native: 'BTCUSDT', symbol: 'BTC/USDT:USDT', base: 'BTC', quote: 'USDT' }
    const series = cache.series({ ...contract, ...steps, listedAt: null }, '1h')
    const rows = Array.from({ length: 500 }, (_, i): Row => {
      const price = 30_000 + 1_000 * Math.sin(i / 10) + 0.04
      return [i * 3_600_000, price, price + 10, price - 10, price, 1]
    })
    cache.put(series, columnsFrom(rows), { from: 0, to: 500 * 3_600_000 })
    cache.close()
    const { data, trades } = await backtest(wish)
    assert.deepEqual([data.source, data.symbol, data.candles], ['bybit BTC/USDT:USDT', 'BTC/USDT:USDT', 500])
    const [first] = trades
    assert.ok(first && Math.abs(first.size * 1_000 - Math.round(first.size * 1_000)) < 1e-9)
    const gross = first.size * (first.exitPrice - first.entryPrice)
    const fees = first.size * (first.exitPrice + first.entryPrice) * 0.00055
    assert.ok(Math.abs(gross - fees - first.profit) < 1e-4)
    assert.equal((await backtest({ ...wish, to: '1970-01-10' })).data.candles, 240)
    await assert.rejects(backtest({ ...wish, timeframe: undefined }), /--timeframe is missing beside --venue/)
    await assert.rejects(backtest({ venue: 'bybit' }), /--data and --venue exclude each other/)
  })
})

describe('files', () => {
  test('equity and trades as CSV, a report, and nothing else, when all is done', async () => {
    const [equity, trades, html] = ['e.csv', 't.csv', 'r.html'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(trades, 'before')
    const answer = await backtest({ equity, trades, html, fee: '0.001', allowShort: true })
    const lines = readFileSync(equity, 'utf8').trim().split('\n')
    assert.equal(lines[0], 'at,equity,drawdown_percent,close,exposure')
    assert.equal(lines.length, 5106)
    assert.equal(Number(lines.at(-1)?.split(',')[1]), answer.stats.finalEquity)
    const lowest = Math.min(...lines.slice(1).map((line) => Number(line.split(',')[2])))
    near(lowest, answer.stats.maxDrawdownPercent ?? 0, 'drawdown')
    const rows = readFileSync(trades, 'utf8').trim().split('\n')
    assert.equal(rows.length, answer.trades.length + 1)
    assert.match(
      rows[0] ?? '',
      /^side,size,entry_at,entry_price,exit_at,exit_price,profit,profit_percent,reason,fees,funding,tag$/,
    )
    assert.match(readFileSync(html, 'utf8'), /<title>sp500-2000 · sma-cross<\/title>/)
    assert.deepEqual(
      readdirSync(dir)
        .filter((name) => /\.(csv|html)\b/.test(name))
        .sort(),
      ['e.csv', 'r.html', 't.csv'],
    )
    for (const file of [equity, trades, html]) rmSync(file)
  })

  test('what is stopped, or fails on its last line, leaves what was there and no half file', async () => {
    const equity = join(dir, 'equity.csv')
    writeFileSync(equity, 'before')
    const stop = new AbortController()
    const progress = async () => stop.abort(new Error('interrupted'))
    await assert.rejects(backtest({ equity }, { signal: stop.signal, progress }), /interrupted/)
    const bad = join(dir, 'bad.csv')
    copyFileSync(SP500, bad)
    writeFileSync(bad, `${readFileSync(bad, 'utf8').trimEnd()}\n2020-04-20,1,NaN,1,1,1,1\n`)
    await assert.rejects(
      backtest({ data: inPlace(bad), equity }),
      /^BadInput: --data: bad\.csv: line 5107: high is no number: "NaN"$/,
    )
    assert.equal(readFileSync(equity, 'utf8'), 'before')
    assert.deepEqual(
      readdirSync(dir).filter((name) => name.startsWith('equity')),
      ['equity.csv'],
    )
    rmSync(equity)
    rmSync(bad)
  })
})

test('people see it at any width, and no line is longer', async () => {
  const answer = await backtest({ fee: '0.001', set: ['fast=5', 'slow=15'] })
  for (const width of [20, 40, 60, 80, 100, 200]) {
    const lines = show(answer, { width, colour: false }).split('\n')
    assert.deepEqual(
      lines.filter((line) => line.length > width),
      [],
      `${width}`,
    )
    assert.ok(lines.some((line) => /^[▁-█]+$/.test(line)))
  }
  const text = show(answer, { width: 100, colour: false })
  for (const said of [
    '5,105 candles of 1d',
    '1 gap, 6 candles missing',
    'Sharpe',
    'SIDE',
    'TRADE_MODE',
    '--allow-short',
  ])
    assert.ok(text.includes(said), said)
  const coloured = show(answer, { width: 100, colour: true })
  assert.notEqual(coloured, text)
  assert.equal(stripVTControlCharacters(coloured), text)
})
