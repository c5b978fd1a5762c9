// The parts of the report that are text and tables.
import type { DataQuality } from '../../candles/quality.js'
import type { MonthReturn } from '../../stats/periods.js'
import type { Statistics } from '../../stats/statistics.js'
import { money, shownStatistic, statisticLabels } from '../../stats/statistics-texts.js'
import type { BacktestAnswer } from '../answer.js'
import type { MeasuredBacktest } from '../measured.js'
import type { Trade } from '../types.js'
import { html, type Markup } from './html.js'
import { reportTexts as t } from './report-texts.js'

const SIGNED = new Set([
  'returnPercent',
  'buyHoldPercent',
  'cagrPercent',
  'expectancyPercent',
  'averageTradePercent',
  'sharpe',
])

export function statisticTiles(stats: Statistics): Markup {
  const tiles = (Object.keys(statisticLabels) as (keyof Statistics)[]).map((name) => {
    const value = stats[name]
    const { label, help } = statisticLabels[name]
    const tone = SIGNED.has(name) && value !== null && value !== 0 ? (value > 0 ? 'up' : 'down') : ''
    return html`<li tabindex="0"><span>${label}</span><b class="${tone}">${shownStatistic(name, value)}</b><small role="tooltip">${help}</small></li>`
  })
  return html`<ul class="tiles">${tiles}</ul>`
}

export function monthTable(months: readonly MonthReturn[]): Markup {
  const years = [...new Set(months.map(({ year }) => year))]
  const rows = years.map((year) => {
    const ofYear = months.filter((one) => one.year === year)
    const whole = ofYear.reduce((growth, one) => growth * (1 + one.return), 1) - 1
    const cells = t.monthNames.map((_, i) => monthCell(ofYear.find(({ month }) => month === i + 1)?.return))
    return html`<tr><th scope="row">${String(year)}</th>${cells}${monthCell(whole, 'whole')}</tr>`
  })
  const names = t.monthNames.map((name) => html`<th scope="col">${name}</th>`)
  return html`<div class="wide"><table class="months"><thead><tr><th scope="col">${t.year}</th>${names}<th scope="col">${t.whole}</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

const TONES = [0.005, 0.03, 0.08]

function monthCell(share: number | undefined, more = ''): Markup {
  if (share === undefined) return html`<td></td>`
  const strength = TONES.filter((from) => Math.abs(share) >= from).length
  const tone = strength === 0 ? '' : `${share > 0 ? 'g' : 'r'}${strength}`
  return html`<td class="${`${tone} ${more}`.trim()}">${(share * 100).toFixed(1)}</td>`
}

export function tradeTable(trades: readonly Trade[], all: number): Markup {
  if (trades.length === 0) return html`<p>${t.noTrades}</p>`
  const rows = trades.map(
    (one, i) =>
      html`<tr data-trade="${i}" tabindex="0"><td>${one.side}</td><td>${time(one.entryAt)}</td><td class="n">${one.entryPrice}</td><td>${time(one.exitAt)}</td><td class="n">${one.exitPrice}</td><td class="n">${one.size}</td><td class="n">${money(one.profit)}</td><td class="n ${one.profit < 0 ? 'down' : 'up'}">${one.profitPercent.toFixed(2)}</td><td>${one.reason}${one.tag === '' ? '' : ` · ${one.tag}`}</td></tr>`,
  )
  const names = t.tradeColumns.map(
    (name, i) => html`<th scope="col" class="${[2, 4, 5, 6, 7].includes(i) ? 'n' : ''}">${name}</th>`,
  )
  const some = all > trades.length ? html`<p>${t.someTrades(whole(trades.length), whole(all))}</p>` : html``
  return html`${some}<div class="wide tall"><table class="list"><thead><tr>${names}</tr></thead><tbody>${rows}</tbody></table></div>`
}

/** @param settings what was set of risk and of the fill model, by group */
export function parameterTable(
  parameters: BacktestAnswer['parameters'],
  settings: { [group: string]: { [key: string]: unknown } },
): Markup {
  const own = Object.entries(parameters)
  const set = Object.entries(settings).flatMap(([group, values]) =>
    Object.entries(values).map(([key, value]) => [`${group}.${key}`, value] as const),
  )
  const rows = [...own, ...set].map(([name, value]) =>
    pair(name, typeof value === 'string' ? value : JSON.stringify(value)),
  )
  return rows.length === 0 ? html`<p>${t.noParameters}</p>` : html`<dl>${rows}</dl>`
}

export function dataTable(answer: BacktestAnswer, quality: DataQuality, { result, refused }: MeasuredBacktest): Markup {
  const { data } = answer
  const gaps =
    quality.gaps === 0 ? (quality.closes ? t.closes : t.noGaps) : t.gaps(whole(quality.gaps), whole(quality.missing))
  const rows = [
    pair(t.dataRows.source, data.source),
    pair(t.dataRows.symbol, data.symbol),
    pair(t.dataRows.timeframe, data.timeframe),
    pair(t.dataRows.range, `${time(quality.from)} – ${time(quality.to)}`),
    pair(t.dataRows.candles, whole(data.candles)),
    pair(
      t.dataRows.gaps,
      gaps,
      ...quality.longestGaps.map((gap) => t.gap(time(gap.after), time(gap.before), whole(gap.missing))),
    ),
    pair(t.dataRows.zeroVolume, whole(quality.zeroVolume)),
    pair(t.dataRows.fees, `${money(result.fees)}, ${money(result.funding)}`),
    ...refused.map(({ code, count, text }, i) =>
      pair(i === 0 ? t.dataRows.refused : '', t.refused(whole(count), `${code}: ${text}`)),
    ),
  ]
  return html`<dl>${rows}</dl>`
}

const pair = (name: string, value: string, ...more: string[]) =>
  html`<dt>${name}</dt><dd>${value}${more.map((line) => html`<br><small>${line}</small>`)}</dd>`

export const whole = (value: number) => value.toLocaleString('en-US')
export const time = (at: number) => new Date(at).toISOString().slice(0, 16).replace('T', ' ').replace(' 00:00', '')
