// The standard normal distribution.

const ROOT_TWO_PI = Math.sqrt(2 * Math.PI)
/** Beyond it the rest is below what a double beside 1 can say. */
const FARTHEST = 8.3

/**
 * Below x, from 0 to 1. The series of G. Marsaglia, "Evaluating the Normal Distribution", Journal of Statistical Software
 * 11 (2004): accurate to the last digits of a double.
 */
export function normalBelow(x: number): number {
  if (x < -FARTHEST) return 0
  if (x > FARTHEST) return 1
  let [sum, term, before] = [x, x, 0]
  for (let odd = 3; sum !== before; odd += 2) {
    before = sum
    term *= (x * x) / odd
    sum += term
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / ROOT_TWO_PI
}

/** The x below which this share lies: by halving, to the last bit that `normalBelow` can tell. */
export function normalAt(share: number): number {
  if (!(share > 0 && share < 1)) throw new RangeError(`a share lies between 0 and 1, ${share} does not`)
  let [low, high] = [-FARTHEST, FARTHEST]
  for (;;) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (normalBelow(middle) < share) low = middle
    else high = middle
  }
}
