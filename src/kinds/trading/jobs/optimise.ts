// The job `optimise`: many backtests on all cores, ranked, with what speaks against believing them.
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { BadInput } from '../../../core/bad-input.js'
import type { JobContext, JobScreen } from '../../job.js'
import { type OptimiseAnswer, optimiseAnswer } from '../backtest/optimise/answer.js'
import { heatMapOf } from '../backtest/optimise/heat-map.js'
import { optimisePage } from '../backtest/optimise/page.js'
import { optimiseTexts } from '../backtest/optimise/page-texts.js'
import { openPool } from '../backtest/optimise/pool.js'
import type { WorkerSetup } from '../backtest/optimise/protocol.js'
import type { Answered } from '../backtest/optimise/results.js'
import { search } from '../backtest/optimise/search.js'
import { extentOf, type SharedBlock, sharedCandles } from '../backtest/optimise/shared-candles.js'
import { fingerprintOf, openTrialsFile } from '../backtest/optimise/trials-file.js'
import { readFill, readRisk } from '../core/settings-schema.js'
import { type CandleSource, openSource } from './candle-source.js'
import { withSettings } from './instrument.js'
import type { OptimiseInput } from './optimise-input.js'
import { type Planned, plannedSearch } from './optimise-plan.js'
import { optimiseSummary } from './optimise-show.js'
import { texts as t } from './optimise-texts.js'
import { readWish, type Wish } from './settings.js'
import { needStrategy } from './strategy.js'
import { openTargets, type Targets } from './targets.js'
import { writeTrials } from './trials-csv.js'

/** 48 bytes each, once for all workers. */
const MOST_CANDLES = 20_000_000
const written = new WeakMap<OptimiseAnswer, string[]>()

export async function run(job: JobContext<OptimiseInput>): Promise<OptimiseAnswer> {
  const { input, dirs } = job
  const wish = readWish(input)
  const source = await openSource(input, wish, dirs.data)
  try {
    const { html, output, data, config, resume } = input
    const read = { data: data?.path, config: config?.path, resume: resume && path.resolve(resume) }
    const targets = openTargets({ html, output }, read)
    try {
      return await answered(job, wish, source, targets)
    } finally {
      targets.drop()
    }
  } finally {
    source.close()
  }
}

async function answered(
  job: JobContext<OptimiseInput>,
  wish: Wish,
  source: CandleSource,
  targets: Targets,
): Promise<OptimiseAnswer> {
  const tooMany = () => new BadInput(t.tooManyCandles(MOST_CANDLES), t.tooManyCandlesHint)
  const blocks = await sharedCandles(source.read(), MOST_CANDLES, tooMany)
  const found = await searched(job, wish, source, blocks)
  const answer = optimiseAnswer(found)
  targets.draft('html')?.write(optimisePage(answer, heatMapOf(found, heatNames(job.input.heat, found))))
  const csv = targets.draft('output')
  if (csv) writeTrials(csv, found)
  written.set(answer, targets.keep())
  return answer
}

export const show = (answer: OptimiseAnswer, screen: JobScreen): string =>
  optimiseSummary(answer, screen, written.get(answer) ?? [])

async function searched(
  job: JobContext<OptimiseInput>,
  wish: Wish,
  source: CandleSource,
  blocks: SharedBlock[],
): Promise<Answered> {
  const { input, signal, modules } = job
  const strategy = await needStrategy(wish.strategy, job)
  const extent = extentOf(blocks)
  if (!extent) throw new BadInput(t.nothingToSearch)
  const planned = await plannedSearch(input, wish, strategy, { from: extent.first, until: extent.last + 1 })
  heatNames(input.heat, planned) // told before an hour of work
  const setup: WorkerSetup = {
    blocks,
    timeframe: source.timeframe,
    instrument: withSettings(source.instrument, wish.instrument),
    strategy: wish.strategy ?? '',
    strategyFiles: [...modules.strategies],
    parameters: wish.parameters,
    risk: readRisk(wish.risk, wish.where),
    fill: readFill(wish.fill, wish.where),
    warmUp: input.warmUp,
  }
  const file =
    input.resume === undefined ? null : openTrialsFile(path.resolve(input.resume), fingerprint(setup, planned))
  const pool = openPool(Math.min(input.workers ?? availableParallelism(), planned.points.length), setup, signal)
  try {
    const progress = (done: number, total: number, best: number | null) =>
      void job.progress(done, total, optimiseTexts.progress(best === null ? null : best.toFixed(2)))
    const { folds, stopped } = await search(planned, { pool, file, progress, signal })
    const refused = folds.flatMap(({ outcomes }) => outcomes.filter((one) => one !== undefined))
    const [first] = refused
    if (first && 'refused' in first && refused.every((one) => 'refused' in one))
      throw new BadInput(t.allRefused(first.refused))
    const { candles } = extent
    const { symbol } = setup.instrument
    return {
      ...planned,
      strategy: strategy.name,
      fixed: wish.parameters,
      data: {
        source: source.name,
        symbol,
        timeframe: source.timeframe,
        from: iso(extent.first),
        to: iso(extent.last),
        candles,
      },
      folds,
      top: input.top,
      stopped,
    }
  } finally {
    await pool.close()
    file?.close()
  }
}

/** Of all that decides what a trial comes to. */
function fingerprint({ blocks, ...setup }: WorkerSetup, { points, folds }: Planned): string {
  const code = setup.strategyFiles.map((file) => readFileSync(file))
  return fingerprintOf({ setup, points, folds }, [...code, ...blocks.map(({ buffer }) => new Uint8Array(buffer))])
}

/** @throws BadInput for what names no two of them */
function heatNames(
  text: string | undefined,
  { dimensions }: Pick<Answered, 'dimensions'>,
): [string, string] | undefined {
  if (text === undefined) return undefined
  const known = dimensions.filter(({ values }) => values.length > 1).map(({ name }) => name)
  const [across = '', down = '', more] = text.split(',').map((name) => name.trim())
  if (more !== undefined || across === down || !known.includes(across) || !known.includes(down))
    throw new BadInput(t.badHeat(text, known))
  return [across, down]
}

const iso = (at: number) => new Date(at).toISOString()
