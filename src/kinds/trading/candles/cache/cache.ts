// Candles on this machine: one SQLite file for all venues, in it chunks of columns. A transaction holds the candles and
// the note that the venue was asked for them, so that a kill leaves both or neither. docs/candles.md has what was
// measured against rows and against loose files.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import type { CandleColumns } from '../candle.js'
import { lengthOf, type Timeframe } from '../venues/timeframes.js'
import type { Instrument, VenueName } from '../venues/venue.js'
import { packed, unpacked } from './codec.js'
import { merged, placeOf, slice } from './columns.js'
import { CREATE, VERSION } from './schema.js'
import { joined, type Span } from './spans.js'

/** Openings that one chunk may hold: 65 kB of it are read and written at once. */
export const CHUNK_CANDLES = 8192

export interface SeriesKey {
  venue: VenueName
  /** The venue's own name. */
  native: string
  timeframe: Timeframe
}

export interface Series extends SeriesKey {
  id: number
  /** As ccxt writes it: `BTC/USDT:USDT`. */
  symbol: string
  instrument: Instrument
}

export interface Held {
  candles: number
  /** Openings of the first and the last, ms; null: none yet. */
  first: number | null
  last: number | null
  bytes: number
}

export type CandleCache = ReturnType<typeof openCache>

/** Where it lies in the directory of the kind's jobs. */
export const cacheFile = (dataDir: string): string => path.join(dataDir, 'candles', 'candles.db')

/** @param file made when it is missing, its directory too */
export function openCache(file: string) {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const db = new DatabaseSync(file, { timeout: 10_000 })
  try {
    prepare(db)
  } catch (error) {
    db.close()
    throw error
  }
  return { ...seriesOf(db), ...chunksOf(db), db, close: () => db.close() }
}

export class NewerCache extends Error {
  override readonly name = 'NewerCache'
}

function prepare(db: DatabaseSync) {
  // NORMAL: a kill loses nothing, and what a power cut takes is downloaded again.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
  const version = () => Number(db.prepare('PRAGMA user_version').get()?.user_version)
  if (version() === 0) {
    db.exec('PRAGMA auto_vacuum = INCREMENTAL; BEGIN IMMEDIATE')
    if (version() === 0) db.exec(CREATE) // not made by somebody else meanwhile
    db.exec('COMMIT')
  }
  if (version() !== VERSION) throw new NewerCache('the cache was written by a newer frota')
}

function seriesOf(db: DatabaseSync) {
  const columns = 'id, venue, native, symbol, timeframe, instrument'
  const toSeries = (row: Record<string, unknown>) =>
    ({ ...row, instrument: JSON.parse(String(row.instrument)) }) as unknown as Series
  const find = ({ venue, native, timeframe }: SeriesKey): Series | null => {
    const row = db
      .prepare(`SELECT ${columns} FROM series WHERE venue = ? AND native = ? AND timeframe = ?`)
      .get(venue, native, timeframe)
    return row ? toSeries(row) : null
  }
  return {
    find,
    /** The one that is there, with the instrument as it is now, or a new one. */
    series(instrument: Instrument, timeframe: Timeframe): Series {
      const { venue, native, symbol } = instrument
      db.prepare(
        `INSERT INTO series (venue, native, symbol, timeframe, instrument) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT (venue, native, timeframe) DO UPDATE SET symbol = excluded.symbol, instrument = excluded.instrument`,
      ).run(venue, native, symbol, timeframe, JSON.stringify(instrument))
      return find({ venue, native, timeframe }) as Series
    },
    all: (): Series[] =>
      db.prepare(`SELECT ${columns} FROM series ORDER BY venue, symbol, timeframe, native`).all().map(toSeries),
    held: ({ id }: Pick<Series, 'id'>): Held =>
      db
        .prepare(
          `SELECT coalesce(sum(candles), 0) AS candles, min(first_at) AS first, max(last_at) AS last,
                  coalesce(sum(length(data)), 0) AS bytes FROM chunk WHERE series = ?`,
        )
        .get(id) as unknown as Held,
    remove({ id }: Pick<Series, 'id'>) {
      db.prepare('DELETE FROM series WHERE id = ?').run(id)
      db.exec('PRAGMA incremental_vacuum; PRAGMA wal_checkpoint(TRUNCATE)')
    },
  }
}

