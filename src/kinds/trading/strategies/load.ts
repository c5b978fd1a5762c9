// The strategies that come along and those of the operator's own modules (FROTA_STRATEGIES). A module that cannot be loaded
// is told and left out; whoever needs its strategy then hears why.
import { BadInput } from '../../../core/bad-input.js'
import { messageOf } from '../../../core/errors.js'
import { didYouMean } from '../../../core/ids.js'
import { distrustOfCode } from '../../../node/trust.js'
import { within } from '../../../node/waits.js'
import { resolveFrota } from '../../resolve-frota.js'
import type { AnyStrategy } from '../core/strategy.js'
import { breakoutAtr } from './breakout-atr.js'
import { wrongWith } from './define.js'
import { rsiVolume } from './rsi-volume.js'
import { smaCross } from './sma-cross.js'

const { realpathSync, statSync } = process.getBuiltinModule('node:fs')
const { extname, resolve } = process.getBuiltinModule('node:path')
const { pathToFileURL } = process.getBuiltinModule('node:url')

const LOAD_WITHIN_MS = 10_000

export const builtInStrategies: readonly AnyStrategy[] = [rsiVolume, smaCross, breakoutAtr]

export interface Strategies {
  list(): readonly AnyStrategy[]
  /** BadInput with the nearest name, or with why a module could not be loaded. A path is loaded as a module. */
  need(name: string): Promise<AnyStrategy>
  /** One line for each module that could not be loaded. */
  readonly problems: readonly string[]
}

/** @param modules absolute paths of modules, each with one strategy or several as its default export */
export async function loadStrategies(modules: readonly string[]): Promise<Strategies> {
  const known = new Map(builtInStrategies.map((strategy) => [strategy.name, strategy]))
  const problems: string[] = []
  for (const file of modules) {
    try {
      for (const strategy of await importStrategies(file)) {
        if (known.has(strategy.name)) throw new Error(`there is already a strategy named "${strategy.name}"`)
        known.set(strategy.name, strategy)
      }
    } catch (thrown) {
      problems.push(`FROTA_STRATEGIES: ${file}: ${messageOf(thrown).replace(/\s*\n\s*/g, ' ')}`)
    }
  }
  return {
    list: () => [...known.values()],
    problems,
    async need(name) {
      const found = known.get(name)
      if (found) return found
      if (/[/\\]|\.[cm]?[jt]s$/.test(name)) return oneStrategyIn(name)
      const hint = didYouMean(name, known.keys()) || problems[0] || `there are ${[...known.keys()].join(', ')}`
      throw new BadInput(`there is no strategy "${name}"`, hint)
    },
  }
}

/** The strategy of a module that holds exactly one. BadInput when it cannot be loaded. */
export async function oneStrategyIn(file: string): Promise<AnyStrategy> {
  let strategies: AnyStrategy[]
  try {
    strategies = await importStrategies(resolve(file))
  } catch (thrown) {
    throw new BadInput(`${file}: ${messageOf(thrown)}`, 'docs/strategies.md shows a strategy of 20 lines')
  }
  const [strategy, ...more] = strategies
  if (strategy && more.length === 0) return strategy
  throw new BadInput(`${file} holds ${strategies.length} strategies: ${strategies.map(({ name }) => name).join(', ')}`)
}

async function importStrategies(file: string): Promise<AnyStrategy[]> {
  // Of the same making as this file: compiled in a fleet, TypeScript in tests.
  resolveFrota(new URL(`../../session-sdk${extname(import.meta.url)}`, import.meta.url).href)
  const path = realpathSync(file)
  const found = distrustOfCode(path)
  if (found) throw new Error(`${found.message}: ${found.remedy}`)
  if (!statSync(path).isFile()) throw new Error('it is not a file')
  // A module may wait at its top level for what never comes.
  const late = () => new Error(`it is not loaded after ${LOAD_WITHIN_MS / 1000} s`)
  const module: { default?: unknown } = await within(LOAD_WITHIN_MS, import(pathToFileURL(path).href), late)
  const given = Array.isArray(module.default) ? module.default : [module.default]
  for (const value of given) {
    const wrong = wrongWith(value)
    if (wrong !== '') throw new Error(wrong)
  }
  return given.map((strategy) => ({ title: strategy.name, ...strategy }))
}
