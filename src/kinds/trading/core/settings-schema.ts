// What a person may set, judged: the schemas of risk and of the fill model. They stand apart from the settings' types so that a
// session, which is given settings that were judged before, loads no schema library.
import { z } from 'zod'
import { BadInput } from '../../../core/bad-input.js'
import type { JsonObject } from '../../../core/json.js'
import { inOwnWords } from '../../own-words.js'
import type { FillModel, RiskSettings } from './settings.js'

const MOST_MONEY = 1e12
const TEN_YEARS_MINUTES = 10 * 366 * 24 * 60

const money = z.number().positive().max(MOST_MONEY)
const percent = z.number().positive().max(100)
const gain = z.number().positive().max(100_000)
const minutes = z.number().min(0).max(TEN_YEARS_MINUTES)

export const riskSchema = z.strictObject({
  tradeMode: z.enum(['both', 'long-only', 'short-only']),
  targetLossUsd: money,
  maxGlobalExposure: money.nullable(),
  maxSingleExposure: money.nullable(),
  maxPositions: z.int().min(1).max(1_000),
  leverage: z.number().min(1).max(125),
  capital: money.nullable(),
  dailyLossLimit: money.nullable(),
  maxDrawdownPercent: percent.nullable(),
  cooldownMinutes: minutes,
  stopGuard: z
    .strictObject({ stops: z.int().min(1).max(1_000), withinMinutes: minutes, pauseMinutes: minutes })
    .nullable(),
  stopLossPercent: percent.nullable(),
  takeProfitPercent: gain.nullable(),
  trailing: z
    .strictObject({
      percent: percent.nullable().default(null),
      offsetPercent: z.number().min(0).max(100_000).default(0),
      positivePercent: percent.nullable().default(null),
    })
    .nullable(),
  breakEven: z.strictObject({ atPercent: gain, lockPercent: z.number().min(-100).max(100_000).default(0) }).nullable(),
  partialTakeProfit: z.array(z.strictObject({ atPercent: gain, part: z.number().positive().max(1) })).max(20),
  timeExit: z.strictObject({ afterMinutes: minutes, belowPercent: z.number().nullable().default(null) }).nullable(),
  profitByAge: z.array(z.strictObject({ afterMinutes: minutes, percent: z.number().min(-100).max(100_000) })).max(100),
  opposite: z.enum(['reverse', 'ignore']),
})

const rate = z.number().min(-0.1).max(0.5)
const share = z.number().min(0).max(0.5)

export const fillSchema = z.strictObject({
  fill: z.enum(['next-open', 'close']),
  fee: rate.nullable(),
  maker: rate.nullable(),
  slippage: share,
  spread: share,
  cash: money,
  size: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('all-in') }),
    z.strictObject({ type: z.literal('fraction'), fraction: z.number().positive().max(1) }),
    z.strictObject({ type: z.literal('fixed'), size: z.number().positive().max(MOST_MONEY) }),
    z.strictObject({ type: z.literal('risk') }),
  ]),
  wholeUnits: z.boolean(),
  closeAtEnd: z.boolean(),
  allowShort: z.boolean(),
  funding: z
    .strictObject({ rate: z.number().min(-0.5).max(0.5), everyHours: z.number().min(1).max(24).default(8) })
    .nullable(),
  rules: z.enum(['strict', 'freqtrade']),
})

/**
 * @param where how an error begins: `--set `
 * @returns what is given of them. @throws BadInput that names each key: `--set risk.maxPositions must be at least 1, not 0`
 */
export const readRisk = (given: JsonObject, where = ''): Partial<RiskSettings> =>
  read<RiskSettings>(`${where}risk`, riskSchema, given)
export const readFill = (given: JsonObject, where = ''): Partial<FillModel> =>
  read<FillModel>(`${where}fill`, fillSchema, given)

function read<Settings>(group: string, schema: z.ZodObject, given: JsonObject): Partial<Settings> {
  const parsed = schema.partial().safeParse(given, { error: inOwnWords })
  // Keys that were not given are not there: "partial" adds none.
  if (parsed.success) return parsed.data as Partial<Settings>
  const problems = parsed.error.issues.map(({ path, message }) => `${[group, ...path].join('.')} ${message}`)
  throw new BadInput(problems.join('; '), `it has ${Object.keys(schema.shape).join(', ')}`)
}
