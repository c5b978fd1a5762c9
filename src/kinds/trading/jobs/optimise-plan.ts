// Which points are tried over which stretches of time, as the flags say it.
import { BadInput } from '../../../core/bad-input.js'
import { messageOf } from '../../../core/errors.js'
import { chosenPoints } from '../backtest/optimise/choose.js'
import type { Constraints, Objective } from '../backtest/optimise/objective.js'
import type { SearchPlan } from '../backtest/optimise/search.js'
import { type Dimension, dimensionsOf, rangeText } from '../backtest/optimise/space.js'
import { RISK } from '../backtest/optimise/trial.js'
import { foldsOf, holdoutOf, type Stretch, stretchMs } from '../backtest/optimise/windows.js'
import { DEFAULT_RISK } from '../core/settings.js'
import { readRisk } from '../core/settings-schema.js'
import type { AnyStrategy } from '../core/strategy.js'
import { type ParameterField, parameterFields } from '../strategies/parameters.js'
import type { OptimiseInput } from './optimise-input.js'
import { texts as t } from './optimise-texts.js'
import type { Wish } from './settings.js'

/** What each comes to is kept in memory. */
const MOST_BACKTESTS = 250_000

export interface Planned extends SearchPlan {
  dimensions: Dimension[]
  objective: Objective
  constraints: Constraints
  method: string
  /** Null: nothing was drawn. */
  seed: number | null
  /** Null: no walk-forward. */
  anchored: boolean | null
}

/** @throws BadInput, naming the flag */
export async function plannedSearch(
  input: OptimiseInput,
  wish: Wish,
  strategy: AnyStrategy,
  data: Stretch,
): Promise<Planned> {
  const fields = [...(await parameterFields(strategy)), ...riskFields()]
  if (input.param.length === 0)
    throw new BadInput(t.noParam, t.noParamHint(fields.map((one) => `${one.name} ${rangeText(one)}`.trim())))
  const dimensions = dimensionsOf(input.param, fields)
  throwIfBadRisk(dimensions, wish)
  const { search: method, trials, seed, objective, minTrades, maxDrawdown = null } = input
  const points = chosenPoints(dimensions, { method, trials, seed })
  if (points.length < 2) throw new BadInput(t.nothingToSearch)
  const { folds, top, anchored } = stretches(input, data)
  const backtests = points.length * folds.length
  if (backtests > MOST_BACKTESTS) throw new BadInput(t.tooMany(backtests, MOST_BACKTESTS), t.tooManyHint)
  return {
    dimensions,
    points,
    folds,
    top,
    anchored,
    objective,
    constraints: { minTrades, maxDrawdown },
    method,
    seed: method === 'random' ? seed : null,
  }
}

function stretches(
  { holdout, inSample, outOfSample, anchored, top }: OptimiseInput,
  data: Stretch,
): Pick<Planned, 'folds' | 'top' | 'anchored'> {
  if ((inSample === undefined) !== (outOfSample === undefined)) throw new BadInput(t.needsBoth)
  if (inSample !== undefined && outOfSample !== undefined) {
    if (holdout !== undefined) throw new BadInput(t.twoWays)
    const folds = foldsOf(data, {
      inSampleMs: stretchMs('--in-sample', inSample),
      outOfSampleMs: stretchMs('--out-of-sample', outOfSample),
      anchored,
    })
    return { folds, top: 1, anchored }
  }
  if (holdout === undefined) return { folds: [{ inSample: data, outOfSample: null }], top, anchored: null }
  return { folds: [holdoutOf(data, holdout / 100)], top, anchored: null }
}

/** Numbers of the risk settings may be searched as well, with a range of their own. */
const riskFields = (): ParameterField[] =>
  Object.entries(DEFAULT_RISK)
    .filter(([, value]) => typeof value === 'number' || value === null)
    .filter(([name]) => !['trailing', 'breakEven', 'timeExit', 'stopGuard'].includes(name))
    .map(([name, value]) => ({
      name: `${RISK}${name}`,
      type: 'number',
      default: value,
      help: '',
      least: null,
      most: null,
      choices: [],
    }))

function throwIfBadRisk(dimensions: readonly Dimension[], { risk }: Wish) {
  for (const { name, values } of dimensions) {
    if (!name.startsWith(RISK)) continue
    for (const value of values) {
      try {
        readRisk({ ...risk, [name.slice(RISK.length)]: value })
      } catch (thrown) {
        if (!(thrown instanceof BadInput)) throw thrown
        throw new BadInput(t.riskParam(name, messageOf(thrown)))
      }
    }
  }
}
