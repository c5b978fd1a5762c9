// What people read of `frota trading check`.
export const texts = {
  progress: 'trying the strategy',
  madeUp: 'made-up candles',
  badSetting: (setting: string) => `--set ${setting}: write key=value`,
  head: (strategy: string, signals: number, candles: number, source: string) =>
    `${strategy}: ${signals} signals in ${candles} candles of ${source}`,
  fine: '✓ the same on cut and whole data, the second time, and after restarts; it asks neither clock nor chance',
}
