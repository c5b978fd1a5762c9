import * as indicators from './indicators/index.js'
import { Indicator, type IndicatorState } from './indicators/indicator.js'
import * as patterns from './patterns/index.js'

type Made = Indicator<never, unknown>
type Class = new (...args: number[]) => Made

/**
 * An equal indicator or pattern from what its `toJSON` answered, whichever of this module it is. TypeError when it is none, or
 * when the state does not fit.
 */
export function indicatorFrom(state: IndicatorState): Made {
  const made = byName().get(state?.indicator)
  if (!made) throw new TypeError(`there is no indicator "${String(state?.indicator)}"`)
  if (!Array.isArray(state.args)) throw new TypeError(`${state.indicator}: its state has no args`)
  return new made(...state.args).restore(state)
}

let classes: Map<string, Class> | undefined

function byName(): Map<string, Class> {
  if (classes) return classes
  classes = new Map()
  for (const value of Object.values({ ...indicators, ...patterns }) as unknown[]) {
    if (typeof value !== 'function' || !(value.prototype instanceof Indicator)) continue
    const made = value as Class
    // Its name is known to an instance alone; those that need a period are given one.
    classes.set(new made(...Array.from({ length: made.length }, () => 2)).name, made)
  }
  return classes
}