function chunksOf(db: DatabaseSync) {
  const asked = ({ id }: Pick<Series, 'id'>): Span[] =>
    db
      .prepare('SELECT from_at, to_at FROM asked WHERE series = ? ORDER BY from_at')
      .all(id)
      .map(({ from_at, to_at }) => ({ from: Number(from_at), to: Number(to_at) }))

  /** Adds candles, newer ones over older ones, and the time that the venue has now been asked for, in one piece. */
  function put(series: Series, columns: CandleColumns, span: Span) {
    inTransaction(db, () => {
      const width = CHUNK_CANDLES * lengthOf(series.timeframe)
      for (let place = 0; place < columns.length; ) {
        const slot = Math.floor((columns.at[place] as number) / width)
        const end = placeOf(columns, (slot + 1) * width)
        putChunk(series, slot, slice(columns, place, end))
        place = end
      }
      const spans = joined([...asked(series), span])
      db.prepare('DELETE FROM asked WHERE series = ?').run(series.id)
      const add = db.prepare('INSERT INTO asked (series, from_at, to_at) VALUES (?, ?, ?)')
      for (const { from, to } of spans) add.run(series.id, from, to)
    })
  }

  function putChunk({ id }: Series, slot: number, columns: CandleColumns) {
    const row = db.prepare('SELECT data FROM chunk WHERE series = ? AND slot = ?').get(id, slot)
    const all = row ? merged(unpacked(row.data as Uint8Array), columns) : columns
    const data = packed(all)
    db.prepare(
      `INSERT OR REPLACE INTO chunk (series, slot, first_at, last_at, candles, crc, data) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(id, slot, all.at[0] as number, all.at[all.length - 1] as number, all.length, crc32(data), data)
  }

  return {
    asked,
    put,
    /** One chunk after the other, in order; each read when it is asked for. */
    *chunks({ id }: Pick<Series, 'id'>, { from, to }: Span): Generator<CandleColumns> {
      const select = db.prepare(
        'SELECT slot, data FROM chunk WHERE series = ? AND slot > ? AND last_at >= ? AND first_at < ? ORDER BY slot LIMIT 1',
      )
      // By its slot and not by a cursor: whoever reads slowly holds no transaction open.
      for (let slot = -Number.MAX_SAFE_INTEGER; ; ) {
        const row = select.get(id, slot, from, to)
        if (!row) return
        const columns = unpacked(row.data as Uint8Array)
        yield slice(columns, placeOf(columns, from), placeOf(columns, to))
        slot = Number(row.slot)
      }
    },
    /** What is stored of each chunk, for `verify`. */
    stored: ({ id }: Pick<Series, 'id'>) =>
      db
        .prepare(
          'SELECT slot, first_at AS first, last_at AS last, candles, crc, data FROM chunk WHERE series = ? ORDER BY slot',
        )
        .iterate(id) as IterableIterator<StoredChunk>,
    /** Forgets chunks and all that was asked in their time, so that the next download fetches it again. */
    forget(series: Series, span: Span) {
      inTransaction(db, () => {
        const width = CHUNK_CANDLES * lengthOf(series.timeframe)
        for (let slot = Math.floor(span.from / width); slot * width < span.to; slot++) {
          db.prepare('DELETE FROM chunk WHERE series = ? AND slot = ?').run(series.id, slot)
          forgetAsked(series, { from: slot * width, to: (slot + 1) * width })
        }
      })
    },
  }

  function forgetAsked(series: Series, gone: Span) {
    const left = asked(series).flatMap(({ from, to }) => [
      { from, to: Math.min(to, gone.from) },
      { from: Math.max(from, gone.to), to },
    ])
    db.prepare('DELETE FROM asked WHERE series = ?').run(series.id)
    const add = db.prepare('INSERT INTO asked (series, from_at, to_at) VALUES (?, ?, ?)')
    for (const { from, to } of joined(left)) add.run(series.id, from, to)
  }
}

export interface StoredChunk {
  slot: number
  first: number
  last: number
  candles: number
  crc: number
  data: Uint8Array
}

export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
