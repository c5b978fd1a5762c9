// Which contracts and which stretch of time the flags mean.
import { BadInput } from '../../../core/bad-input.js'
import { didYouMean } from '../../../core/ids.js'
import type { CandleCache, Series } from '../candles/cache/cache.js'
import type { Span } from '../candles/cache/spans.js'
import type { Instrument, Venue } from '../candles/venues/venue.js'
import type { CandlesInput } from './candles-input.js'
import { texts as t } from './candles-texts.js'
import { endOf, momentOf } from './times.js'

/** By its unified or its own name; where only capitals differ, the one that is written so. @throws BadInput */
export function instrumentNamed(text: string, venue: Venue, instruments: readonly Instrument[]): Instrument {
  const [exact] = instruments.filter((one) => one.native === text || one.symbol === text)
  const folded = text.toUpperCase()
  const found = exact ?? instruments.find((one) => one.native.toUpperCase() === folded || one.symbol === folded)
  if (found) return found
  const near = didYouMean(
    folded,
    instruments.flatMap(({ symbol, native }) => [symbol, native]),
  )
  throw new BadInput(t.unknownSymbol(venue.title, text), near || t.unknownHint)
}

/** What the flags leave open begins where what is here begins, or else with the listing. */
export function rangeOf({ from, to }: Pick<CandlesInput, 'from' | 'to'>): { from: number | null; to: number | null } {
  const range = {
    from: from === undefined ? null : momentOf('--from', from),
    to: to === undefined ? null : endOf('--to', to),
  }
  if (range.from !== null && range.to !== null && range.from >= range.to) throw new BadInput(t.emptyRange)
  return range
}

export const wholeRange = (input: Pick<CandlesInput, 'from' | 'to'>): Span => {
  const { from, to } = rangeOf(input)
  return { from: from ?? -8.64e15, to: to ?? 8.64e15 }
}

/** Of what is here, by whatever flags are given. @throws BadInput when flags name what is not here */
export function seriesHere(input: CandlesInput, cache: CandleCache): Series[] {
  const { venue, symbol, timeframe } = input
  const names = symbol.map((text) => text.toUpperCase())
  const found = cache
    .all()
    .filter((one) => venue === undefined || one.venue === venue)
    .filter((one) => names.length === 0 || names.includes(one.symbol) || names.includes(one.native.toUpperCase()))
    .filter((one) => timeframe.length === 0 || timeframe.includes(one.timeframe))
  const isAsked = venue !== undefined || symbol.length > 0 || timeframe.length > 0
  if (found.length === 0 && isAsked) throw new BadInput(t.notHere, t.notHereHint)
  return found
}
