// The flags of `frota trading optimise`: those of a backtest, and what is searched.
import { z } from 'zod'
import { OBJECTIVES } from '../backtest/optimise/objective.js'
import { backtestInput } from './backtest-input.js'

const target = (what: string) => z.string().min(1).optional().describe(`Writes ${what}`)

export const optimiseInput = backtestInput.omit({ equity: true, trades: true, html: true }).extend({
  param: z
    .array(z.string().min(1))
    .default([])
    .describe('What is searched: fast=5:50:5, mode=a,b, fast for its whole range, risk.KEY=… of the risk settings'),
  search: z.enum(['grid', 'random']).default('grid').describe('All points, or some of them'),
  trials: z.int().min(2).max(250_000).default(500).describe('How many points of a random search'),
  seed: z
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .default(1)
    .describe('Of a random search: the same seed, the same points'),
  objective: z.enum(OBJECTIVES).default('sharpe').describe('What is to be high'),
  minTrades: z.int().min(0).default(10).describe('With fewer trades a trial cannot win'),
  maxDrawdown: z
    .number()
    .positive()
    .max(100)
    .optional()
    .describe('With a deeper drawdown, in percent, a trial cannot win'),
  holdout: z
    .number()
    .min(1)
    .max(90)
    .optional()
    .describe('Percent of the candles, at the end, that the best are tried on unseen'),
  inSample: z.string().optional().describe('Walk-forward: parameters are chosen in this long: 180d, 26w, 6m, 1y'),
  outOfSample: z.string().optional().describe('Walk-forward: and tried in the time after it, this long'),
  anchored: z.boolean().default(false).describe('Walk-forward: all that was before, instead of the last --in-sample'),
  warmUp: z
    .int()
    .min(0)
    .max(100_000)
    .default(200)
    .describe('Candles before each stretch that indicators see and nobody trades on'),
  top: z.int().min(1).max(1000).default(20).describe('How many of the best are shown'),
  workers: z.int().min(1).max(256).optional().describe('How many at once; one for each core unless said'),
  resume: z.string().min(1).optional().describe('A file of finished trials: made, and gone on from when it is there'),
  heat: z.string().optional().describe('Two parameters of the heat map: fast,slow'),
  html: target('a page to look at in a browser'),
  output: target('all trials, CSV'),
})

export type OptimiseInput = z.output<typeof optimiseInput>
