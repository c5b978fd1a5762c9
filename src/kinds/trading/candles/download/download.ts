// The candles of one contract and one length: what is missing here is asked for, archives first where there are some, and
// every answer is kept at once together with the note that it was given. So a kill costs one answer, nothing comes twice,
// and a second run asks for what the first one did not get to.
import type { Log } from '../../../../core/log.js'
import type { CandleCache, Series } from '../cache/cache.js'
import { columnsFrom, type Row } from '../cache/columns.js'
import { type Span, without } from '../cache/spans.js'
import { ARCHIVE_URL, type Archive, dayPieces, type Piece, piecesOf } from '../venues/archive.js'
import { lengthOf, openingAt, openingFrom } from '../venues/timeframes.js'
import type { Venue } from '../venues/venue.js'
import type { Asker, Clock } from './ask.js'
import { cleaned, holesIn } from './clean.js'
import { fetchArchive } from './fetch-archive.js'

/** A candle may still change in the first moments after its end. */
const SETTLE_MS = 2_000
const DAY_MS = 86_400_000

export interface Downloading {
  cache: CandleCache
  venue: Venue
  asker: Asker
  /** Null: this venue has none, or a stand-in takes its place. */
  archiveUrl: string | null
  url: string
  clock: Clock
  signal: AbortSignal
  log: Log
  random(): number
  progress(candles: number, text: string): Promise<void>
}

export interface Downloaded {
  /** What was asked for, cut to what there can be: from the listing, to the last finished candle. */
  span: Span
  added: { archive: number; rest: number }
  /** Asked for, but the venue keeps nothing so old. */
  tooOld: Span | null
}

/** What can be had of a wish, and what of it is missing here. */
export interface Plan {
  span: Span
  missing: Span[]
  tooOld: Span | null
  /** Openings in what is missing. */
  candles: number
}

/** Pure. @param nowMs by the venue's clock */
export function planOf(
  series: Pick<Series, 'timeframe' | 'instrument'>,
  wanted: Span,
  asked: readonly Span[],
  venue: Pick<Venue, 'keepsCandles'>,
  nowMs: number,
): Plan {
  const { timeframe, instrument } = series
  const length = lengthOf(timeframe)
  const listed = instrument.listedAt ?? Number.NEGATIVE_INFINITY
  // The first candle opens before the listing, which lies in it.
  const from = wanted.from > listed ? openingFrom(timeframe, wanted.from) : openingAt(timeframe, listed)
  // Openings before the end that were asked for, of candles that are over.
  const to = Math.min(openingFrom(timeframe, wanted.to), openingAt(timeframe, nowMs - SETTLE_MS))
  const span = { from, to: Math.max(from, to) }
  // The unfinished one counts among those that the venue keeps.
  const oldest = venue.keepsCandles === null ? from : openingAt(timeframe, nowMs) - (venue.keepsCandles - 1) * length
  const all = without(span, asked)
  const missing = all.flatMap((one) => (one.to <= oldest ? [] : [{ from: Math.max(one.from, oldest), to: one.to }]))
  const old = all.filter((one) => one.from < oldest)
  const tooOld = old[0] ? { from: old[0].from, to: Math.min(oldest, old.at(-1)?.to ?? oldest) } : null
  return { span, missing, tooOld, candles: missing.reduce((sum, one) => sum + (one.to - one.from) / length, 0) }
}

/** Carries out a plan. Rejects with `NoAnswer` when the venue refuses; what came before stays. */
export async function download(series: Series, plan: Plan, parts: Downloading): Promise<Downloaded> {
  const { venue, archiveUrl } = parts
  const added = { archive: 0, rest: 0 }
  const venueNow = parts.asker.venueNow() ?? parts.clock.now()
  const length = lengthOf(series.timeframe)
  let done = 0
  const told = (at: Date) =>
    parts.progress(done, `${series.symbol} ${series.timeframe}, ${at.toISOString().slice(0, 10)}`)
  for (const span of plan.missing) {
    const pieces: Piece[] =
      archiveUrl !== null && venue.name === 'binanceusdm'
        ? piecesOf(span, series.instrument, series.timeframe, venueNow)
        : [{ ...span, archives: [] }]
    for (const piece of pieces) await take(piece)
  }
  return { span: plan.span, added, tooOld: plan.tooOld }

  async function take(piece: Piece): Promise<void> {
    const [archive] = piece.archives
    if (!archive) return byRest(piece)
    const rows = await inArchive(archive)
    if (rows) return keepArchive(piece, rows)
    // No month yet, or a damaged one: its days may be there.
    const isDays = archive.is === 'month' && DAY_MS / length >= 480
    const rest = isDays ? dayPieces(piece, series.native, series.timeframe, venueNow) : [{ ...piece, archives: [] }]
    for (const part of rest) await take(part)
  }

  async function inArchive(archive: Archive): Promise<Row[] | null> {
    const { clock, signal, log, random } = parts
    await parts.progress(done, `${series.symbol} ${series.timeframe}, archive ${archive.path.slice(-14, -4)}`)
    return fetchArchive({ url: archiveUrl ?? ARCHIVE_URL, clock, signal, log, random }, archive)
  }

  /** What the archive lacks is asked of the venue before anything is noted as answered. */
  async function keepArchive(piece: Piece, rows: Row[]) {
    const kept = clean(rows, piece)
    const holes = holesIn(
      kept.map(([at]) => at),
      piece,
      length,
    )
    let before = piece.from
    for (const hole of holes) {
      keep(kept, { from: before, to: hole.from }, 'archive')
      await byRest(hole)
      before = hole.to
    }
    keep(kept, { from: before, to: piece.to }, 'archive')
    await told(new Date(piece.from))
  }

  async function byRest(span: Span) {
    const { asker, url } = parts
    for (let from = span.from; from < span.to; ) {
      const page = { from, to: Math.min(span.to, from + venue.pageCandles * length) }
      const request = venue.candles(url, { instrument: series.instrument, timeframe: series.timeframe, ...page })
      const rows = await asker.ask(request, venue.readCandles)
      keep(clean(rows, page), page, 'rest')
      await told(new Date(page.from))
      from = page.to
    }
  }

  function clean(rows: readonly Row[], span: Span): Row[] {
    const { rows: good, bad } = cleaned(rows, span, series.timeframe)
    for (const { at, why } of bad.slice(0, 3)) {
      const when = Number.isFinite(at) ? new Date(at).toISOString() : 'at no time'
      parts.log.warn(`${venue.title} ${series.native} ${series.timeframe} ${when}: ${why}; left out`)
    }
    if (bad.length > 3) parts.log.warn(`${venue.title} ${series.native}: ${bad.length - 3} more were left out`)
    return good
  }

  function keep(rows: readonly Row[], span: Span, source: 'archive' | 'rest') {
    if (span.from >= span.to) return
    const mine = rows.filter(([at]) => at >= span.from && at < span.to)
    parts.cache.put(series, columnsFrom(mine), span)
    added[source] += mine.length
    done += (span.to - span.from) / length
  }
}
