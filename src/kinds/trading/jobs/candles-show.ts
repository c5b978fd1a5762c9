// The answers of `frota trading candles` for people.
import type { Json, JsonObject } from '../../../core/json.js'
import type { JobScreen } from '../../job.js'
import { texts as t } from './candles-texts.js'

const SHOWN_GAPS = 5

export function drawn(result: JsonObject, _screen: JobScreen): string {
  const rows = (result.series ?? []) as JsonObject[]
  switch (result.action) {
    case 'export':
      return t.wrote(String(result.file), grouped(result.candles))
    case 'rm':
      return (result.removed as JsonObject[])
        .map((one) => t.removed(`${one.venue} ${one.symbol} ${one.timeframe}`))
        .join('\n')
    default: {
      const shown = rows.length === 0 && result.stopped !== true ? t.nothingHere : table(rows)
      return result.stopped === true ? [shown, t.stopped].filter((text) => text !== '').join('\n') : shown
    }
  }
}

function table(rows: JsonObject[]): string {
  if (rows.length === 0) return ''
  const isDownload = rows.some((row) => 'added' in row)
  const heads = isDownload ? [...t.columns, ''] : t.columns
  const cells = rows.map((row) => [
    String(row.venue),
    String(row.symbol),
    String(row.timeframe),
    shortTime(row.from),
    shortTime(row.to),
    grouped(row.candles),
    grouped(row.missing),
    roundSize(Number(row.bytes)),
    ...(isDownload ? [Number(row.added) > 0 ? t.added(grouped(row.added)) : t.nothingNew] : []),
  ])
  const widths = heads.map((head, at) => Math.max(head.length, ...cells.map((row) => row[at]?.length ?? 0)))
  const line = (row: string[]) =>
    row
      .map((cell, at) => (at > 4 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd()
  return [line(heads), ...rows.flatMap((row, at) => [line(cells[at] ?? []), ...remarks(row)])].join('\n')
}

function remarks({ gaps, notDownloaded, damaged }: JsonObject): string[] {
  const all = (gaps ?? []) as JsonObject[]
  const longest = [...all].sort((a, b) => Number(b.candles) - Number(a.candles)).slice(0, SHOWN_GAPS)
  return [
    ...longest.map(({ from, to, candles }) => t.gap(shortTime(from), shortTime(to), Number(candles))),
    ...(all.length > SHOWN_GAPS ? [t.moreGaps(all.length - SHOWN_GAPS)] : []),
    ...((notDownloaded ?? []) as JsonObject[])
      .slice(0, SHOWN_GAPS)
      .map(({ from, to }) => t.notDownloaded(shortTime(from), shortTime(to))),
    ...((damaged ?? []) as JsonObject[]).map(({ from, to, problem }) =>
      t.damaged(shortTime(from), shortTime(to), String(problem)),
    ),
  ]
}

const shortTime = (value: Json | undefined) => (typeof value === 'string' ? value.slice(0, 16).replace('T', ' ') : '-')
const grouped = (value: Json | undefined) => String(value ?? 0).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

function roundSize(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.ceil(bytes / 1000)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}
