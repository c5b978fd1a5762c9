// Errors of `frota trading optimise`.
export const texts = {
  noParam: '--param is missing: what is to be searched',
  noParamHint: (fields: string[]) => `the strategy has ${fields.join(', ')}; as in --param fast=5:50:5`,
  nothingToSearch: 'one single point is no search',
  needsBoth: '--in-sample and --out-of-sample belong together',
  twoWays: '--holdout and --out-of-sample exclude each other',
  badHeat: (text: string, known: string[]) => `--heat "${text}" must name two of ${known.join(', ')}`,
  tooMany: (trials: number, most: number) => `${trials} backtests are too many: ${most} at most`,
  tooManyHint: 'fewer values, fewer windows, or --search random --trials 500',
  tooManyCandles: (most: number) => `more than ${most} candles: all of them lie in memory during a search`,
  tooManyCandlesHint: 'a longer timeframe, or less time by --from and --to',
  allRefused: (why: string) => `the strategy refuses every point: ${why}`,
  riskParam: (name: string, why: string) => `--param ${name}: ${why}`,
}
