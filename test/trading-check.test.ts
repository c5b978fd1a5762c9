// `frota trading check` and the operator's own strategies, as they are typed.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { canonicalPath, homePaths } from '../src/config/home.js'
import { execute, NODE, ROOT } from './fleet-home.js'

/** Knows the candle after the one in hand as soon as it has seen them once. */
const CHEAT = `import { defineStrategy } from 'frota/trading'
const closes = []
export default defineStrategy({
  name: 'cheat',
  parameters: (z) => ({ gain: z.number().min(1).max(2).default(1).describe('So much more') }),
  start: () => ({ candle: 0 }),
  next({ close }, memory, { parameters }) {
    const candle = memory.candle++
    closes[candle] = close
    return closes[candle + 1] > close * parameters.gain ? { enter: 'long' } : undefined
  },
})
`

function home(t: TestContext, files: Record<string, string>) {
  const dir = canonicalPath(mkdtempSync(join(tmpdir(), 'frota-check-')))
  const { runDir } = homePaths(dir, process.getuid?.() ?? 0)
  t.after(() => {
    for (const made of [dir, runDir]) rmSync(made, { recursive: true, force: true })
  })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  const env = { PATH: process.env.PATH ?? '', HOME: dir, FROTA_HOME: dir, FROTA_STRATEGIES: 'cheat.js' }
  const frota = (...args: string[]) => execute(NODE, [join(ROOT, 'bin/frota'), 'trading', ...args], env)
  return { dir, frota }
}

test('a strategy that looks ahead is named with the candle, and scripts notice by the exit code', async (t) => {
  const { frota } = home(t, { 'cheat.js': CHEAT })
  const { code, stdout, stderr } = await frota('check', 'cheat', '--candles', '400', '--set', 'gain=1.001', '--json')
  assert.equal(code, 1, stderr)
  const answer = JSON.parse(stdout)
  assert.deepEqual([answer.strategy, answer.parameters, answer.ok], ['cheat', { gain: 1.001 }, false])
  assert.deepEqual(
    answer.findings.map(({ code: finding }: { code: string }) => finding),
    ['looks-ahead'],
  )
  const { candle, at, text } = answer.findings[0]
  assert.equal(Date.parse(at), (candle - 1) * 3_600_000)
  assert.ok(text.startsWith(`candle ${candle}, `))
})

test('an honest one passes, by its path too; what is wrong is one line', async (t) => {
  const { dir, frota } = home(t, {
    'cheat.js': 'export default 1',
    'candles.csv': 'date,open,high,low,close,volume\n2026-01-01,2,x,1,2,1\n',
    'days.csv': 'date,open,high,low,close,volume\n2026-01-01,1,1,1,1,1\n2026-01-02,1,1,1,1,1\n',
  })
  const example = join(ROOT, 'docs/examples/strategies/pullback.js')
  const fine = await frota('check', example)
  assert.deepEqual([fine.code, /^pullback: \d+ signals in 3000 candles/.test(fine.stdout)], [0, true], fine.stderr)
  const ofDays = await frota('check', 'sma-cross', '--data', join(dir, 'days.csv'), '--json')
  assert.equal(JSON.parse(ofDays.stdout).data.timeframe, '1d')
  for (const [args, expected] of [
    [['check', 'cheat'], /no strategy "cheat".*FROTA_STRATEGIES: .*cheat\.js: its default export is no strategy/],
    [['check', join(dir, 'cheat.js')], /cheat\.js: its default export is no strategy/],
    [['check', 'sma-cross', '--set', 'fast=zero'], /sma-cross: fast: /],
    [['check', 'sma-cross', '--data', join(dir, 'candles.csv')], /candles\.csv.*line 2/],
    [['check', 'sma-cross', '--timeframe', 'soon'], /"soon" is no timeframe/],
  ] as [string[], RegExp][]) {
    const { code, stdout, stderr } = await frota(...args)
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr.trim().split('\n').at(-1) ?? '', expected)
  }
})
