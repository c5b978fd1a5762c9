// Binance's public archives, data.binance.vision: a zip for each month and one for each day, with the SHA-256 beside it.
// They cost none of the venue's limit. Months have holes that the venue itself does not have, so these are asked for by
// REST afterwards (binance/binance-public-data, issues 192, 297, 304, 440).
import { createHash } from 'node:crypto'
import type { Row } from '../cache/columns.js'
import type { Span } from '../cache/spans.js'
import { BadAnswer, rowFrom } from './reading.js'
import { lengthOf, type Timeframe } from './timeframes.js'
import type { Instrument } from './venue.js'
import { BadZip, onlyFileIn } from './zip.js'

export const ARCHIVE_URL = 'https://data.binance.vision'
/** A month of minutes has 5 MB. */
const MOST_CSV_BYTES = 256 * 1024 * 1024
const DAY_MS = 86_400_000
/** What fits into two answers is not worth an archive. */
const MONTH_FROM_CANDLES = 2000
const DAY_FROM_CANDLES = 480

export interface Archive extends Span {
  is: 'month' | 'day'
  path: string
}

export interface Piece extends Span {
  /** In the order in which they are tried; empty: by REST at once. */
  archives: Archive[]
}

/** A stretch of time cut into what there may be archives for and what there is none for. Pure. */
export function piecesOf(span: Span, { native }: Instrument, timeframe: Timeframe, nowMs: number): Piece[] {
  const length = lengthOf(timeframe)
  const pieces: Piece[] = []
  for (let from = span.from; from < span.to; ) {
    const month = monthAround(from)
    const to = Math.min(month.to, span.to)
    // The first month of a contract has no whole month of candles: its archive begins with the listing.
    const isMonth = to === month.to && (to - from) / length >= MONTH_FROM_CANDLES
    const isDays = DAY_MS / length >= DAY_FROM_CANDLES
    const months = isMonth ? [{ ...month, is: 'month' as const, path: monthPath(native, timeframe, month.from) }] : []
    if (isMonth) pieces.push({ from, to, archives: months })
    else if (isDays) pieces.push(...dayPieces({ from, to }, native, timeframe, nowMs))
    else pieces.push({ from, to, archives: [] })
    from = to
  }
  return pieces
}

/** Whole days, each by its archive; what is left at both ends by REST. */
export function dayPieces(span: Span, native: string, timeframe: Timeframe, nowMs: number): Piece[] {
  const [first, end] = [Math.ceil(span.from / DAY_MS) * DAY_MS, Math.floor(span.to / DAY_MS) * DAY_MS]
  if (first >= end) return [{ ...span, archives: [] }]
  const pieces: Piece[] = span.from < first ? [{ from: span.from, to: first, archives: [] }] : []
  for (let from = first; from < end; from += DAY_MS) {
    const day = { from, to: from + DAY_MS }
    // A day's archive is there on the next day.
    const isThere = day.to + DAY_MS <= nowMs
    pieces.push({ ...day, archives: isThere ? [{ ...day, is: 'day', path: dayPath(native, timeframe, from) }] : [] })
  }
  if (end < span.to) pieces.push({ from: end, to: span.to, archives: [] })
  return pieces
}

const pathOf = (kind: string, native: string, timeframe: string, when: string) =>
  `/data/futures/um/${kind}/klines/${native}/${timeframe}/${native}-${timeframe}-${when}.zip`
const monthPath = (native: string, timeframe: Timeframe, at: number) =>
  pathOf('monthly', native, timeframe, new Date(at).toISOString().slice(0, 7))
const dayPath = (native: string, timeframe: Timeframe, at: number) =>
  pathOf('daily', native, timeframe, new Date(at).toISOString().slice(0, 10))

function monthAround(atMs: number): Span {
  const date = new Date(atMs)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return { from: Date.UTC(year, month, 1), to: Date.UTC(year, month + 1, 1) }
}

/** `HASH  NAME.zip`, as sha256sum writes it. Null: there is no hash in it. */
export const hashIn = (checksum: string): string | null =>
  /^([0-9a-f]{64})\b/i.exec(checksum.trim())?.[1]?.toLowerCase() ?? null

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Candles of a zip whose hash was right. The newer ones have a line of titles. */
export function readArchive(zip: Buffer): Row[] {
  const lines = csvIn(zip).split('\n')
  const rows: Row[] = []
  for (const line of lines) {
    if (line.trim() === '' || line.startsWith('open_time')) continue
    const [at, open, high, low, close, volume] = line.split(',')
    rows.push(rowFrom(millisecondsOf(Number(at)), [open, high, low, close, volume]))
  }
  return rows
}

function csvIn(zip: Buffer): string {
  try {
    return onlyFileIn(zip, MOST_CSV_BYTES).toString('latin1')
  } catch (error) {
    if (error instanceof BadZip) throw new BadAnswer(error.message)
    throw error
  }
}

/** Binance's newer spot archives count in microseconds; should those of futures follow, nothing is read wrongly. */
const millisecondsOf = (at: number) => (at > 1e14 ? Math.floor(at / 1000) : at)
