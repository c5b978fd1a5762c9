// A core and a paper venue, driven candle by candle as a session would, with everything on record. For tests.
import {
  type Candle,
  type Core,
  type CoreSetup,
  createCore,
  DEFAULT_FILL,
  DEFAULT_RISK,
  type Event,
  type FillModel,
  type Instrument,
  type Intent,
  PaperVenue,
  type State,
} from '../src/kinds/trading/public.js'

export const BTC: Instrument = {
  symbol: 'BTC',
  tick: 0.1,
  lot: 0.001,
  minNotional: 5,
  multiplier: 1,
  takerFee: 0.0005,
  makerFee: 0.0002,
}

export interface Driven {
  core: Core
  venue: PaperVenue
  state: State
  events: Event[]
  intents: Intent[]
}

export function open(setup: Partial<CoreSetup> & Pick<CoreSetup, 'strategy'>, given: Partial<FillModel> = {}): Driven {
  const fill = { ...DEFAULT_FILL, ...given }
  const core = createCore({
    instruments: [BTC],
    timeframe: '1m',
    parameters: {},
    risk: DEFAULT_RISK,
    sizing: fill.size,
    cash: fill.cash,
    ...setup,
  })
  const { measures, baseMs, risk } = core.setup
  const venue = new PaperVenue({ measures, fill, leverage: risk.leverage, baseMs, equity: core.equity })
  return { core, venue, state: core.start(), events: [], intents: [] }
}

export function tell(driven: Driven, event: Event): void {
  const kept = event.type === 'candle' ? { ...event, candle: { ...event.candle } } : event
  driven.events.push(kept)
  const { intents } = driven.core.step(driven.state, event)
  driven.intents.push(...structuredClone(intents as Intent[]))
  driven.venue.accept(intents)
}

export function feed(driven: Driven, symbol: string, candle: Candle): void {
  const { venue } = driven
  if (Number.isFinite(candle.close) && driven.core.measure(symbol).isPrice(candle.low)) {
    venue.begin(symbol, candle)
    for (let event = venue.next(driven.state); event; event = venue.next(driven.state)) tell(driven, event)
  }
  tell(driven, { type: 'candle', symbol, candle })
  for (let event = venue.atClose(driven.state); event; event = venue.atClose(driven.state)) tell(driven, event)
}

/** As after a restart: all that is kept is text. */
export function restart(driven: Driven): void {
  const text = driven.core.save(driven.state)
  const book = JSON.stringify(driven.venue.book)
  driven.state = driven.core.load(text)
  driven.venue.book = JSON.parse(book)
}

/** A walk of whole ticks, the same for the same numbers. Each step is [move, up, down] in ticks. */
export function walk(steps: readonly (readonly [number, number, number])[], start = 30_000, from = 0): Candle[] {
  let last = Math.round(start * 10)
  return steps.map(([move, up, down], i) => {
    const open = last
    last = Math.max(10, open + move)
    const [high, low] = [Math.max(open, last) + up, Math.max(1, Math.min(open, last) - down)]
    const volume = Math.abs(move) + up
    return { at: (from + i) * 60_000, open: open / 10, high: high / 10, low: low / 10, close: last / 10, volume }
  })
}
