// What people read of statistics.
import type { Statistics } from './statistics.js'

/** Of each statistic: its name, its unit, and what it says, for whoever points at it. */
export const statisticLabels = {
  returnPercent: { label: 'Return', unit: '%', help: 'Final equity against the money at the beginning.' },
  buyHoldPercent: {
    label: 'Buy & hold',
    unit: '%',
    help: 'What holding would have returned, from the candle on which the strategy could first act.',
  },
  cagrPercent: { label: 'CAGR', unit: '%', help: 'The return as growth per year of trading days.' },
  volatilityPercent: { label: 'Volatility', unit: '%', help: 'How much yearly returns spread, from daily ones.' },
  sharpe: { label: 'Sharpe', unit: 'ratio', help: 'Annual return divided by volatility. Above 1 is good.' },
  sortino: { label: 'Sortino', unit: 'ratio', help: 'Annual return divided by the spread of losing days alone.' },
  calmar: { label: 'Calmar', unit: 'ratio', help: 'Annual return divided by the largest drawdown.' },
  maxDrawdownPercent: { label: 'Max. drawdown', unit: '%', help: 'The deepest fall from a peak of the equity.' },
  maxDrawdownDays: {
    label: 'Longest drawdown',
    unit: 'days',
    help: 'The longest time until a peak was reached again, or until the end.',
  },
  finalEquity: { label: 'Final equity', unit: 'money', help: 'Cash and open positions at the last close.' },
  peakEquity: { label: 'Peak equity', unit: 'money', help: 'The highest equity at a close.' },
  trades: { label: 'Trades', unit: 'count', help: 'Closed trades.' },
  winRatePercent: { label: 'Win rate', unit: '%', help: 'Trades that made money, fees taken off.' },
  bestTradePercent: { label: 'Best trade', unit: '%', help: 'Of what its position cost.' },
  worstTradePercent: { label: 'Worst trade', unit: '%', help: 'Of what its position cost.' },
  averageTradePercent: { label: 'Average trade', unit: '%', help: 'The geometric mean of all trades’ returns.' },
  expectancyPercent: { label: 'Expectancy', unit: '%', help: 'The arithmetic mean of all trades’ returns.' },
  profitFactor: { label: 'Profit factor', unit: 'ratio', help: 'Returns of winning trades over those of losing ones.' },
  sqn: {
    label: 'SQN',
    unit: 'ratio',
    help: 'System quality number: mean profit over its spread, times the root of the number of trades.',
  },
  kelly: { label: 'Kelly', unit: 'ratio', help: 'The part of the money that the Kelly criterion would risk.' },
  exposurePercent: { label: 'Exposure', unit: '%', help: 'Candles with a position, of all.' },
} as const satisfies Record<
  keyof Statistics,
  { label: string; unit: 'money' | '%' | 'days' | 'count' | 'ratio'; help: string }
>

export function shownStatistic(name: keyof Statistics, value: number | null): string {
  if (value === null) return '–'
  const { unit } = statisticLabels[name]
  switch (unit) {
    case 'money':
      return money(value)
    case '%':
      return `${value.toFixed(2)} %`
    case 'days':
      return `${Number(value.toFixed(1))} d`
    case 'count':
      return value.toLocaleString('en-US')
    case 'ratio':
      return value.toFixed(2)
  }
}

/** The same in every locale. */
export const money = (value: number) =>
  value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
