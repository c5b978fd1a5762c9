// What is here as a CSV file that `frota trading backtest --data` and others read.
import path from 'node:path'
import { BadInput } from '../../../core/bad-input.js'
import { messageOf } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import { type Draft, openDraft } from '../../../node/put-file.js'
import type { JobContext } from '../../job.js'
import type { CandleCache } from '../candles/cache/cache.js'
import type { CandleColumns } from '../candles/candle.js'
import type { CandlesInput } from './candles-input.js'
import { texts as t } from './candles-texts.js'
import { seriesHere, wholeRange } from './candles-which.js'

export async function exportCandles(job: JobContext<CandlesInput>, cache: CandleCache): Promise<JsonObject> {
  const { input, signal, dirs } = job
  if (input.output === undefined) throw new BadInput(t.needsOutput)
  const [series, another] = seriesHere(input, cache)
  if (!series || another) throw new BadInput(t.oneAtATime, t.notHereHint)
  const file = path.resolve(dirs.cwd, input.output)
  const draft = draftAt(file, input.output)
  try {
    draft.write('timestamp,open,high,low,close,volume\n')
    const { candles: total } = cache.held(series)
    let candles = 0
    for (const chunk of cache.chunks(series, wholeRange(input))) {
      signal.throwIfAborted()
      draft.write(linesOf(chunk))
      candles += chunk.length
      await job.progress(candles, total, `${series.symbol} ${series.timeframe}`)
    }
    draft.keep()
    return { action: 'export', file, candles }
  } finally {
    draft.drop()
  }
}

function draftAt(file: string, given: string): Draft {
  try {
    return openDraft(file)
  } catch (thrown) {
    throw new BadInput(t.badOutput(given, messageOf(thrown)))
  }
}

function linesOf({ length, at, open, high, low, close, volume }: CandleColumns): string {
  let lines = ''
  for (let row = 0; row < length; row++)
    lines += `${at[row]},${open[row]},${high[row]},${low[row]},${close[row]},${volume[row]}\n`
  return lines
}
