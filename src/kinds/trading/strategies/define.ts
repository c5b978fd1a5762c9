// How a strategy is written, inside frota and outside.
import type { z as Zod } from 'zod'
import type { AnyStrategy, ParameterShape, ParametersOf, Strategy } from '../core/strategy.js'

/** A strategy whose parameters have the types of its schema. It checks nothing: who loads a module from outside does. */
export function defineStrategy<Shape extends ParameterShape, Memory>(
  strategy: Omit<Strategy<ParametersOf<Shape>, Memory>, 'parameters' | 'title'> & {
    title?: string
    parameters: (z: typeof Zod) => Shape
  },
): Strategy<ParametersOf<Shape>, Memory> {
  return { title: strategy.name, ...strategy }
}

/** What is wrong with a strategy that came from outside; an empty text when it can be run. */
export function wrongWith(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'its default export is no strategy (defineStrategy({ … }))'
  const strategy = value as Partial<Record<keyof AnyStrategy, unknown>>
  if (typeof strategy.name !== 'string' || !/^[a-z][a-z0-9-]{0,40}$/.test(strategy.name)) {
    return '`name` must be lower-case letters, digits and "-"'
  }
  for (const field of ['parameters', 'start', 'next'] as const) {
    if (typeof strategy[field] !== 'function') return `\`${field}\` must be a function`
  }
  for (const field of ['timeframes', 'closed', 'refuses'] as const) {
    if (strategy[field] !== undefined && typeof strategy[field] !== 'function') return `\`${field}\` must be a function`
  }
  return ''
}
