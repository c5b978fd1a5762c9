// What the terminal shows of a backtest, at any width: the equity as a line of blocks, the statistics, the last trades.
import { plain } from '../../../core/plain-text.js'
import type { JobScreen } from '../../job.js'
import type { BacktestAnswer, TradeAnswer } from '../backtest/answer.js'
import type { MeasuredBacktest } from '../backtest/measured.js'
import type { DataQuality } from '../candles/quality.js'
import type { Statistics } from '../stats/statistics.js'
import { money, shownStatistic, statisticLabels } from '../stats/statistics-texts.js'
import { texts as t } from './backtest-texts.js'
import { iso } from './targets.js'

export interface Summary {
  measured: MeasuredBacktest
  quality: DataQuality
  /** Paths of files. */
  written: string[]
}

const NARROWEST = 20
const SHOWN_TRADES = 12
const SHOWN_NOTES = 3

export function summaryText(answer: BacktestAnswer, more: Summary | undefined, screen: JobScreen): string {
  const width = Math.max(NARROWEST, screen.width)
  const { data } = answer
  const parts = [
    heading(answer),
    t.candles(data.candles.toLocaleString('en-US'), data.timeframe, shortTime(data.from), shortTime(data.to)),
    ...(more ? dataLines(more.quality) : []),
    '',
    ...(more ? equityLines(more.measured, width, screen.colour) : []),
    ...statisticLines(answer.stats, width),
    '',
    ...tradeLines(answer.trades, width),
    ...(more ? noticeLines(more) : []),
  ]
  return parts.map((line) => clip(line, width)).join('\n')
}

function heading({ strategy, parameters, data }: BacktestAnswer): string {
  const said = Object.entries(parameters).map(([key, value]) => `${key}=${plain(textOf(value))}`)
  return `${plain(data.symbol)} · ${plain(strategy)}${said.length > 0 ? ` (${said.join(', ')})` : ''}`
}

function dataLines({ gaps, missing, longestGaps: [longest], zeroVolume }: DataQuality): string[] {
  const lines: string[] = []
  if (gaps > 0 && longest) {
    const where = t.longestGap(shortTime(iso(longest.after)), shortTime(iso(longest.before)))
    lines.push(`${t.gaps(gaps, missing)}, ${where}`)
  }
  if (zeroVolume > 0) lines.push(t.zeroVolume(zeroVolume))
  return lines.map((line) => `! ${line}`)
}

const BLOCKS = '▁▂▃▄▅▆▇█'

/** The equity from the first candle to the last, the lowest block being its lowest. */
export function sparkline(values: readonly number[], columns: number): string {
  const count = Math.min(columns, values.length)
  const picked = Array.from({ length: count }, (_, i) => {
    const at = count === 1 ? values.length - 1 : Math.round((i * (values.length - 1)) / (count - 1))
    return values[at] as number
  })
  const [low, high] = picked.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  const stepOf = (value: number) => (high > low ? Math.round(((value - low) / (high - low)) * (BLOCKS.length - 1)) : 0)
  return picked.map((value) => BLOCKS[stepOf(value)]).join('')
}

const MOST_COLUMNS = 100

function equityLines({ thinned, curve }: MeasuredBacktest, width: number, colour: boolean): string[] {
  const line = sparkline(thinned.equity, Math.min(width, MOST_COLUMNS))
  const isUp = curve.last >= curve.first
  const drawn = colour ? `\x1b[${isUp ? 32 : 31}m${line}\x1b[39m` : line
  return [drawn, `${t.titles.equity} ${money(curve.first)} → ${money(curve.last)}`, '']
}

/** In as many columns as fit side by side. */
function statisticLines(stats: Statistics, width: number): string[] {
  const cells = (Object.keys(statisticLabels) as (keyof Statistics)[]).map((name) => [
    statisticLabels[name].label,
    shownStatistic(name, stats[name]),
  ])
  const [first, second] = [0, 1].map((at) => Math.max(...cells.map((cell) => cell[at]?.length ?? 0))) as [
    number,
    number,
  ]
  const each = first + second + 5
  const across = Math.max(1, Math.min(3, Math.floor((width + 3) / each)))
  const down = Math.ceil(cells.length / across)
  return Array.from({ length: down }, (_, row) =>
    Array.from({ length: across }, (_, column) => cells[column * down + row])
      .flatMap((cell) => (cell ? `${cell[0]?.padEnd(first)}  ${cell[1]?.padStart(second)}` : []))
      .join('   '),
  )
}

function tradeLines(trades: readonly TradeAnswer[], width: number): string[] {
  if (trades.length === 0) return [t.noTrades]
  const shown = trades.slice(-SHOWN_TRADES)
  const rows = shown.map((one) => [
    one.side,
    shortTime(one.entryAt),
    String(one.entryPrice),
    shortTime(one.exitAt),
    String(one.exitPrice),
    String(one.size),
    money(one.profit),
    one.profitPercent.toFixed(2),
    one.reason,
  ])
  const left = trades.length - shown.length
  return [...table(t.columns, rows, width), ...(left > 0 ? [t.moreTrades(left)] : [])]
}

/** What a narrow terminal can do without, first to last. */
const DISPENSABLE = [5, 4, 2, 3, 8]
const RIGHT = new Set([2, 4, 5, 6, 7])

function table(columns: readonly string[], rows: string[][], width: number): string[] {
  let kept = columns.map((_, i) => i)
  const widths = columns.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const needed = () => kept.reduce((sum, i) => sum + (widths[i] as number) + 2, -2)
  for (const i of DISPENSABLE) if (needed() > width) kept = kept.filter((one) => one !== i)
  const line = (cells: readonly string[]) =>
    kept
      .map((i) => (RIGHT.has(i) ? cells[i]?.padStart(widths[i] as number) : cells[i]?.padEnd(widths[i] as number)))
      .join('  ')
  return [line(columns), ...rows.map(line)].map((text) => text.trimEnd())
}

function noticeLines({ measured: { result, refused, notes }, written }: Summary): string[] {
  const lines = [
    ...refused.map(
      ({ code, count, text }) => `! ${t.refused(count, code, plain(text))}${code === 'TRADE_MODE' ? t.allowShort : ''}`,
    ),
    ...notes
      .filter(({ code }) => code !== 'FLATTEN')
      .slice(0, SHOWN_NOTES)
      .map(({ at, text }) => `! ${shortTime(iso(at))} ${plain(text)}`),
    ...(result.openPositions > 0 ? [`! ${t.stillOpen(result.openPositions)}`] : []),
    ...written.map((path) => t.wrote(plain(path))),
  ]
  return lines.length > 0 ? ['', ...lines] : []
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
/** To the minute, and a day without a time of day as a day. */
const shortTime = (text: string) => text.slice(0, 16).replace('T', ' ').replace(' 00:00', '')
/** No letters here take two columns but those that `plain` left in names. */
function clip(line: string, width: number): string {
  if (line.includes('\x1b') || line.length <= width) return line
  return `${line.slice(0, width - 1)}…`
}
