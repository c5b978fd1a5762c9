// The job `check`: a strategy is tried on cut and whole data, twice, through restarts, and what it did wrong is named with its
// candle.
import { BadInput } from '../../../core/bad-input.js'
import type { JobContext, JobScreen } from '../../job.js'
import { type Candle, candleAt } from '../candles/candle.js'
import { readCsvCandles } from '../candles/csv.js'
import { timeframeIn } from '../candles/quality.js'
import { timeframeMs } from '../candles/timeframe.js'
import { type CheckFinding, checkStrategy, madeUpCandles } from '../strategies/check.js'
import { loadStrategies } from '../strategies/load.js'
import { type ParameterField, parameterFields, readParameters } from '../strategies/parameters.js'
import { texts as backtestTexts } from './backtest-texts.js'
import type { CheckJobInput } from './check-input.js'
import { texts as t } from './check-texts.js'

export interface CheckAnswer {
  strategy: string
  parameters: Record<string, unknown>
  /** What can be set, with its range. */
  fields: ParameterField[]
  data: { source: string; timeframe: string; candles: number }
  signals: number
  ok: boolean
  findings: { code: CheckFinding['code']; candle: number; at: string; text: string }[]
}

export async function run({ input, modules, progress }: JobContext<CheckJobInput>): Promise<CheckAnswer> {
  const strategies = await loadStrategies(modules.strategies)
  const strategy = await strategies.need(input.strategy)
  const parameters = await readParameters(strategy, Object.fromEntries(input.set.map(settingOf)))
  await progress(0, 1, t.progress)
  const { candles, timeframe } = await candlesOf(input)
  const { findings, signals } = checkStrategy(strategy, { candles, parameters, timeframe })
  await progress(1, 1, t.progress)
  return {
    strategy: strategy.name,
    parameters: { ...parameters },
    fields: await parameterFields(strategy),
    data: { source: input.data?.name ?? t.madeUp, timeframe, candles: candles.length },
    signals,
    ok: findings.length === 0,
    findings: findings.map(({ code, candle, at, text }) => ({ code, candle: candle + 1, at: timeOf(at), text })),
  }
}

const timeOf = (at: number) => (Number.isFinite(at) ? new Date(at).toISOString() : '')

const MADE_UP_TIMEFRAME = '1h'

async function candlesOf({ data, candles: most, timeframe }: CheckJobInput) {
  if (!data) {
    const made = timeframe ?? MADE_UP_TIMEFRAME
    return { candles: madeUpCandles(most, timeframeMs(made)), timeframe: made }
  }
  if (timeframe !== undefined) timeframeMs(timeframe) // told before the file is read
  const candles: Candle[] = []
  let found = timeframe
  for await (const columns of readCsvCandles({ path: data.path, name: data.name, flag: '--data' })) {
    found ??= timeframeIn(columns)
    for (let row = 0; row < columns.length && candles.length < most; row++) candles.push(candleAt(columns, row))
    if (candles.length >= most) break
  }
  if (found === undefined) throw new BadInput(backtestTexts.noTimeframe(data.name), backtestTexts.timeframeHint)
  return { candles, timeframe: found }
}

/** `fast=10`: a number, true, false and the like where it can be read as JSON, a text where not. */
function settingOf(setting: string): [string, unknown] {
  const at = setting.indexOf('=')
  if (at < 1) throw new BadInput(t.badSetting(setting))
  const text = setting.slice(at + 1)
  try {
    return [setting.slice(0, at), JSON.parse(text)]
  } catch {
    return [setting.slice(0, at), text] // the strategy's schema says whether a plain text will do
  }
}

export const isFailure = ({ ok }: CheckAnswer): boolean => !ok

export function show(answer: CheckAnswer, { width }: JobScreen): string {
  const { strategy, parameters, fields, data, signals, findings } = answer
  const head = t.head(strategy, signals, data.candles, data.source)
  const rows = fields.map((field) => t.field(field, parameters[field.name]))
  const lines = findings.length === 0 ? [t.fine] : findings.map(({ code, text }) => `✗ ${code}: ${text}`)
  return [head, ...rows, ...lines].map((line) => wrapped(line, width)).join('\n')
}

/** At spaces, later lines indented. */
function wrapped(line: string, width: number): string {
  const most = Math.max(40, width)
  const rows = ['']
  for (const word of line.split(' ')) {
    const row = rows.at(-1) ?? ''
    if (row.length + word.length + 1 > most && row.trim() !== '') rows.push(`  ${word}`)
    else rows[rows.length - 1] = row === '' ? word : `${row} ${word}`
  }
  return rows.join('\n')
}
