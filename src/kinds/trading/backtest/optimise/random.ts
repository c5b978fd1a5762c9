// Chance that comes out the same from the same seed, on every machine: sfc32 by Chris Doty-Humphrey (PractRand), seeded
// with a counter and run in.

export interface Random {
  /** From 0 to below 1, in steps of 2^-32. */
  next(): number
  /** A whole number from 0 to below `most`. */
  below(most: number): number
}

const RUN_IN = 15

export function openRandom(seed: number): Random {
  let [a, b, c, counter] = [Math.floor(seed / 2 ** 32) | 0, seed | 0, 0x9e3779b9 | 0, 1]
  const word = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let round = 0; round < RUN_IN; round++) word()
  // Two words: the grid of a search may have more than 2^32 points.
  const fine = () => (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53
  return { next: () => word() / 2 ** 32, below: (most) => Math.floor(fine() * most) }
}
