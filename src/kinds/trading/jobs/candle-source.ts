// Where a backtest's candles come from: a CSV file, or the cache of `frota trading candles`; from one time to another, with their
// quality looked at on the way. They can be read again, for the report's chart.
import { BadInput } from '../../../core/bad-input.js'
import type { CandleColumns } from '../candles/candle.js'
import { type CsvProgress, readCsvCandles } from '../candles/csv.js'
import { openTimeReader } from '../candles/csv-time.js'
import { type DataQuality, openQuality } from '../candles/quality.js'
import type { BacktestJobInput } from './backtest-input.js'
import { texts as t } from './backtest-texts.js'
import type { Wish } from './settings.js'

export interface CandleSource {
  /** For people: the file's name, or venue and symbol. */
  name: string
  symbol: string
  /** Where it is known before anything is read. */
  timeframe: string | undefined
  read(tell?: (progress: CsvProgress) => void): AsyncGenerator<CandleColumns, void, void>
  /** Of what the last whole reading gave. */
  quality(): DataQuality
}

/** @throws BadInput, naming the flag */
export function openSource({ data }: BacktestJobInput, wish: Wish): CandleSource {
  if (data && wish.venue !== undefined) throw new BadInput(t.twoSources)
  const range = rangeOf(wish)
  if (!data) throw new BadInput(t.noCandles)
  const flag = '--data'
  const symbol = wish.symbol ?? data.name.replace(/\.[a-z]+$/i, '')
  return sourceOf({
    name: data.name,
    symbol,
    timeframe: wish.timeframe,
    range,
    candles: (tell) => readCsvCandles({ path: data.path, name: data.name, flag }, tell),
  })
}

interface Range {
  from: number
  /** The first time that is not wanted any more. */
  until: number
}

function sourceOf(given: {
  name: string
  symbol: string
  timeframe: string | undefined
  range: Range
  candles(tell?: (progress: CsvProgress) => void): AsyncIterable<CandleColumns>
}): CandleSource {
  const { name, symbol, timeframe, range, candles } = given
  let quality = openQuality(timeframe)
  return {
    name,
    symbol,
    timeframe,
    async *read(tell) {
      quality = openQuality(timeframe)
      let isAny = false
      for await (const chunk of candles(tell)) {
        const cut = within(chunk, range)
        if (cut.length === 0) {
          if ((chunk.at[0] as number) >= range.until) break
          continue
        }
        isAny = true
        quality.take(cut)
        yield cut
      }
      if (!isAny) throw new BadInput(t.noneInRange(name))
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

const DAY_MS = 86_400_000
const DATE_CHARS = 10

function rangeOf({ from, to }: Wish): Range {
  const range = {
    from: from === undefined ? Number.NEGATIVE_INFINITY : timeOf('--from', from),
    until: to === undefined ? Number.POSITIVE_INFINITY : timeOf('--to', to) + (isDate(to) ? DAY_MS : 1),
  }
  if (range.from >= range.until) throw new BadInput(t.emptyRange(from ?? '', to ?? ''))
  return range
}

const isDate = (text: string) => text.trim().length <= DATE_CHARS && /[-/]/.test(text)

function timeOf(flag: string, text: string): number {
  const bytes = Buffer.from(text.trim())
  const time = openTimeReader().read(bytes, 0, bytes.length)
  if (Number.isNaN(time)) throw new BadInput(t.notTime(flag, text), t.timeHint)
  return time
}
