// What is here as a CSV file that `frota trading backtest --data` and others read.
import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { BadInput } from '../../../core/bad-input.js'
import { messageOf } from '../../../core/errors.js'
import type { JsonObject } from '../../../core/json.js'
import { throwIfNotPuttable } from '../../../node/put-file.js'
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
  const draft = `${file}.${process.pid}.part`
  try {
    throwIfNotPuttable(file)
    const descriptor = openSync(draft, 'wx', 0o600)
    let candles = 0
    try {
      writeSync(descriptor, 'timestamp,open,high,low,close,volume\n')
      const { candles: total } = cache.held(series)
      for (const chunk of cache.chunks(series, wholeRange(input))) {
        signal.throwIfAborted()
        writeSync(descriptor, linesOf(chunk))
        candles += chunk.length
        await job.progress(candles, total, `${series.symbol} ${series.timeframe}`)
      }
    } finally {
      closeSync(descriptor)
    }
    renameSync(draft, file)
    return { action: 'export', file, candles }
  } catch (error) {
    rmSync(draft, { force: true })
    if (signal.aborted) throw error
    throw new BadInput(t.badOutput(input.output, messageOf(error)))
  }
}

function linesOf({ length, at, open, high, low, close, volume }: CandleColumns): string {
  let lines = ''
  for (let row = 0; row < length; row++)
    lines += `${at[row]},${open[row]},${high[row]},${low[row]},${close[row]},${volume[row]}\n`
  return lines
}
