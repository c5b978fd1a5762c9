// What people read of `frota trading backtest`: errors, and the summary in the terminal.
export const texts = {
  noStrategy: '--strategy is missing',
  noStrategyHint: (known: string[]) => `one of ${known.join(', ')}`,
  noCandles: 'there are no candles to read: give --data FILE.csv, or --venue, --symbol and --timeframe',
  twoSources: '--data and --venue exclude each other',
  twoConfigs: '--config and a session exclude each other',
  needsWith: (flag: string) => `${flag} is missing beside --venue`,
  emptyRange: (from: string, to: string) => `--from ${from} lies after --to ${to}`,
  noneInRange: (where: string) => `${where}: no candle lies between --from and --to`,
  badRate: (flag: string, text: string, least: number, most: number) =>
    `${flag} must be a ratio or percent from ${least * 100}% to ${most * 100}%, not ${JSON.stringify(text)}`,
  badTimeframe: (flag: string, why: string) => `${flag}: ${why}`,
  tooLong: (where: string, found: string, timeframe: string) =>
    `${where}: its candles are of ${found}, so they cannot be read as candles of ${timeframe}`,
  tooLongHint: 'leave --timeframe out; a strategy has longer candles made of shorter ones',
  badParameters: (where: string, why: string) => `${where}: ${why}`,
  rateHint: 'as in 0.001 or 0.1%',
  badSize: (text: string) =>
    `--size must be all-in, fraction:0.5, fixed:10, risk or risk:5, not ${JSON.stringify(text)}`,
  badSetting: (text: string) => `--set ${JSON.stringify(text)} is not key=value`,
  badGroup: (key: string, groups: string[]) => `--set ${key}: only ${groups.join(', ')} have keys of their own`,
  badConfig: (where: string, why: string) => `${where}: ${why}`,
  unknownKey: (key: string, known: string[]) => `unknown key "${key}": known are ${known.join(', ')}`,
  badTarget: (flag: string, path: string, why: string) => `${flag}: ${path}: ${why}`,
  noDirectory: (path: string) => `there is no directory ${path}`,
  sameTarget: (flag: string, other: string) => `${flag} and ${other} name the same file`,
  noTimeframe: (where: string) => `${where}: one candle does not say how long it is`,
  timeframeHint: 'say it: --timeframe 1d',
  badStep: (key: string, value: unknown, isStep: boolean) =>
    `--set instrument.${key} must be ${isStep ? 'a number above 0' : 'a number'}, not ${JSON.stringify(value)}`,
  progress: 'candles',
  wrote: (path: string) => `Written: ${path}`,
  titles: { equity: 'Equity', trades: 'Trades', statistics: 'Statistics', data: 'Data' },
  columns: ['SIDE', 'ENTRY', 'PRICE', 'EXIT', 'PRICE', 'SIZE', 'PROFIT', '%', 'WHY'],
  noTrades: 'It made no trade.',
  moreTrades: (count: number) => `… ${count} more before these (--trades FILE.csv has all)`,
  candles: (count: string, timeframe: string, from: string, to: string) =>
    `${count} candle${count === '1' ? '' : 's'} of ${timeframe}, ${from} to ${to}`,
  gaps: (gaps: number, missing: number) => `${gaps} gap${gaps === 1 ? '' : 's'}, ${missing} candles missing`,
  longestGap: (after: string, before: string) => `the longest from ${after} to ${before}`,
  zeroVolume: (count: number) => `${count} candles without volume`,
  refused: (count: number, code: string, text: string) => `${count} × ${code}: ${text}`,
  allowShort: ' (--allow-short)',
  stillOpen: (count: number) =>
    `${count} position${count === 1 ? ' is' : 's are'} still open (--close-at-end closes them)`,
  fees: 'fees',
  funding: 'funding',
}
