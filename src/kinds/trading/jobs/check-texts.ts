// What people read of `frota trading check`.
import type { ParameterField } from '../strategies/parameters.js'

const rangeOf = ({ least, most, choices }: ParameterField) => {
  if (choices.length > 0) return `, ${choices.join(' or ')}`
  return least === null && most === null ? '' : `, ${least ?? '…'} to ${most ?? '…'}`
}

export const texts = {
  progress: 'trying the strategy',
  madeUp: 'made-up candles',
  badSetting: (setting: string) => `--set ${setting}: write key=value`,
  head: (strategy: string, signals: number, candles: number, source: string) =>
    `${strategy}: ${signals} signals in ${candles} candles of ${source}`,
  field: (field: ParameterField, value: unknown) =>
    `${field.name}=${value === '' ? "''" : value}${rangeOf(field)}: ${field.help}`,
  fine: '✓ the same on cut and whole data, the second time, and after restarts; it asks neither clock nor chance',
}
