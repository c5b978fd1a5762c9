// The search over real backtests with real workers: the compiled program, whose workers start at once.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { candlesIn, openMarket } from '../sims/exchange/market.js'
import { FileInPlace } from '../src/kinds/file.js'
import type { OptimiseAnswer } from '../src/kinds/trading/backtest/optimise/answer.js'
import { type OptimiseInput, optimiseInput } from '../src/kinds/trading/jobs/optimise-input.js'

const { run, show }: typeof import('../src/kinds/trading/jobs/optimise.js') = await import(
  new URL('../dist/src/kinds/trading/jobs/optimise.js', import.meta.url).href
)

const root = mkdtempSync(path.join(tmpdir(), 'frota-optimise-'))
after(() => rmSync(root, { recursive: true, force: true }))

const HOUR = 3_600_000
const market = openMarket(3)
const [btc] = market.contracts
assert.ok(btc)
const from = Date.parse('2022-01-01')
const rows = candlesIn(market, btc, HOUR, { from, to: from + 3000 * HOUR - 1 }, from + 9000 * HOUR)
const data = path.join(root, 'btc.csv')
writeFileSync(
  data,
  `timestamp,open,high,low,close,volume\n${rows.map((one) => [one.at, one.open / 10, one.high / 10, one.low / 10, one.close / 10, one.volume].join(',')).join('\n')}\n`,
)

function job(flags: Partial<OptimiseInput>, more: { signal?: AbortSignal; progress?: (done: number) => void } = {}) {
  const note = () => undefined
  const { signal = new AbortController().signal, progress = note } = more
  const usual = { strategy: 'sma-cross', param: ['fast=4:20:4', 'slow=20:60:20'], set: [], minTrades: 1, workers: 1 }
  const file = new FileInPlace({ name: 'btc.csv', bytes: 0, path: data })
  return {
    input: optimiseInput.parse({ ...usual, data: file, timeframe: '1h', ...flags }),
    signal,
    progress: async (done: number) => progress(done),
    dirs: { cwd: root, tmp: root, data: root },
    modules: { strategies: [] },
    log: { debug: note, info: note, warn: note, error: note },
  }
}

let grid: OptimiseAnswer

test('a grid: all points, ranked, the refused ones counted, and the same on one worker or eight', async () => {
  grid = await run(job({ workers: 1 }))
  assert.deepEqual(grid.trials, { planned: 15, done: 15, refused: 1, excluded: 0 })
  assert.equal(grid.best.length, 14)
  assert.ok(grid.best.every(({ objective }, at) => at === 0 || objective <= (grid.best[at - 1]?.objective ?? 0)))
  assert.ok(grid.best.every(({ stats }) => stats.trades > 0))
  assert.deepEqual(await run(job({ workers: 8 })), grid)
})

test('a walk-forward search tries each winner on what it has not seen, and says what is left', async () => {
  const found = await run(job({ inSample: '40d', outOfSample: '20d' }))
  const windows = found.walkForward?.windows ?? []
  assert.deepEqual(
    windows.map(({ inSample, outOfSample }) =>
      [inSample, outOfSample].map(({ from, to }) => `${from.slice(0, 10)} ${to.slice(0, 10)}`),
    ),
    [
      ['2022-01-01 2022-02-10', '2022-02-10 2022-03-02'],
      ['2022-01-21 2022-03-02', '2022-03-02 2022-03-22'],
      ['2022-02-10 2022-03-22', '2022-03-22 2022-04-11'],
      ['2022-03-02 2022-04-11', '2022-04-11 2022-05-01'],
    ],
  )
  const returns = windows.map(({ outOfSampleStats }) => outOfSampleStats?.returnPercent ?? Number.NaN)
  const growth = returns.reduce((all, percent) => all * (1 + percent / 100), 1)
  assert.equal(found.walkForward?.outOfSampleReturnPercent, (growth - 1) * 100)
  assert.equal(typeof found.overfitting.outOfSampleShare, 'number')
})

test('the choice does not depend on what was held back', async () => {
  // 3000 hours less 40 % are 1800, and so are 2250 less 20 %.
  const [all, cut] = [await run(job({ holdout: 40 })), await run(job({ holdout: 20, to: '2022-04-04T17:59:59Z' }))]
  const chosen = ({ best }: OptimiseAnswer) => best.map(({ parameters, stats }) => ({ parameters, stats }))
  assert.deepEqual(chosen(cut), chosen(all))
  assert.ok(all.best.every(({ outOfSample }) => outOfSample !== null))
})

