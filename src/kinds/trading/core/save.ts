// A state as JSON and back. All of it is plain data but the strategy's memory, which may hold indicators: they write
// themselves (`toJSON`) and read themselves back (`restore`). What JSON has no word for is marked by a `$` word.
import { indicatorFrom } from '../indicator-from.js'
import type { IndicatorState } from '../indicators/indicator.js'
import type { Ready } from './setup.js'
import type { State } from './types.js'

/** What a memory holds that writes and reads itself: indicators, and a user's own classes of this form. */
interface Storable {
  toJSON(): unknown
  restore(state: unknown): unknown
}

const isStorable = (value: unknown): value is Storable =>
  typeof value === 'object' &&
  value !== null &&
  'toJSON' in value &&
  typeof value.toJSON === 'function' &&
  'restore' in value &&
  typeof value.restore === 'function'

/** By its form: a strategy of a user's may have its indicators from another copy of this module. */
const isOfIndicator = (state: unknown): state is IndicatorState =>
  typeof state === 'object' &&
  state !== null &&
  'indicator' in state &&
  typeof state.indicator === 'string' &&
  'args' in state &&
  Array.isArray(state.args)

/** JSON of a strategy's memory. TypeError for what would not come back: functions, classes of its own, symbols. */
export function memoryOf(value: unknown, where = 'memory'): unknown {
  if (typeof value === 'number')
    return Number.isFinite(value) && !Object.is(value, -0)
      ? value
      : { $number: `${Object.is(value, -0) ? '-0' : value}` }
  if (value === undefined) return { $undefined: true }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (isStorable(value)) {
    const state = value.toJSON()
    return isOfIndicator(state) ? { $indicator: state } : { $own: state }
  }
  if (Array.isArray(value)) return value.map((item, i) => memoryOf(item, `${where}[${i}]`))
  if (value instanceof Float64Array) return { $floats: memoryOf(Array.from(value), where) }
  if (value instanceof Map) return { $map: memoryOf([...value].flat(), where) }
  if (value instanceof Set) return { $set: memoryOf([...value], where) }
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, memoryOf(item, `${where}.${key}`)]))
  }
  throw new TypeError(
    `${where} is a ${typeof value === 'object' ? value?.constructor.name : typeof value}, which cannot be stored`,
  )
}

interface Marked {
  $number?: string
  $undefined?: true
  $floats?: unknown
  $set?: unknown
  $map?: unknown
  $indicator?: IndicatorState
  $own?: unknown
}

/** @param fresh what the strategy begins with at this place: a class of its own goes on from what is stored */
function recall(stored: unknown, fresh: unknown, where = 'memory'): unknown {
  if (Array.isArray(stored)) {
    return stored.map((item, i) => recall(item, Array.isArray(fresh) ? fresh[i] : undefined, `${where}[${i}]`))
  }
  if (typeof stored !== 'object' || stored === null) return stored
  const marked = stored as Marked
  if (marked.$number !== undefined) return Number(marked.$number)
  if (marked.$undefined) return undefined
  if (marked.$floats !== undefined) return Float64Array.from(recall(marked.$floats, []) as number[])
  if (marked.$set !== undefined) return new Set(recall(marked.$set, [], where) as unknown[])
  if (marked.$map !== undefined) return pairs(recall(marked.$map, [], where) as unknown[])
  if (marked.$indicator !== undefined) return indicatorOf(marked.$indicator, fresh)
  if (marked.$own !== undefined) return ownOf(marked.$own, fresh, where)
  const from = typeof fresh === 'object' && fresh !== null ? (fresh as Record<string, unknown>) : {}
  return Object.fromEntries(
    Object.entries(stored).map(([key, item]) => [key, recall(item, from[key], `${where}.${key}`)]),
  )
}

/** Of this module it can be made anew, wherever it stands; one that a strategy wrote for itself is there from the start. */
function indicatorOf(state: IndicatorState, fresh: unknown): unknown {
  if (!isStorable(fresh)) return indicatorFrom(state)
  const begun = fresh.toJSON()
  const isSame =
    isOfIndicator(begun) &&
    begun.indicator === state.indicator &&
    JSON.stringify(begun.args) === JSON.stringify(state.args)
  if (!isSame) return indicatorFrom(state)
  fresh.restore(state)
  return fresh
}

function ownOf(state: unknown, fresh: unknown, where: string): unknown {
  if (!isStorable(fresh)) {
    throw new TypeError(`${where} was written by a class that start() does not put there, so nothing can read it back`)
  }
  fresh.restore(state)
  return fresh
}

function pairs(flat: readonly unknown[]): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>()
  for (let i = 0; i < flat.length; i += 2) map.set(flat[i], flat[i + 1])
  return map
}

/** @param fresh the state at the start of the same set-up */
export function readState(text: string, fresh: State, { strategy }: Ready): State {
  const stored = JSON.parse(text) as State
  if (stored?.version !== fresh.version) throw new TypeError(`that is no state of version ${fresh.version}`)
  for (const [symbol, market] of Object.entries(fresh.markets)) {
    const kept = stored.markets[symbol]
    if (!kept) throw new TypeError(`the stored state of ${strategy.name} has no market ${symbol}`)
    kept.memory = recall(kept.memory, market.memory)
  }
  return stored
}
