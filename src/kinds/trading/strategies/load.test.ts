import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { canonicalPath } from '../../../config/home.js'
import { BadInput } from '../../../core/bad-input.js'
import { backtest, parameterFields, toColumns } from '../public.js'
import { checkStrategy, madeUpCandles } from './check.js'
import { loadStrategies } from './load.js'

const DOCS = new URL('../../../../docs/', import.meta.url)
const EXAMPLE = fileURLToPath(new URL('examples/strategies/pullback.js', DOCS))

function folder(t: TestContext, files: Record<string, string>): string {
  const dir = canonicalPath(mkdtempSync(join(tmpdir(), 'frota-strategies-')))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}

test('the strategy that docs/strategies.md shows is the example, word for word, and it trades', async () => {
  const shown = readFileSync(new URL('strategies.md', DOCS), 'utf8')
  assert.ok(shown.includes(`\`\`\`js\n${readFileSync(EXAMPLE, 'utf8')}\`\`\``))
  const strategies = await loadStrategies([EXAMPLE])
  assert.deepEqual(strategies.problems, [])
  const strategy = await strategies.need('pullback')
  const candles = madeUpCandles(4000, 3_600_000)
  const instrument = { symbol: 'X', tick: 0.01, lot: 0.001, minNotional: 0, multiplier: 1, takerFee: 0, makerFee: 0 }
  const result = await backtest({ candles: [toColumns(candles)], timeframe: '1h', instrument, strategy })
  assert.ok(result.trades > 0)
  assert.deepEqual(checkStrategy(strategy, { candles, parameters: result.parameters, timeframe: '1h' }).findings, [])
})

test('a module that cannot be loaded is told and leaves the others alone', async (t) => {
  const dir = folder(t, {
    'none.mjs': 'export const x = 1',
    'noname.mjs': "export default { name: 'No Name' }",
    'taken.mjs':
      "export default { name: 'sma-cross', parameters: () => ({}), start: () => ({}), next: () => undefined }",
    'broken.mjs': 'export default {',
    'two.mjs': `const one = { parameters: () => ({}), start: () => ({}), next: () => undefined }
      export default [{ ...one, name: 'one' }, { ...one, name: 'two' }]`,
  })
  const files = ['none', 'noname', 'taken', 'broken', 'two'].map((name) => join(dir, `${name}.mjs`))
  const strategies = await loadStrategies([...files, join(dir, 'missing.mjs')])
  const [none, noname, taken, broken, missing, ...more] = strategies.problems
  assert.match(none ?? '', /FROTA_STRATEGIES: .*none\.mjs: its default export is no strategy/)
  assert.match(noname ?? '', /noname\.mjs: `name` must be/)
  assert.match(taken ?? '', /taken\.mjs: there is already a strategy named "sma-cross"/)
  assert.match(broken ?? '', /broken\.mjs: /)
  assert.match(missing ?? '', /missing\.mjs: ENOENT/)
  assert.deepEqual(more, [])
  assert.deepEqual(
    strategies.list().map(({ name }) => name),
    ['rsi-volume', 'sma-cross', 'breakout-atr', 'one', 'two'],
  )
  await assert.rejects(
    strategies.need('onne'),
    (error: BadInput) => error instanceof BadInput && /one/.test(error.hint),
  )
  await assert.rejects(strategies.need(join(dir, 'two.mjs')), /two\.mjs holds 2 strategies: one, two/)
})

test('parameters are judged by their schema, each field by its name, and described for the optimiser', async () => {
  const strategies = await loadStrategies([])
  const cross = await strategies.need('sma-cross')
  const run = (parameters: Record<string, unknown>) =>
    backtest({
      candles: [],
      timeframe: '1h',
      instrument: { symbol: 'X', tick: 1, lot: 1, minNotional: 0, multiplier: 1, takerFee: 0, makerFee: 0 },
      strategy: cross,
      parameters,
    })
  await assert.rejects(run({ fast: 'ten', slow: 0 }), /sma-cross: fast: .*; slow: /)
  await assert.rejects(run({ fats: 10 }), /fats/)
  await assert.rejects(run({ fast: 30, slow: 20 }), /fast must be below slow, it is 30 and 20/)
  assert.deepEqual((await run({ fast: 5 })).parameters, { fast: 5, slow: 20, atrPeriod: 14, stopAtr: 0 })
  const [fast] = await parameterFields(cross)
  assert.deepEqual(fast, {
    name: 'fast',
    type: 'integer',
    default: 10,
    help: 'Candles of the fast average',
    least: 1,
    most: 1000,
    choices: [],
  })
  const pattern = (await parameterFields(await strategies.need('rsi-volume'))).find(({ name }) => name === 'pattern')
  assert.deepEqual([pattern?.type, pattern?.choices], ['choice', ['off', 'any']])
})
