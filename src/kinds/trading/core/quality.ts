// Is this candle fit to be traded on? What is wrong is told with its place; nothing is repaired but a range that is too narrow.
import type { Candle, DataProblem, DataProblemCode } from '../candles/candle.js'
import type { Measure } from './measure.js'

export interface Quality {
  problems: readonly DataProblem[]
  /** False: the core behaves as if the candle had never come. */
  isUsable: boolean
}

const FINE: Quality = Object.freeze({ problems: Object.freeze([]), isUsable: true })

export interface Place {
  symbol: string
  line?: number | undefined
}

/** @param lastAt when the last good candle opened, −1 for none; @param baseMs the timeframe's length */
export function judgeCandle(
  candle: Readonly<Candle>,
  lastAt: number,
  baseMs: number,
  measure: Measure,
  place: Place,
): Quality {
  const { at, open, high, low, close, volume } = candle
  // One sum finds every NaN and Infinity, and costs next to nothing on the way of a million good candles.
  if (!(at >= 0 && open + high + low + close + volume < Number.POSITIVE_INFINITY)) {
    const isEarly = at < 0 && Number.isFinite(at + open + high + low + close + volume)
    return isEarly
      ? bad('before-1970', candle, place, 'times before 1970 are not known here')
      : bad('not-a-number', candle, place, 'a value is missing or not finite')
  }
  const least = measure.leastPrice
  if (low < least || open < least || close < least || high < least) return tooLow(candle, measure, place)
  if (volume < 0) return bad('negative-volume', candle, place, `the volume is ${volume}`)
  if (high < low) return bad('high-below-low', candle, place, `the high ${high} is below the low ${low}`)
  const isInStep = lastAt < 0 || at === lastAt + baseMs
  const isInRange = high >= open && high >= close && low <= open && low <= close
  if (isInStep && isInRange) return FINE
  const step = isInStep ? FINE : outOfStep(candle, lastAt, baseMs, place)
  if (isInRange || !step.isUsable) return step
  const text = `its open ${open} or close ${close} lies outside ${low} to ${high}`
  return { problems: [...step.problems, problemOf('outside-range', candle, place, text)], isUsable: true }
}

function tooLow(candle: Readonly<Candle>, { instrument: { tick } }: Measure, place: Place): Quality {
  const price = Math.min(candle.open, candle.high, candle.low, candle.close)
  return price > 0
    ? bad('below-tick', candle, place, `the price ${price} is less than half a tick of ${tick}`)
    : bad('not-positive', candle, place, 'a price is zero or negative')
}

function outOfStep(candle: Readonly<Candle>, lastAt: number, baseMs: number, place: Place): Quality {
  const { at } = candle
  if (at === lastAt) return bad('duplicate', candle, place, 'there is a candle of this time already')
  if (at < lastAt) return bad('out-of-order', candle, place, `it comes after the candle of ${utc(lastAt)}`)
  const missing = Math.round((at - lastAt) / baseMs) - 1
  if (missing <= 0) {
    return told(problemOf('off-grid', candle, place, `it opens ${(at - lastAt) / 1000} s after the one before`))
  }
  const text = `${missing} ${missing === 1 ? 'candle is' : 'candles are'} missing before it`
  return told({ ...problemOf('gap', candle, place, text), at: lastAt + baseMs, candles: missing })
}

const told = (problem: DataProblem): Quality => ({ problems: [problem], isUsable: true })

const bad = (code: DataProblemCode, candle: Readonly<Candle>, place: Place, text: string): Quality => ({
  problems: [problemOf(code, candle, place, text)],
  isUsable: false,
})

function problemOf(
  code: DataProblemCode,
  { at }: Readonly<Candle>,
  { symbol, line }: Place,
  text: string,
): DataProblem {
  const problem: DataProblem = { code, symbol, at, candles: 1, text: `the candle of ${utc(at)}: ${text}` }
  return line === undefined ? problem : { ...problem, line, text: `line ${line}: ${problem.text}` }
}

export function utc(at: number): string {
  const isDate = Number.isFinite(at) && Math.abs(at) <= 8.64e15
  return isDate ? new Date(at).toISOString().replace('.000Z', 'Z').replace('T00:00:00Z', '') : String(at)
}
