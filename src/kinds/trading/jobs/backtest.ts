// The job `backtest`: candles and flags in, a result out that `--json` prints whole; beside it the files that were asked for.
import type { JobContext, JobScreen } from '../../job.js'
import { answerOf, type BacktestAnswer } from '../backtest/answer.js'
import { measuredBacktest } from '../backtest/measured.js'
import { writeReport } from '../backtest/report/report.js'
import { readFill, readRisk } from '../core/settings-schema.js'
import type { AnyStrategy } from '../core/strategy.js'
import type { BacktestJobInput } from './backtest-input.js'
import { texts as t } from './backtest-texts.js'
import { type CandleSource, openSource } from './candle-source.js'
import { withSettings } from './instrument.js'
import { readWish, type Wish } from './settings.js'
import { needStrategy, throwIfBadParameters } from './strategy.js'
import { type Summary, summaryText } from './summary.js'
import { equityWriter, openTargets, type Targets, writeTrades } from './targets.js'

/** What people are shown besides, of the answers that this process gave: `--json` prints no more than it promises. */
const summaries = new WeakMap<BacktestAnswer, Summary>()

export async function run(job: JobContext<BacktestJobInput>): Promise<BacktestAnswer> {
  const { input, dirs } = job
  const wish = readWish(input)
  const strategy = await needStrategy(wish.strategy, job)
  await throwIfBadParameters(strategy, wish.parameters, wish.where)
  const source = await openSource(input, wish, dirs.data)
  try {
    const { equity, trades, html, data, config } = input
    const targets = openTargets({ equity, trades, html }, { data: data?.path, config: config?.path })
    try {
      return await answered(job, { wish, strategy, source, targets })
    } finally {
      targets.drop()
    }
  } finally {
    source.close()
  }
}

interface Parts {
  wish: Wish
  strategy: AnyStrategy
  source: CandleSource
  targets: Targets
}

async function answered({ signal, progress }: JobContext<BacktestJobInput>, parts: Parts): Promise<BacktestAnswer> {
  const { wish, strategy, source, targets } = parts
  const [risk, fill] = [readRisk(wish.risk, wish.where), readFill(wish.fill, wish.where)]
  const equity = targets.draft('equity')
  let [done, total] = [0, 0]
  const measured = await measuredBacktest({
    candles: source.read((now, all) => {
      done = now
      total = all
    }),
    timeframe: source.timeframe,
    instrument: withSettings(source.instrument, wish.instrument),
    strategy,
    parameters: wish.parameters,
    risk,
    fill,
    sink: equity ? { equity: equityWriter(equity) } : {},
    signal,
    progress: () => progress(done, total, t.progress),
  })
  signal.throwIfAborted()
  const quality = source.quality()
  const answer = answerOf(source, quality, measured)
  const trades = targets.draft('trades')
  if (trades) writeTrades(trades, measured.trades)
  const html = targets.draft('html')
  const settings = { fill: { ...fill }, risk: { ...risk } }
  if (html) await writeReport(html, { answer, measured, quality, settings, candles: () => source.read(), signal })
  signal.throwIfAborted()
  summaries.set(answer, { measured, quality, written: targets.keep() })
  return answer
}

export const show = (answer: BacktestAnswer, screen: JobScreen): string =>
  summaryText(answer, summaries.get(answer), screen)
