// What is here: looked at, read through, removed.
import { BadInput } from '../../../core/bad-input.js'
import type { Json, JsonObject } from '../../../core/json.js'
import type { JobContext } from '../../job.js'
import { type CandleCache, CHUNK_CANDLES, type Held, type Series } from '../candles/cache/cache.js'
import { type Span, within, without } from '../candles/cache/spans.js'
import { problemIn } from '../candles/cache/verify.js'
import { holesIn } from '../candles/download/clean.js'
import { lengthOf } from '../candles/venues/timeframes.js'
import type { CandlesInput } from './candles-input.js'
import { texts as t } from './candles-texts.js'
import { seriesHere, wholeRange } from './candles-which.js'

const iso = (at: number) => new Date(at).toISOString()

export function listCandles(input: CandlesInput, cache: CandleCache): JsonObject {
  const span = wholeRange(input)
  return { action: 'ls', series: seriesHere(input, cache).map((one) => seriesState(one, cache, span)) }
}

/** What is here of a stretch of time. A gap is a time that the venue was asked for, between candles that are here. */
export function seriesState(series: Series, cache: CandleCache, span: Span): JsonObject {
  const length = lengthOf(series.timeframe)
  const held = cache.held(series)
  const { candles, first, last, holes } = gapless(held, span, length) ?? readThrough(series, cache, span)
  const asked = cache.asked(series)
  const [gaps, left] = [holes.flatMap((hole) => within(asked, hole)), holes.flatMap((hole) => without(hole, asked))]
  const shown = ({ from, to }: Span): Json => ({ from: iso(from), to: iso(to - length), candles: (to - from) / length })
  const { venue, symbol, native, timeframe } = series
  return {
    venue,
    symbol,
    native,
    timeframe,
    /** Openings of the first and the last. */
    from: candles === 0 ? null : iso(first),
    to: candles === 0 ? null : iso(last),
    candles,
    missing: gaps.reduce((sum, { from, to }) => sum + (to - from) / length, 0),
    gaps: gaps.map(shown),
    /** Between the first and the last, and never asked for. */
    notDownloaded: left.map(shown),
    bytes: held.bytes,
  }
}

/** As many as fit between the first and the last: there is no gap, and nothing has to be read to know it. */
function gapless({ candles, first, last }: Held, span: Span, length: number): Seen | null {
  if (first === null || last === null || first < span.from || last >= span.to) return null
  return candles === (last - first) / length + 1 ? { candles, first, last, holes: [] } : null
}

interface Seen {
  candles: number
  first: number
  last: number
  holes: Span[]
}

function readThrough(series: Series, cache: CandleCache, span: Span): Seen {
  const length = lengthOf(series.timeframe)
  const holes: Span[] = []
  let [candles, first, last] = [0, Number.NaN, Number.NaN]
  for (const { at, length: count } of cache.chunks(series, span)) {
    if (count === 0) continue
    const from = candles === 0 ? (at[0] as number) : last + length
    holes.push(...holesIn(at, { from, to: (at[count - 1] as number) + length }, length))
    if (candles === 0) first = at[0] as number
    last = at[count - 1] as number
    candles += count
  }
  return { candles, first, last, holes }
}

/** Reads everything; what is damaged is forgotten, so that the next download fetches it again. */
export async function verifyCandles(job: JobContext<CandlesInput>, cache: CandleCache): Promise<JsonObject> {
  const all = seriesHere(job.input, cache)
  const rows: JsonObject[] = []
  const total = all.reduce((sum, one) => sum + cache.held(one).candles, 0)
  let done = 0
  for (const series of all) {
    const damaged: JsonObject[] = []
    const width = CHUNK_CANDLES * lengthOf(series.timeframe)
    const forgotten: Span[] = []
    for (const chunk of cache.stored(series)) {
      job.signal.throwIfAborted()
      const problem = problemIn(chunk, series.timeframe)
      const span = { from: chunk.slot * width, to: (chunk.slot + 1) * width }
      if (problem !== null) {
        damaged.push({ from: iso(span.from), to: iso(span.to), problem })
        forgotten.push(span)
      }
      done += chunk.candles
      await job.progress(done, total, `${series.symbol} ${series.timeframe}`)
    }
    for (const span of forgotten) cache.forget(series, span)
    rows.push({ ...seriesState(series, cache, wholeRange(job.input)), damaged })
  }
  return { action: 'verify', series: rows }
}

export function removeCandles(input: CandlesInput, cache: CandleCache): JsonObject {
  const { venue, symbol, timeframe, all } = input
  if (!all && venue === undefined && symbol.length === 0 && timeframe.length === 0) throw new BadInput(t.removeWhat)
  const removed = seriesHere(input, cache)
  for (const series of removed) cache.remove(series)
  return { action: 'rm', removed: removed.map(({ venue, symbol, timeframe }) => ({ venue, symbol, timeframe })) }
}
