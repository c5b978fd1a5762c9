// Where a backtest's candles come from: a CSV file, or the cache of `frota trading candles`; from one time to another, with their
// quality looked at on the way. They can be read again, for the report's chart.
import { BadInput } from '../../../core/bad-input.js'
import { PLAIN_INSTRUMENT } from '../backtest/plain-instrument.js'
import { openCachedCandles } from '../candles/cached.js'
import type { CandleColumns } from '../candles/candle.js'
import { readCsvCandles } from '../candles/csv.js'
import { type DataQuality, openQuality, timeframeIn } from '../candles/quality.js'
import { timeframeMs } from '../candles/timeframe.js'
import type { Instrument } from '../core/types.js'
import type { BacktestJobInput } from './backtest-input.js'
import { texts as t } from './backtest-texts.js'
import { ofVenue } from './instrument.js'
import type { Wish } from './settings.js'
import { endOf, momentOf } from './times.js'

export interface CandleSource {
  /** For people: the file's name, or venue and symbol. */
  name: string
  /** As far as the source knows it. */
  instrument: Instrument
  /** How long a candle is. */
  timeframe: string
  /** @param tell how far it is, of how much */
  read(tell?: (done: number, total: number) => void): AsyncGenerator<CandleColumns, void, void>
  /** Of what the last whole reading gave. */
  quality(): DataQuality
  close(): void
}

type Source = Omit<CandleSource, 'read' | 'quality' | 'timeframe'> & {
  timeframe: string | undefined
  candles(tell: (done: number, total: number) => void): AsyncIterable<CandleColumns> | Iterable<CandleColumns>
}

/** Whoever opens it closes it. @throws BadInput, naming the flag */
export async function openSource(
  input: Pick<BacktestJobInput, 'data'>,
  wish: Wish,
  dataDir: string,
): Promise<CandleSource> {
  const range = rangeOf(wish)
  if (input.data && wish.venue !== undefined) throw new BadInput(t.twoSources)
  const source = input.data ? fromFile(input.data, wish) : fromCache(wish, dataDir, range)
  try {
    return ranged({ ...source, timeframe: await timeframeFor(source, wish) }, range)
  } catch (thrown) {
    source.close()
    throw thrown
  }
}

function fromFile(data: { name: string; path: string }, wish: Wish): Source {
  const { name, path } = data
  return {
    name,
    instrument: { ...PLAIN_INSTRUMENT, symbol: wish.symbol ?? name.replace(/\.[a-z]+$/i, '') },
    timeframe: wish.timeframe,
    candles: (tell) =>
      readCsvCandles({ path, name, flag: '--data' }, ({ bytes, totalBytes }) => tell(bytes, totalBytes)),
    close: () => undefined,
  }
}

function fromCache({ venue, symbol, timeframe }: Wish, dataDir: string, range: Range): Source {
  if (venue === undefined) throw new BadInput(t.noCandles)
  if (symbol === undefined) throw new BadInput(t.needsWith('--symbol'))
  if (timeframe === undefined) throw new BadInput(t.needsWith('--timeframe'))
  const cached = openCachedCandles({ dataDir, venue, symbol, timeframe })
  const from = Math.max(range.from, cached.first)
  const until = Math.min(range.until, cached.last + 1)
  return {
    name: cached.name,
    instrument: ofVenue(cached.instrument),
    timeframe,
    *candles(tell) {
      for (const chunk of cached.chunks({ from, until })) {
        tell((chunk.at[chunk.length - 1] ?? from) - from, until - from)
        yield chunk
      }
    },
    close: cached.close,
  }
}

interface Range {
  from: number
  /** The first time that is not wanted any more. */
  until: number
}

function rangeOf({ from, to }: Wish): Range {
  const range = {
    from: from === undefined ? Number.NEGATIVE_INFINITY : momentOf('--from', from),
    until: to === undefined ? Number.POSITIVE_INFINITY : endOf('--to', to),
  }
  if (range.from >= range.until) throw new BadInput(t.emptyRange(from ?? '', to ?? ''))
  return range
}

function ranged(source: Source & { timeframe: string }, range: Range): CandleSource {
  let quality = openQuality(source.timeframe)
  return {
    ...source,
    async *read(tell = () => undefined) {
      quality = openQuality(source.timeframe)
      let isAny = false
      for await (const chunk of source.candles(tell)) {
        if ((chunk.at[0] as number) >= range.until) break
        const cut = within(chunk, range)
        if (cut.length === 0) continue
        isAny = true
        quality.take(cut)
        yield cut
      }
      if (!isAny) throw new BadInput(t.noneInRange(source.name))
    },
    quality: () => quality.result(),
  }
}

/** The same arrays, seen from the first wanted row to the last. */
function within(chunk: CandleColumns, { from, until }: Range): CandleColumns {
  const { length, at } = chunk
  if ((at[0] as number) >= from && (at[length - 1] as number) < until) return chunk
  let [first, end] = [0, length]
  while (first < end && (at[first] as number) < from) first++
  while (end > first && (at[end - 1] as number) >= until) end--
  const seen = (column: Float64Array) => column.subarray(first, end)
  return {
    length: end - first,
    at: seen(at),
    open: seen(chunk.open),
    high: seen(chunk.high),
    low: seen(chunk.low),
    close: seen(chunk.close),
    volume: seen(chunk.volume),
  }
}

/** What was said, else by the first candles: a file says nothing of it. */
async function timeframeFor(source: Source, { timeframe, where }: Wish): Promise<string> {
  const said = timeframe === undefined ? undefined : lengthOf(timeframe, where)
  const found = await firstTimeframe(source)
  if (timeframe === undefined || said === undefined) {
    if (found === undefined) throw new BadInput(t.noTimeframe(source.name), t.timeframeHint)
    return found
  }
  // Candles that are further apart than they are long are gaps, and are told as that; nearer ones would lie in each other.
  if (found !== undefined && timeframeMs(found) < said)
    throw new BadInput(t.tooLong(source.name, found, timeframe), t.tooLongHint)
  return timeframe
}

function lengthOf(timeframe: string, where: string): number {
  try {
    return timeframeMs(timeframe)
  } catch (thrown) {
    if (!(thrown instanceof BadInput)) throw thrown
    throw new BadInput(t.badTimeframe(where === '--set ' ? '--timeframe' : `${where}timeframe`, thrown.message))
  }
}

async function firstTimeframe({ candles }: Source): Promise<string | undefined> {
  for await (const chunk of candles(() => undefined)) return timeframeIn(chunk)
  return undefined
}
