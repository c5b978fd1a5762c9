// The job `backtest`: candles and flags in, a result out that `--json` prints whole; beside it the files that were asked for.
import { BadInput } from '../../../core/bad-input.js'
import type { JobContext, JobScreen } from '../../job.js'
import { answerOf, type BacktestAnswer } from '../backtest/answer.js'
import { measuredBacktest } from '../backtest/measured.js'
import { writeReport } from '../backtest/report/report.js'
import { timeframeIn } from '../candles/quality.js'
import type { FillModel, RiskSettings } from '../core/settings.js'
import type { BacktestJobInput } from './backtest-input.js'
import { texts as t } from './backtest-texts.js'
import { type CandleSource, openSource } from './candle-source.js'
import { instrumentOf } from './instrument.js'
import { readWish } from './settings.js'
import { needStrategy } from './strategy.js'
import { type Summary, summaryText } from './summary.js'
import { equityWriter, openTargets, writeTrades } from './targets.js'

/** What people are shown beside it, of the answers that this process gave. */
const summaries = new WeakMap<BacktestAnswer, Summary>()

export async function run(job: JobContext<BacktestJobInput>): Promise<BacktestAnswer> {
  const { input, signal, progress } = job
  const wish = readWish(input)
  const strategy = await needStrategy(wish.strategy, job)
  const source = openSource(input, wish)
  const timeframe = source.timeframe ?? (await timeframeOf(source))
  const targets = openTargets({ equity: input.equity, trades: input.trades, html: input.html })
  try {
    const equityDraft = targets.draft('equity')
    const equity = equityDraft && equityWriter(equityDraft)
    let [read, total] = [0, 0]
    const measured = await measuredBacktest({
      candles: source.read((at) => {
        read = at.bytes
        total = at.totalBytes
      }),
      timeframe,
      instrument: instrumentOf(source.symbol, wish.instrument),
      strategy,
      parameters: wish.parameters,
      risk: wish.risk as Partial<RiskSettings>,
      fill: wish.fill as Partial<FillModel>,
      sink: equity ? { equity } : {},
      signal,
      progress: () => progress(read, total, t.progress),
    })
    signal.throwIfAborted()
    const answer = answerOf(source, source.quality(), measured)
    const tradesDraft = targets.draft('trades')
    if (tradesDraft) writeTrades(tradesDraft, measured.trades)
    const html = targets.draft('html')
    if (html)
      await writeReport(html, { answer, measured, quality: source.quality(), candles: () => source.read(), signal })
    signal.throwIfAborted()
    const written = targets.keep()
    summaries.set(answer, { measured, quality: source.quality(), written })
    return answer
  } finally {
    targets.drop()
  }
}

export const show = (answer: BacktestAnswer, screen: JobScreen): string =>
  summaryText(answer, summaries.get(answer), screen)

/** By its first candles. */
async function timeframeOf(source: CandleSource): Promise<string> {
  for await (const chunk of source.read()) {
    const found = timeframeIn(chunk)
    if (found !== undefined) return found
    break
  }
  throw new BadInput(t.noTimeframe(source.name), t.timeframeHint)
}
