// Whether a chunk is what was written. Pure.
import { crc32 } from 'node:zlib'
import { openingAt, type Timeframe } from '../venues/timeframes.js'
import type { StoredChunk } from './cache.js'
import { BadChunk, unpacked } from './codec.js'

/** Null: nothing is wrong with it. */
export function problemIn({ data, crc, candles, first, last }: StoredChunk, timeframe: Timeframe): string | null {
  if (crc32(data) !== crc) return 'its check sum is another one'
  try {
    const { at, length } = unpacked(data)
    if (length !== candles || at[0] !== first || at[length - 1] !== last) return 'it holds other candles than it says'
    for (let place = 0; place < length; place++) {
      const opening = at[place] as number
      if (openingAt(timeframe, opening) !== opening) return 'a candle opens where none opens'
      if (place > 0 && opening <= (at[place - 1] as number)) return 'its candles are not in order'
    }
    return null
  } catch (error) {
    if (error instanceof BadChunk) return error.message
    throw error
  }
}
