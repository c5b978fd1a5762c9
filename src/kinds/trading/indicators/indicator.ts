// What every streaming indicator has in common. One `update` per value or finished candle costs the same however long the
// series already is. The state is numbers alone: it goes through JSON and comes back equal to the last bit.

/** Plain and made for JSON. `args` are the constructor's; the rest is what the indicator has seen. */
export interface IndicatorState {
  indicator: string
  args: number[]
  [field: string]: StateField
}

type StateField = string | number | boolean | number[] | IndicatorState

/**
 * A streaming indicator. `update` answers undefined during the warm-up and never NaN or Infinity afterwards. An input
 * that is not a finite number is refused with a RangeError, and the state stays as it was before.
 */
export abstract class Indicator<Input, Output> {
  /** Its name in states and in error messages. */
  abstract readonly name: string
  /** How many inputs it takes until the first answer: that one is the answer to input number `warmUp` (from 1). */
  abstract readonly warmUp: number
  readonly #args: number[]

  constructor(...args: number[]) {
    this.#args = args
  }

  /** The next value or finished candle, oldest first. */
  abstract update(input: Input): Output | undefined

  toJSON(): IndicatorState {
    const state: IndicatorState = { indicator: this.name, args: [...this.#args] }
    for (const [field, value] of fieldsOf(this)) state[field] = plain(value)
    return state
  }

  /**
   * Takes over what `toJSON` answered, also after a trip through JSON text, and goes on where that one stood. TypeError for the
   * state of another indicator, or of the same one with other arguments; nothing has changed then.
   */
  restore(state: IndicatorState): this {
    throwIfOther(this, state)
    fill(this, state)
    return this
  }

  /** `Rsi.from(state)`: an equal indicator from what `toJSON` answered. TypeError for the state of another one. */
  static from<Kind extends Indicator<never, unknown>>(
    this: new (
      ...args: number[]
    ) => Kind,
    state: IndicatorState,
  ): Kind {
    if (!Array.isArray(state?.args)) throw new TypeError('that is not the state of an indicator: it has no args')
    return new this(...state.args).restore(state)
  }
}

const IS_FIXED = new Set(['name', 'warmUp'])

function plain(value: unknown): StateField {
  if (value instanceof Float64Array) return Array.from(value)
  if (value instanceof Indicator) return value.toJSON()
  return value as number | boolean
}

const misfit = ({ name }: Indicator<never, unknown>, what: string) =>
  new TypeError(`${name}: its stored state does not fit: ${what}`)

/** All of it is looked at before the first field is taken over. */
function throwIfOther(indicator: Indicator<never, unknown>, state: IndicatorState): void {
  if (state?.indicator !== indicator.name) throw misfit(indicator, `it is of ${String(state?.indicator)}`)
  const { args } = indicator.toJSON()
  if (JSON.stringify(state.args) !== JSON.stringify(args))
    throw misfit(indicator, `it is of (${String(state.args)}), this one is of (${args})`)
  for (const [field, fresh] of fieldsOf(indicator)) {
    const stored = state[field]
    if (fresh instanceof Indicator) throwIfOther(fresh, stored as IndicatorState)
    else if (fresh instanceof Float64Array) {
      if (!Array.isArray(stored) || stored.length !== fresh.length || !stored.every(Number.isFinite))
        throw misfit(indicator, `${field} must be ${fresh.length} numbers`)
    } else if (typeof stored !== typeof fresh) throw misfit(indicator, `${field} must be a ${typeof fresh}`)
  }
}

function fill(indicator: Indicator<never, unknown>, state: IndicatorState): void {
  const fields = indicator as unknown as Record<string, unknown>
  for (const [field, fresh] of fieldsOf(indicator)) {
    const stored = state[field]
    if (fresh instanceof Indicator) fill(fresh, stored as IndicatorState)
    else if (fresh instanceof Float64Array) fresh.set(stored as number[])
    else fields[field] = stored
  }
}

const fieldsOf = (indicator: object) => Object.entries(indicator).filter(([field]) => !IS_FIXED.has(field))
