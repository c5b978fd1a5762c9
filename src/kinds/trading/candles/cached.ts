// What a backtest reads of the cache: column chunks in order, never more than one in memory, and what the venue said of the
// contract (its steps of price and size, its smallest order).
import { existsSync } from 'node:fs'
import { BadInput } from '../../../core/bad-input.js'
import { cacheFile, openCache } from './cache/cache.js'
import type { CandleColumns } from './candle.js'
import type { Instrument, VenueName } from './venues/venue.js'

export interface CachedCandles {
  /** For people: `binanceusdm BTC/USDT:USDT`. */
  name: string
  /** Openings of the first and the last candle that are here, ms since the epoch. */
  first: number
  last: number
  candles: number
  instrument: Instrument
  /** Openings from `from` to before `until`, ms; may be read again. */
  chunks(range: { from: number; until: number }): Generator<CandleColumns, void, void>
  close(): void
}

export interface CachedWish {
  /** Of the kind's jobs: `job.dirs.data`. */
  dataDir: string
  venue: string
  /** As ccxt writes it, or the venue's own. */
  symbol: string
  timeframe: string
}

/** Whoever opens it closes it. @throws BadInput when nothing of it was downloaded yet; the hint has the command */
export function openCachedCandles({ dataDir, venue, symbol, timeframe }: CachedWish): CachedCandles {
  const file = cacheFile(dataDir)
  const missing = () => {
    const command = `frota trading candles --venue ${venue} --symbol ${symbol} --timeframe ${timeframe} --from …`
    return new BadInput(`no candles of ${venue} ${symbol} ${timeframe} are here`, `${command} downloads them`)
  }
  if (!existsSync(file)) throw missing()
  const cache = openCache(file)
  try {
    const name = symbol.toUpperCase()
    const series = cache
      .all()
      .filter((one) => one.venue === (venue as VenueName) && one.timeframe === timeframe)
      .find((one) => one.symbol === name || one.native.toUpperCase() === name)
    const held = series && cache.held(series)
    if (!held || held.first === null || held.last === null) throw missing()
    return {
      name: `${series.venue} ${series.symbol}`,
      first: held.first,
      last: held.last,
      candles: held.candles,
      instrument: series.instrument,
      *chunks({ from, until }) {
        // SQLite takes no infinity for a whole number.
        const span = { from: Math.max(from, held.first ?? 0), to: Math.min(until, (held.last ?? 0) + 1) }
        for (const chunk of cache.chunks(series, span)) if (chunk.length > 0) yield chunk
      },
      close: cache.close,
    }
  } catch (error) {
    cache.close()
    throw error
  }
}
