// How often a year has the steps that returns are reckoned in: trading days, but weeks, months or years where candles are so long.
import type { EquityCurve } from './equity-curve.js'

export interface Periods {
  /** In a year. */
  aYear: number
  /** The last equity of each, oldest first. */
  equity: number[]
}

const DAY_MS = 86_400_000
/** Two days in seven, and sixty per cent of that: a market that trades at weekends has about two in seven. */
const TRADES_AT_WEEKENDS_ABOVE = (2 / 7) * 0.6

/** 365 days where there are candles at weekends, else 252; 52 weeks, 12 months or 1 year for candles of that length. */
export function periodsOf(curve: EquityCurve): Periods {
  const candleDays = Math.floor(medianStep(curve.lastTimes) / DAY_MS)
  if (candleDays === 7) return { aYear: 52, equity: lastOfEach(curve, weekOf) }
  if (candleDays === 31) return { aYear: 12, equity: lastOfEach(curve, monthOf) }
  if (candleDays === 365) return { aYear: 1, equity: lastOfEach(curve, yearOf) }
  const atWeekends = curve.weekendCandles / curve.candles > TRADES_AT_WEEKENDS_ABOVE
  return { aYear: atWeekends ? 365 : 252, equity: curve.dayEquity }
}

function medianStep(times: number[]): number {
  const steps = times.slice(1).map((time, i) => time - (times[i] as number))
  steps.sort((a, b) => a - b)
  const middle = Math.floor(steps.length / 2)
  const upper = steps[middle] ?? 0
  return steps.length % 2 === 1 ? upper : (upper + (steps[middle - 1] ?? 0)) / 2
}

function lastOfEach({ days, dayEquity }: EquityCurve, periodOf: (day: number) => number): number[] {
  const periods = days.map(periodOf)
  return dayEquity.filter((_, i) => periods[i] !== periods[i + 1])
}

/** Monday to Sunday; 1970-01-01 was a Thursday. */
const weekOf = (day: number) => Math.floor((day + 3) / 7)
/** Months since the year 0. */
export const monthOf = (day: number): number => {
  const date = new Date(day * DAY_MS)
  return date.getUTCFullYear() * 12 + date.getUTCMonth()
}
const yearOf = (day: number) => new Date(day * DAY_MS).getUTCFullYear()

/** The return of each period after the first, as a share: 0.01 for one per cent. */
export const returnsOf = (equity: readonly number[]): number[] =>
  equity.slice(1).map((value, i) => value / (equity[i] as number) - 1)

export interface MonthReturn {
  year: number
  /** 1 to 12. */
  month: number
  /** As a share. */
  return: number
}

/** From the end of the month before (the first: from the first equity) to the last equity of each month. */
export function monthlyReturns(curve: EquityCurve): MonthReturn[] {
  const equity = lastOfEach(curve, monthOf)
  const months = [...new Set(curve.days.map(monthOf))]
  return months.map((month, i) => ({
    year: Math.floor(month / 12),
    month: (month % 12) + 1,
    return: (equity[i] as number) / (i === 0 ? curve.first : (equity[i - 1] as number)) - 1,
  }))
}
