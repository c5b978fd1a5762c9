// A backtest: the core between a feed of candles and a paper venue. Nothing is collected; what is found goes to the sink.
import { BadInput } from '../../../core/bad-input.js'
import { messageOf } from '../../../core/errors.js'
import { TooLarge } from '../core/exact.js'
import { readParameters } from '../strategies/parameters.js'
import { chunksOf } from './candle-input.js'
import { PLAIN_INSTRUMENT } from './plain-instrument.js'
import { Run } from './run.js'
import type { BacktestInput, BacktestResult } from './types.js'

/** How many candles are done between two looks at the signal and the progress. */
const CANDLES_AT_ONCE = 1 << 15

/** Runs a strategy over candles. BadInput for settings that cannot be run; the data's problems go to the sink. */
export async function backtest(input: BacktestInput): Promise<BacktestResult> {
  const instrument = { ...PLAIN_INSTRUMENT, ...input.instrument }
  const run = new Run({ ...input, instrument }, await readParameters(input.strategy, input.parameters ?? {}))
  for await (const columns of chunksOf(input.candles)) {
    for (let row = 0; row < columns.length; row += CANDLES_AT_ONCE) {
      if (input.signal?.aborted) return run.finish(true)
      naming(run, () => run.chunk(columns, row, Math.min(columns.length, row + CANDLES_AT_ONCE)))
      await input.progress?.(run.candles)
    }
  }
  return run.finish(input.signal?.aborted ?? false)
}

/** Tick, lot and cash are what a person gave; a strategy is somebody's code, who must find the candle at which it threw. */
function naming(run: Run, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (error instanceof TooLarge) throw new BadInput(error.message, '--set instrument.tick=0.01 and the like')
    if (error instanceof BadInput) throw error
    throw new Error(`${run.where}: ${messageOf(error)}`, { cause: error })
  }
}