test('a random search tries so many points', async () => {
  const found = await run(job({ search: 'random', trials: 6, param: ['fast=2:30', 'slow=31:90'] }))
  assert.deepEqual([found.trials.done, found.search.seed], [6, 1])
})

test('risk settings can be searched', async () => {
  const found = await run(job({ param: ['risk.stopLossPercent=0.5,5', 'fast=4,8'] }))
  assert.equal(found.trials.refused, 0)
  assert.equal(new Set(found.best.map(({ stats }) => stats.finalEquity)).size, 4)
})

test('stopped, it answers with what is done; gone on from, it comes to the same as one that was never stopped', async () => {
  const file = path.join(root, 'trials.jsonl')
  const stop = new AbortController()
  const progress = (done: number) => done >= 5 && stop.abort(new Error('stopped'))
  const part = await run(job({ resume: file }, { signal: stop.signal, progress }))
  assert.equal(part.stopped, true)
  assert.ok(part.trials.done >= 5 && part.trials.done < 15, `${part.trials.done} of 15 were done`)
  // A kill may tear the last line.
  truncateSync(file, readFileSync(file).length - 20)
  let first = -1
  const seen = (done: number) => {
    if (first < 0) first = done
  }
  const rest = await run(job({ resume: file }, { progress: seen }))
  assert.equal(first, part.trials.done - 1, 'only what was torn is done again')
  assert.deepEqual(rest, grid)
  assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 16)
  await assert.rejects(run(job({ resume: file, fee: '0.1%' })), /--resume: .*: its trials are of another search/)
})

test('a page without scripts, a table of all trials, and the ranking in the terminal', async () => {
  const [html, output] = [path.join(root, 'page.html'), path.join(root, 'trials.csv')]
  const answer = await run(job({ html, output, holdout: 30 }))
  const page = readFileSync(html, 'utf8')
  assert.ok(!page.includes('<script') && /class="heat"/.test(page))
  const lines = readFileSync(output, 'utf8').trim().split('\n')
  assert.equal(lines.length, 1 + 15 + answer.best.length)
  const text = show(answer, { width: 100, colour: false })
  assert.match(text, /^btc · sma-cross\n/)
  assert.match(text, /\n *# +FAST +SLOW +SHARPE RATIO +RETURN % +DRAWDOWN % +TRADES/)
  assert.match(text, /Deflated Sharpe ratio: 0\.\d{3}\n/)
  assert.match(text, /Written: .*page\.html/)
})

const refused: [what: string, flags: Partial<OptimiseInput>, error: RegExp][] = [
  ['nothing to search', { param: [] }, /^--param is missing/],
  ['one point', { param: ['fast=5'] }, /^one single point is no search/],
  ['an unknown parameter', { param: ['quick=1:5'] }, /^--param: the strategy has no parameter "quick"/],
  ['a risk setting out of range', { param: ['risk.maxPositions=0:2'] }, /^--param risk\.maxPositions: /],
  ['half a walk-forward', { inSample: '10d' }, /^--in-sample and --out-of-sample belong together/],
  ['two ways to hold back', { inSample: '10d', outOfSample: '5d', holdout: 20 }, /^--holdout and --out-of-sample/],
  ['windows longer than the data', { inSample: '1y', outOfSample: '30d' }, /longer than the 125 days/],
  ['a heat map of one', { heat: 'fast' }, /^--heat "fast" must name two of fast, slow/],
  ['no strategy', { strategy: undefined }, /^--strategy is missing/],
  [
    'points that are all refused',
    { param: ['fast=70:90:10', 'slow=20:60:20'] },
    /^the strategy refuses every point: sma-cross: fast/,
  ],
  ['a file of something else', { resume: data }, /^--resume: .*: it is not a file of trials/],
]
for (const [what, flags, error] of refused) {
  test(`${what}: one clear line`, () =>
    assert.rejects(run(job(flags)), (thrown: Error) => error.test(thrown.message) && thrown.name === 'BadInput'))
}
