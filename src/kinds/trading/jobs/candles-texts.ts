// What people read of `frota trading candles`: errors, and its tables.
export const texts = {
  missing: (flag: string) => `${flag} is missing`,
  missingHint: (action: string) =>
    `frota trading candles${action === 'get' ? '' : ` ${action}`} --venue binanceusdm --symbol BTC/USDT:USDT --timeframe 1h`,
  badEndpoint: '--endpoint must be http://127.0.0.1:PORT or http://localhost:PORT',
  emptyRange: '--from does not lie before --to',
  noTimeframe: (venue: string, timeframe: string, has: string[]) =>
    `${venue} has no candles of ${timeframe}: it has ${has.join(', ')}`,
  unknownSymbol: (venue: string, symbol: string) => `${venue} has no perpetual contract "${symbol}"`,
  unknownHint: 'as in BTC/USDT:USDT, or by the venue’s own name (BTCUSDT; on Hyperliquid BTC)',
  removeWhat: 'say what to remove: --venue, --symbol, --timeframe, or --all',
  damagedFile: 'remove the file: everything in it is downloaded again',
  notHere: 'there are no such candles here',
  notHereHint: 'frota trading candles ls shows what there is',
  needsOutput: '--output is missing: the CSV file to write',
  oneAtATime: 'one series at a time: give --venue, --symbol and --timeframe',
  badOutput: (path: string, why: string) => `--output: ${path}: ${why}`,
  waits: (what: string, holder: string) => `${what} is being downloaded by ${holder}; waiting for it`,
  tooOld: (venue: string, what: string, before: string) =>
    `${what}: ${venue} keeps no candles from before ${before}; what is here already stays`,
  nothingHere: 'No candles are here yet. frota trading candles --venue … --symbol … --timeframe … downloads some.',
  columns: ['VENUE', 'SYMBOL', 'TF', 'FROM', 'TO', 'CANDLES', 'MISSING', 'SIZE'],
  verified: 'VERIFIED',
  added: (count: string) => `${count} new`,
  nothingNew: 'nothing new',
  gap: (from: string, to: string, candles: number) =>
    `  the venue has none from ${from} to ${to} (${candles} candle${candles === 1 ? '' : 's'})`,
  notDownloaded: (from: string, to: string) => `  not downloaded: ${from} to ${to}`,
  moreGaps: (count: number) => `  … and ${count} more gaps (--json has all)`,
  damaged: (from: string, to: string, why: string) =>
    `  damaged from ${from} to ${to}: ${why}; forgotten, the next download fetches it again`,
  removed: (what: string) => `Removed: ${what}`,
  wrote: (path: string, candles: string) => `Written: ${path}, ${candles} candles`,
  stopped: 'Stopped. What came is kept; the same command goes on from there.',
}
