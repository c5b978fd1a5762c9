// What the menu, the CLI and the supervisor know of trading. It does jobs; sessions come with brokers.
import { z } from 'zod'
import { defineKind } from '../sdk.js'
import { backtestInput } from './jobs/backtest-input.js'
import { candlesInput } from './jobs/candles-input.js'
import { checkInput } from './jobs/check-input.js'
import { optimiseInput } from './jobs/optimise-input.js'

export const trading = defineKind({
  name: 'trading',
  title: 'Trading bot',
  config: z.object({}),
  jobs: {
    backtest: {
      input: backtestInput,
      args: ['session'],
      maxMemory: '2GB',
      help: 'Runs a strategy over past candles, with fees, risk and statistics',
      run: new URL('./jobs/backtest.js', import.meta.url),
    },
    optimise: {
      input: optimiseInput,
      args: ['session'],
      maxMemory: '4GB',
      help: 'Searches a strategy’s parameters over past candles, on all cores',
      run: new URL('./jobs/optimise.js', import.meta.url),
    },
    candles: {
      input: candlesInput,
      args: ['action'],
      help: 'Past candles of the venues, kept on this machine',
      run: new URL('./jobs/candles.js', import.meta.url),
    },
    check: {
      input: checkInput,
      args: ['strategy'],
      help: 'Tries whether a strategy looks ahead, asks clock or chance, or forgets at a restart',
      run: new URL('./jobs/check.js', import.meta.url),
    },
  },
})
