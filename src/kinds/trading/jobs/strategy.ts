// The strategy that a job is given by its name, with the operator's own modules looked at.
import { BadInput } from '../../../core/bad-input.js'
import type { JsonObject } from '../../../core/json.js'
import type { JobContext } from '../../job.js'
import type { AnyStrategy } from '../core/strategy.js'
import { loadStrategies } from '../strategies/load.js'
import { readParameters } from '../strategies/parameters.js'
import { texts as t } from './backtest-texts.js'

/** @throws BadInput: it is missing, or there is none of that name */
export async function needStrategy(
  name: string | undefined,
  { modules, log }: Pick<JobContext<unknown>, 'modules' | 'log'>,
): Promise<AnyStrategy> {
  const strategies = await loadStrategies(modules.strategies)
  for (const problem of strategies.problems) log.warn(problem)
  if (name !== undefined) return strategies.need(name)
  throw new BadInput(t.noStrategy, t.noStrategyHint(strategies.list().map((one) => one.name)))
}

/** @param where what said them, for errors: `--set ` */
export async function throwIfBadParameters(strategy: AnyStrategy, given: JsonObject, where: string): Promise<void> {
  try {
    await readParameters(strategy, given)
  } catch (thrown) {
    if (!(thrown instanceof BadInput)) throw thrown
    throw new BadInput(t.badParameters(where.replace(/:? $/, ''), thrown.message), thrown.hint)
  }
}
