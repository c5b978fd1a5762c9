// The download: one series after the other, so that a venue is asked one thing at a time.
import path from 'node:path'
import { BadInput } from '../../../core/bad-input.js'
import type { JsonObject } from '../../../core/json.js'
import { sleep } from '../../../node/waits.js'
import { type Lock, tryLock } from '../../../processes/lock.js'
import type { JobContext } from '../../job.js'
import type { CandleCache, Series } from '../candles/cache/cache.js'
import type { Span } from '../candles/cache/spans.js'
import { type Asker, type Clock, openAsker } from '../candles/download/ask.js'
import { openBudget } from '../candles/download/budget.js'
import { download, type Plan, planOf } from '../candles/download/download.js'
import { ARCHIVE_URL } from '../candles/venues/archive.js'
import { lengthOf, type Timeframe } from '../candles/venues/timeframes.js'
import type { Instrument, InstrumentsPage, Venue } from '../candles/venues/venue.js'
import { venueNamed } from '../candles/venues/venues.js'
import type { CandlesInput } from './candles-input.js'
import { seriesState } from './candles-keep.js'
import { texts as t } from './candles-texts.js'
import { instrumentNamed, rangeOf } from './candles-which.js'

const ASK_LOCK_EVERY_MS = 500

const systemClock: Clock = { now: () => Date.now(), sleep }

export async function getCandles(
  job: JobContext<CandlesInput>,
  cache: CandleCache,
  clock = systemClock,
): Promise<JsonObject> {
  const { input, signal, log } = job
  const { venue, symbols, timeframes } = asked(input)
  const url = endpointOf(input.endpoint) ?? venue.url
  const range = rangeOf(input)
  const random = Math.random
  const asker = openAsker({ venue, budget: openBudget(cache, venue), clock, signal, log, random })
  const rows: JsonObject[] = []
  try {
    const instruments = await allInstruments(asker, venue, url)
    // A name that is wrong is told before anything is downloaded.
    const wanted = symbols.map((text) => instrumentNamed(text, venue, instruments))
    for (const instrument of wanted) {
      for (const timeframe of timeframes) rows.push(await one(instrument, timeframe))
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  const { requests, waitedMs } = asker.counts
  return { action: 'get', series: rows, requests, waitedMs, stopped: signal.aborted }

  async function one(instrument: Instrument, timeframe: Timeframe): Promise<JsonObject> {
    const what = `${venue.name} ${instrument.symbol} ${timeframe}`
    const lock = await locked(what, `${venue.name}.${instrument.native}.${timeframe}`.replaceAll('/', '_'))
    try {
      const kept = cache.series(instrument, timeframe)
      const series = { ...kept, instrument: { ...instrument, listedAt: await beginning(kept) } }
      const plan = planOf(series, wish(series), cache.asked(series), venue, asker.venueNow() ?? clock.now())
      if (plan.tooOld) log.warn(t.tooOld(venue.title, what, new Date(plan.tooOld.to).toISOString()))
      const { added } = await download(series, plan, {
        cache,
        venue,
        asker,
        archiveUrl: input.archives ? (endpointOf(input.endpoint) ?? ARCHIVE_URL) : null,
        url,
        clock,
        signal,
        log,
        random,
        progress: (candles, text) => job.progress(candles, plan.candles, text),
      })
      return { ...seriesState(series, cache, plan.span), ...outcome(plan, added) }
    } finally {
      lock.release()
    }
  }

  /** Where the flags leave it open: from where what is here begins, or the listing; Hyperliquid's from what it keeps. */
  function wish(series: Series): Span {
    const to = range.to ?? asker.venueNow() ?? clock.now()
    const oldest = venue.keepsCandles === null ? 0 : to - (venue.keepsCandles - 1) * lengthOf(series.timeframe)
    const usual = cache.held(series).first ?? series.instrument.listedAt ?? oldest
    return { from: Math.min(range.from ?? usual, to), to }
  }

  /** When it was first traded, where that can matter; else its listing date, which may be later. */
  async function beginning(series: Series): Promise<number | null> {
    const { instrument, timeframe } = series
    const { first } = cache.held(series)
    const isKnown = range.from === null ? first !== null : range.from > (instrument.listedAt ?? 0)
    if (isKnown) return range.from === null ? first : instrument.listedAt
    if (venue.firstCandle === null) return instrument.listedAt
    const [oldest] = await asker.ask(venue.firstCandle(url, { instrument, timeframe }), venue.readCandles)
    return oldest ? oldest[0] : instrument.listedAt
  }

  /** One download of a series at a time: the second finds all that it wanted, and asks for nothing. */
  async function locked(what: string, name: string): Promise<Lock> {
    const file = path.join(job.dirs.data, 'candles', 'locks', `${name}.db`)
    for (let isTold = false; ; isTold = true) {
      const got = tryLock(file, 'frota trading candles')
      if ('release' in got) return got
      if (!isTold) log.info(t.waits(what, got.heldBy))
      await clock.sleep(ASK_LOCK_EVERY_MS, signal)
    }
  }
}

const outcome = ({ tooOld }: Plan, added: { archive: number; rest: number }): JsonObject => ({
  added: added.archive + added.rest,
  fromArchives: added.archive,
  tooOld: tooOld && { from: new Date(tooOld.from).toISOString(), to: new Date(tooOld.to).toISOString() },
})

/** @throws BadInput for what is missing */
function asked({ venue: name, symbol, timeframe }: CandlesInput): {
  venue: Venue
  symbols: string[]
  timeframes: Timeframe[]
} {
  if (name === undefined) throw new BadInput(t.missing('--venue'), t.missingHint('get'))
  if (symbol.length === 0) throw new BadInput(t.missing('--symbol'), t.missingHint('get'))
  if (timeframe.length === 0) throw new BadInput(t.missing('--timeframe'), t.missingHint('get'))
  const venue = venueNamed(name)
  for (const one of timeframe) {
    if (!venue.timeframes.has(one)) throw new BadInput(t.noTimeframe(venue.title, one, [...venue.timeframes]))
  }
  return { venue, symbols: [...new Set(symbol)], timeframes: [...new Set(timeframe)] }
}

/** Loopback only: what a venue answers is believed, and nobody else may stand in for one. */
export function endpointOf(text: string | undefined): string | null {
  if (text === undefined) return null
  const match = /^http:\/\/(127\.0\.0\.1|localhost):(\d{1,5})\/?$/.exec(text)
  const port = Number(match?.[2])
  if (!match || port < 1 || port > 65_535) throw new BadInput(t.badEndpoint)
  return `http://${match[1]}:${port}`
}

/** Asked anew at each download: it also tells what the venue's clock says. */
async function allInstruments(asker: Asker, venue: Venue, url: string): Promise<Instrument[]> {
  const all: Instrument[] = []
  let cursor: string | null = null
  for (;;) {
    const page: InstrumentsPage = await asker.ask(venue.instruments(url, cursor), venue.readInstruments)
    const { instruments, next } = page
    all.push(...instruments)
    if (next === null || next === cursor) return all
    cursor = next
  }
}
