// One trial of a strategy: it is run over candles with a paper venue, and everything that it answered is on record. The clock
// and the dice of this process are watched meanwhile, for a strategy has no business with them.
import type { Candle } from '../candles/candle.js'
import { createCore } from '../core/core.js'
import { DEFAULT_FILL, DEFAULT_RISK } from '../core/settings.js'
import type { AnyStrategy, Signal } from '../core/strategy.js'
import type { Event, Instrument } from '../core/types.js'
import { PaperVenue } from '../paper/venue.js'

export interface TrialOptions {
  parameters: object
  timeframe: string
  candles: readonly Readonly<Candle>[]
  /** Its state goes through JSON after so many candles, again and again; 0: never. */
  restartEvery?: number
  /** The clock goes wrong by so much, and the dice fall otherwise. */
  isElsewhere?: boolean
}

export interface Trial {
  /** One text for each candle: the signal that it answered, '' for none. */
  answers: string[]
  /** The first candle (from 0) with which it asked for the time, or for a random number; −1 for never. */
  askedTime: number
  askedChance: number
  /** What it threw, and with which candle. */
  thrown: { candle: number; message: string } | null
}

/** Tick and lot are small enough for any price, and the account large enough for any candle. */
const ANYTHING: Instrument = {
  symbol: 'CHECK',
  tick: 1e-8,
  lot: 1e-8,
  minNotional: 0,
  multiplier: 1,
  takerFee: 0.0005,
  makerFee: 0.0002,
}
const FILL = { ...DEFAULT_FILL, size: { type: 'fraction', fraction: 0.5 } } as const

export function tryStrategy(strategy: AnyStrategy, options: TrialOptions): Trial {
  const trial: Trial = { answers: [], askedTime: -1, askedChance: -1, thrown: null }
  const watch = watchClock(trial, options.isElsewhere ?? false)
  try {
    run(recorded(strategy, trial), options, trial)
  } catch (thrown) {
    trial.thrown = { candle: trial.answers.length, message: thrown instanceof Error ? thrown.message : String(thrown) }
  } finally {
    watch.end()
  }
  return trial
}

function recorded(strategy: AnyStrategy, trial: Trial): AnyStrategy {
  const next = (...args: Parameters<AnyStrategy['next']>): Signal | undefined => {
    const signal = strategy.next(...args)
    trial.answers.push(signal ? textOf(signal) : '')
    return signal
  }
  return { ...strategy, next }
}

/** The same text whatever the order of its fields. */
const textOf = (signal: Signal) =>
  JSON.stringify(Object.fromEntries(Object.entries(signal).sort(([a], [b]) => (a < b ? -1 : 1))))

function run(
  strategy: AnyStrategy,
  { parameters, timeframe, candles, restartEvery = 0 }: TrialOptions,
  trial: Trial,
): void {
  const core = createCore({
    instruments: [ANYTHING],
    timeframe,
    strategy,
    parameters,
    risk: { ...DEFAULT_RISK, maxGlobalExposure: null, maxSingleExposure: null },
    sizing: FILL.size,
    cash: FILL.cash,
  })
  const { measures, baseMs } = core.setup
  const venue = new PaperVenue({ measures, fill: FILL, leverage: 1, baseMs, equity: core.equity })
  let state = core.start()
  const tell = (event: Event) => venue.accept(core.step(state, event).intents)
  for (const [i, candle] of candles.entries()) {
    venue.begin(ANYTHING.symbol, candle)
    for (let event = venue.next(state); event; event = venue.next(state)) tell(event)
    // What it is given is its own for this call: it may keep numbers, and change nothing.
    tell({ type: 'candle', symbol: ANYTHING.symbol, candle: Object.freeze({ ...candle }) })
    if (trial.answers.length <= i) trial.answers.push('')
    if (restartEvery > 0 && i % restartEvery === restartEvery - 1) state = core.load(core.save(state))
  }
}

const ELSEWHERE_MS = 400 * 86_400_000 + 7 * 3_600_000 + 780_000

/** Stands in for Date, Math.random and performance.now until `end`. */
function watchClock(trial: Trial, isElsewhere: boolean): { end(): void } {
  const [RealDate, random, now] = [globalThis.Date, Math.random, performance.now]
  const asked = (what: 'askedTime' | 'askedChance') => {
    if (trial[what] === -1) trial[what] = trial.answers.length
  }
  const shift = isElsewhere ? ELSEWHERE_MS : 0
  class WatchedDate extends RealDate {
    constructor(...args: unknown[]) {
      // A date of a time that is given is no question about the time.
      if (args.length > 0) super(...(args as [number]))
      else {
        asked('askedTime')
        super(RealDate.now() + shift)
      }
    }
    static override now(): number {
      asked('askedTime')
      return RealDate.now() + shift
    }
  }
  globalThis.Date = WatchedDate as DateConstructor
  performance.now = () => {
    asked('askedTime')
    return now.call(performance) + shift
  }
  Math.random = () => {
    asked('askedChance')
    const value = random()
    return isElsewhere ? 1 - value - Number.EPSILON : value
  }
  return {
    end() {
      globalThis.Date = RealDate
      performance.now = now
      Math.random = random
    },
  }
}
