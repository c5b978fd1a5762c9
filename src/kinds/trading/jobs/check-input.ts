// The flags of `frota trading check`.
import { z } from 'zod'
import { file } from '../../file.js'

const MOST_CANDLE_BYTES = 1e9

export const checkInput = z.object({
  strategy: z.string().min(1).describe('The module with the strategy, or the name of one'),
  data: file({ maxBytes: MOST_CANDLE_BYTES, help: 'Candles to try it on, CSV; made-up ones unless said' }).optional(),
  timeframe: z
    .string()
    .optional()
    .describe('How long a candle is: as the file’s first ones unless said, made-up ones 1h'),
  candles: z.int().min(100).max(200_000).default(3000).describe('How many candles it is tried on, from the first'),
  set: z.array(z.string()).default([]).describe('key=value of its parameters'),
})

export type CheckJobInput = z.output<typeof checkInput>
