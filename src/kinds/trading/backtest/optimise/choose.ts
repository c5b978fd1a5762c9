// Which points of the grid are tried. Pure, and the same from the same seed.
import { BadInput } from '../../../../core/bad-input.js'
import { openRandom } from './random.js'
import { type Dimension, gridSize, type Point, pointAt } from './space.js'

export interface Search {
  method: 'grid' | 'random'
  /** Of random: how many. */
  trials: number
  seed: number
}

/** Results of each stay in memory. */
const MOST_TRIALS = 1_000_000

export function chosenPoints(dimensions: readonly Dimension[], { method, trials, seed }: Search): Point[] {
  const size = gridSize(dimensions)
  if (method === 'random' && trials < size) return numbersBelow(size, trials, seed).map((at) => pointAt(dimensions, at))
  if (size > MOST_TRIALS)
    throw new BadInput(`--param: the grid has ${size} points`, 'fewer values, or --search random --trials 1000')
  return Array.from({ length: size }, (_, at) => pointAt(dimensions, at))
}

/** Different ones, in order. Floyd's sampling: so many draws as are asked for, however many there are. */
function numbersBelow(size: number, count: number, seed: number): number[] {
  const random = openRandom(seed)
  const chosen = new Set<number>()
  for (let most = size - count; most < size; most++) {
    const drawn = random.below(most + 1)
    chosen.add(chosen.has(drawn) ? most : drawn)
  }
  return [...chosen].sort((a, b) => a - b)
}
