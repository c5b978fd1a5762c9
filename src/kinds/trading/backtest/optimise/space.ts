// What is searched: for each parameter the values that it may take, as `--param` says it and the strategy's own ranges
// complete it. A point of the grid has a number, so that a search of millions holds none of them.
import { BadInput } from '../../../../core/bad-input.js'
import type { ParameterField } from '../../strategies/parameters.js'

export type ParameterValue = number | string | boolean

export interface Dimension {
  name: string
  values: readonly ParameterValue[]
}

export type Point = Record<string, ParameterValue>

/** Of a range without a step: about so many values. */
const USUAL_VALUES = 10
const MOST_VALUES = 100_000
const HINT = '--param fast=5:50:5 for 5, 10 … 50; --param mode=a,b for some; --param fast for its whole range'

/** @throws BadInput that names the parameter */
export function dimensionsOf(given: readonly string[], fields: readonly ParameterField[]): Dimension[] {
  const dimensions = given.map((text) => dimensionOf(text, fields))
  const twice = dimensions.find(({ name }, at) => dimensions.findIndex((one) => one.name === name) !== at)
  if (twice) throw new BadInput(`--param ${twice.name} is given twice`)
  return dimensions
}

function dimensionOf(text: string, fields: readonly ParameterField[]): Dimension {
  const at = text.indexOf('=')
  const name = at === -1 ? text : text.slice(0, at)
  const field = fields.find((one) => one.name === name)
  if (!field) {
    const known = fields.map((one) => `${one.name} ${rangeText(one)}`.trim()).join(', ')
    throw new BadInput(`--param: the strategy has no parameter "${name}"`, `it has ${known}`)
  }
  const values = at === -1 ? wholeRange(field) : valuesIn(text.slice(at + 1), field)
  const beyond = values.find((value) => typeof value === 'number' && !isWithin(value, field))
  if (beyond !== undefined) throw new BadInput(`--param ${name}: ${beyond} lies beyond ${rangeText(field)}`)
  return { name, values: [...new Set(values)] }
}

const isWithin = (value: number, { least, most }: ParameterField) =>
  value >= (least ?? Number.NEGATIVE_INFINITY) && value <= (most ?? Number.POSITIVE_INFINITY)

export const rangeText = ({ least, most, choices, type }: ParameterField): string => {
  if (type === 'boolean') return '(true or false)'
  if (type === 'choice') return `(${choices.join(', ')})`
  return least === null && most === null ? '' : `(${least ?? '…'} to ${most ?? '…'})`
}

function wholeRange(field: ParameterField): ParameterValue[] {
  const { name, type, least, most, choices } = field
  if (type === 'boolean') return [false, true]
  if (type === 'choice') return [...choices]
  if (least === null || most === null || type === 'text')
    throw new BadInput(`--param ${name} has no range of its own`, HINT)
  return stepped(name, String(least), String(most), usualStep(least, most, type === 'integer'))
}

function usualStep(least: number, most: number, isInteger: boolean): string {
  const about = (most - least) / USUAL_VALUES
  if (isInteger) return String(Math.max(1, Math.round(about)))
  // One significant figure: steps that people would have said.
  return about === 0 ? '1' : String(Number(about.toPrecision(1)))
}

function valuesIn(text: string, { name, type, choices }: ParameterField): ParameterValue[] {
  const bad = (why: string) => new BadInput(`--param ${name}=${text}: ${why}`, HINT)
  const isNumber = type === 'number' || type === 'integer'
  if (isNumber && text.includes(':')) {
    const [from = '', to = '', step, more] = text.split(':')
    if (more !== undefined || ![from, to, step ?? '1'].every(isDecimal)) throw bad('a range is from:to:step')
    const isWhole = [from, to].every((one) => Number.isInteger(Number(one)))
    if (step === undefined && !isWhole) throw bad('a range of fractions needs a step')
    const values = stepped(name, from, to, step ?? '1')
    if (type === 'integer' && !values.every(Number.isInteger)) throw bad('it takes whole numbers')
    return values
  }
  return text.split(',').map((one) => {
    if (type === 'boolean' && (one === 'true' || one === 'false')) return one === 'true'
    if (isNumber && isDecimal(one) && (type === 'number' || Number.isInteger(Number(one)))) return Number(one)
    if (type === 'text' || (type === 'choice' && choices.includes(one))) return one
    throw bad(`"${one}" is no value of it`)
  })
}

const isDecimal = (text: string) => /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(text)

/** In whole numbers of the last decimal, so that 0.1:0.5:0.1 has no 0.30000000000000004. */
function stepped(name: string, from: string, to: string, step: string): number[] {
  const decimals = Math.max(...[from, to, step].map(decimalsOf))
  const scale = 10 ** decimals
  const [first, last, by] = [from, to, step].map((one) => Math.round(Number(one) * scale)) as [number, number, number]
  if (by <= 0) throw new BadInput(`--param ${name}: its step must be above zero`, HINT)
  if (first > last) throw new BadInput(`--param ${name}: ${from} lies above ${to}`, HINT)
  const count = Math.floor((last - first) / by) + 1
  if (count > MOST_VALUES) throw new BadInput(`--param ${name} has ${count} values: ${MOST_VALUES} are allowed`)
  return Array.from({ length: count }, (_, at) => (first + at * by) / scale)
}

function decimalsOf(text: string): number {
  const [, fraction = '', exponent = '0'] = /^-?\d*\.?(\d*)(?:e(-?\d+))?$/i.exec(text) ?? []
  return Math.max(0, fraction.length - Number(exponent))
}

/** How many points the grid has. */
export const gridSize = (dimensions: readonly Dimension[]): number =>
  dimensions.reduce((product, { values }) => product * values.length, 1)

/** The last dimension changes fastest. */
export function pointAt(dimensions: readonly Dimension[], number: number): Point {
  const point: [string, ParameterValue][] = []
  let rest = number
  for (const { name, values } of [...dimensions].reverse()) {
    point.unshift([name, values[rest % values.length] as ParameterValue])
    rest = Math.floor(rest / values.length)
  }
  return Object.fromEntries(point)
}
