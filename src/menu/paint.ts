// Colours, and text that fits a terminal. NO_COLOR and dumb terminals are asked of the terminal itself.
import { Chalk } from 'chalk'
import { clip, padTo, widthOf, wrap } from '../cli/width.js'
import type { StateName } from '../core/states.js'

export const paint = new Chalk({ level: process.stdout.isTTY && process.stdout.hasColors() ? 1 : 0 })

const STATE_COLOUR: Record<StateName, (text: string) => string> = {
  ready: paint.green,
  pairing: paint.yellow,
  degraded: paint.yellow,
  starting: paint.cyan,
  stopping: paint.cyan,
  waiting: paint.yellow,
  backoff: paint.red,
  failed: paint.red,
  fenced: paint.red,
  stopped: paint.dim,
}
export const paintState = (state: StateName, text: string = state) => STATE_COLOUR[state](text)

export { clip, padTo, widthOf, wrap }

/** Exactly so many columns. */
export const cell = (text: string, columns: number) => padTo(clip(text, columns), columns)
