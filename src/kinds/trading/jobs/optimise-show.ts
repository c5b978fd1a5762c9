// What the terminal shows of a search.
import { plain } from '../../../core/plain-text.js'
import type { JobScreen } from '../../job.js'
import type { OptimiseAnswer, RankedAnswer } from '../backtest/optimise/answer.js'
import { day, grouped, shortList, shown } from '../backtest/optimise/page.js'
import { optimiseTexts as t } from '../backtest/optimise/page-texts.js'

export function optimiseSummary(
  answer: OptimiseAnswer,
  { width, colour }: JobScreen,
  written: readonly string[],
): string {
  const { data, trials, search, stopped, overfitting } = answer
  const counts = [
    t.counts(grouped(trials.done), grouped(trials.planned)),
    ...(trials.refused > 0 ? [t.refused(grouped(trials.refused))] : []),
    ...(trials.excluded > 0 ? [t.excluded(grouped(trials.excluded))] : []),
  ]
  const searched = Object.entries(answer.searched).map(
    ([name, values]) => `${plain(name)}: ${plain(shortList(values as unknown[]))}`,
  )
  const warn = (text: string) => (colour ? `\x1b[33m! ${text}\x1b[39m` : `! ${text}`)
  const lines = [
    `${plain(data.symbol)} · ${plain(answer.strategy)}`,
    `${t.lead(t.objectives[answer.objective], grouped(search.points), t.method(search.method, search.seed))}; ${counts.join(', ')}`,
    `${grouped(data.candles)} × ${data.timeframe}, ${day(data.from)} – ${day(data.to)}`,
    ...searched,
    ...(stopped ? [warn(t.stopped)] : []),
    '',
    ...(answer.walkForward ? [...windowLines(answer.walkForward), ''] : []),
    ...rankingLines(answer),
    '',
    `${t.deflated}: ${overfitting.deflatedSharpe === null ? t.unknown : overfitting.deflatedSharpe.toFixed(3)}`,
    `${t.share}: ${overfitting.outOfSampleShare === null ? t.unknown : `${(overfitting.outOfSampleShare * 100).toFixed(0)} %`}`,
    ...overfitting.warnings.map(({ text }) => warn(text)),
    ...written.map((path) => t.wrote(plain(path))),
  ]
  return lines
    .map((line) => (line.includes('\x1b') || line.length <= width ? line : `${line.slice(0, width - 1)}…`))
    .join('\n')
}

function rankingLines({ best, objective, walkForward }: OptimiseAnswer): string[] {
  const [first] = best
  if (!first) return [t.noneRanked]
  const names = Object.keys(first.parameters)
  const isOutside = walkForward === null && best.some(({ outOfSample }) => outOfSample !== null)
  const { columns } = t
  const score = t.objectives[objective]
  const heads = [columns.rank, ...names.map(plain), score, columns.returned, columns.drawdown, columns.trades]
  const more = isOutside ? [`→ ${score}`, columns.returned] : []
  const rows = best.map((one) => [...cells(one, names), ...(isOutside ? outside(one) : [])])
  return table([...heads, ...more], rows)
}

const cells = ({ rank, parameters, objective, stats }: RankedAnswer, names: string[]): string[] => [
  String(rank),
  ...names.map((name) => plain(String(parameters[name]))),
  shown(objective),
  shown(stats.returnPercent),
  shown(stats.maxDrawdownPercent),
  grouped(stats.trades),
]

const outside = ({ outOfSample }: RankedAnswer): string[] => [
  shown(outOfSample?.objective ?? null),
  shown(outOfSample?.stats.returnPercent ?? null),
]

function windowLines({ windows, outOfSampleReturnPercent }: NonNullable<OptimiseAnswer['walkForward']>): string[] {
  const rows = windows.map((one) => [
    `${day(one.outOfSample.from)} – ${day(one.outOfSample.to)}`,
    one.parameters
      ? Object.entries(one.parameters)
          .map(([name, value]) => `${plain(name)}=${plain(String(value))}`)
          .join(' ')
      : '–',
    shown(one.inSampleObjective),
    shown(one.outOfSampleObjective),
    shown(one.outOfSampleStats?.returnPercent ?? null),
    one.outOfSampleStats ? grouped(one.outOfSampleStats.trades) : '–',
  ])
  const whole = outOfSampleReturnPercent === null ? [] : [t.compounded(shown(outOfSampleReturnPercent))]
  return [...table(t.shortWindowColumns, rows), ...whole]
}

function table(heads: readonly string[], rows: string[][]): string[] {
  const widths = heads.map((head, at) => Math.max(head.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  ')
  return [line(heads.map((head) => head.toUpperCase())), ...rows.map(line)]
}
