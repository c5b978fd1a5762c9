// The job `backtest` in this process, on the S&P 500 of vega-datasets (BSD licence) unless it is given other candles.
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FileInPlace } from '../src/kinds/file.js'
import { run } from '../src/kinds/trading/jobs/backtest.js'
import { backtestInput } from '../src/kinds/trading/jobs/backtest-input.js'

/** The package exports its modules only. */
export const SP500 = fileURLToPath(new URL('../node_modules/vega-datasets/data/sp500-2000.csv', import.meta.url))

export const inPlace = (path: string) => new FileInPlace({ name: basename(path), bytes: 1, path })

/** @param dir where it stands, and its cache lies */
export function openBacktest(dir: string) {
  const log = () => undefined
  return (given: Record<string, unknown>, more: { signal?: AbortSignal; progress?: () => Promise<void> } = {}) =>
    run({
      input: backtestInput.parse({ data: inPlace(SP500), strategy: 'sma-cross', ...given }),
      signal: more.signal ?? new AbortController().signal,
      progress: more.progress ?? (async () => undefined),
      dirs: { cwd: dir, tmp: dir, data: dir },
      modules: { strategies: [] },
      log: { debug: log, info: log, warn: log, error: log },
    })
}
