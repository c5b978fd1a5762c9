// The page of a search: one HTML file without any script.
import { readFileSync } from 'node:fs'
import { html, Markup } from '../report/html.js'
import type { OptimiseAnswer, RankedAnswer, WindowAnswer } from './answer.js'
import type { HeatMap } from './heat-map.js'
import { optimiseTexts as t } from './page-texts.js'

export function optimisePage(answer: OptimiseAnswer, heat: HeatMap | null): string {
  const { data, strategy, trials, stopped, search } = answer
  const objective = t.objectives[answer.objective]
  const counts = [
    t.counts(grouped(trials.done), grouped(trials.planned)),
    ...(trials.refused > 0 ? [t.refused(grouped(trials.refused))] : []),
    ...(trials.excluded > 0 ? [t.excluded(grouped(trials.excluded))] : []),
  ]
  return html`<!doctype html>
<html lang="${t.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${data.symbol} · ${strategy} · ${objective}</title>
<style>${new Markup(style())}</style>
</head>
<body>
<main>
<header>
<h1>${data.symbol} <small>${strategy}</small></h1>
<p>${t.lead(objective, grouped(search.points), t.method(search.method, search.seed))}. ${counts.join(', ')}.<br>${grouped(data.candles)} × ${data.timeframe}, ${day(data.from)} – ${day(data.to)}</p>
${stopped ? html`<p class="warn">${t.stopped}</p>` : html``}
</header>
<section><h2>${t.trust}</h2>${trust(answer)}</section>
<section><h2>${t.ranking}</h2>${ranking(answer)}</section>
${heat ? html`<section><h2>${t.heat}</h2><p>${t.heatLead(objective, heat.across.name, heat.down.name)}</p>${heatTable(heat)}</section>` : html``}
${answer.walkForward ? windows(answer.walkForward) : html``}
<section><h2>${t.searched}</h2><dl>${Object.entries(answer.searched).map(([name, values]) => pair(name, shortList(values as unknown[])))}${Object.entries(answer.fixed).map(([name, value]) => pair(name, JSON.stringify(value)))}</dl></section>
<footer><p>${t.madeBy}</p></footer>
</main>
</body>
</html>
`.text
}

function trust({ overfitting }: OptimiseAnswer): Markup {
  const { deflatedSharpe, outOfSampleShare, trials, warnings } = overfitting
  const share = outOfSampleShare === null ? t.unknown : `${(outOfSampleShare * 100).toFixed(0)} %`
  const list = warnings.map(({ text }) => html`<li>${text}</li>`)
  return html`<dl>${pair(t.deflated, deflatedSharpe === null ? t.unknown : deflatedSharpe.toFixed(3), t.deflatedHelp(grouped(trials)))}${pair(t.share, share, t.shareHelp)}</dl>${list.length > 0 ? html`<ul class="warn">${list}</ul>` : html`<p>${t.noWarnings}</p>`}`
}

function ranking({ best, walkForward, inSample, outOfSample, objective }: OptimiseAnswer): Markup {
  const [first] = best
  if (!first || !inSample) return html`<p>${t.noneRanked}</p>`
  const chosen = t.rankingLead(day(inSample.from), day(inSample.to))
  // Of a walk-forward search only the winner is tried elsewhere, and its windows have a table of their own.
  const isOutside = outOfSample !== null && walkForward === null
  const held = isOutside ? t.heldBack(day(outOfSample.from), day(outOfSample.to)) : ''
  const names = Object.keys(first.parameters)
  const { columns } = t
  const figures = [t.objectives[objective], columns.returned, columns.drawdown, columns.trades]
  const heads = [columns.rank, ...names, ...figures]
  const more = isOutside ? figures : []
  const above = isOutside
    ? html`<tr><th colspan="${names.length + 1}"></th><th class="n" colspan="4">${columns.inside}</th><th class="n" colspan="4">${columns.outside}</th></tr>`
    : html``
  return html`<p>${chosen}${held}.</p><div class="wide tall"><table><thead>${above}<tr>${[...heads, ...more].map((name) => html`<th scope="col" class="n">${name}</th>`)}</tr></thead><tbody>${best.map((one) => row(one, names, isOutside))}</tbody></table></div>`
}

function row(
  { rank, parameters, objective, stats, outOfSample }: RankedAnswer,
  names: string[],
  isOutside: boolean,
): Markup {
  const outside = isOutside ? figureCells(outOfSample?.objective ?? null, outOfSample?.stats ?? null) : []
  return html`<tr>${[cell(rank), ...names.map((name) => cell(String(parameters[name]))), ...figureCells(objective, stats), ...outside]}</tr>`
}

const figureCells = (objective: number | null, stats: RankedAnswer['stats'] | null): Markup[] => [
  toned(objective),
  toned(stats?.returnPercent ?? null),
  cell(shown(stats?.maxDrawdownPercent ?? null)),
  cell(stats ? grouped(stats.trades) : '–'),
]

const cell = (text: string | number) => html`<td class="n">${text}</td>`
const toned = (value: number | null) =>
  html`<td class="n ${value === null || value === 0 ? '' : value > 0 ? 'up' : 'down'}">${shown(value)}</td>`

/** Above zero green, below it red, each by its part of the farthest. */
function heatTable({ across, down, cells, lowest, highest }: HeatMap): Markup {
  const farthest = Math.max(Math.abs(lowest), Math.abs(highest))
  const heads = across.values.map((value) => html`<th scope="col" class="n">${String(value)}</th>`)
  const rows = down.values.map((value, at) => {
    const line = cells[at]?.map((score, place) => {
      if (score === null) return html`<td></td>`
      const strength = farthest === 0 ? 0 : Math.round((Math.abs(score) / farthest) * 70)
      const title = t.heatTitle(`${across.name} ${across.values[place]}`, `${down.name} ${value}`, shown(score))
      const isBest = score === highest ? 'best' : ''
      return html`<td class="n ${isBest}" title="${title}" style="background:color-mix(in srgb,var(--${score < 0 ? 'r' : 'g'}) ${strength}%,transparent)">${shown(score)}</td>`
    })
    return html`<tr><th scope="row" class="n">${String(value)}</th>${line ?? []}</tr>`
  })
  return html`<div class="wide"><table class="heat"><thead><tr><th>${down.name} / ${across.name}</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function windows({
  anchored,
  windows: all,
  outOfSampleReturnPercent,
}: NonNullable<OptimiseAnswer['walkForward']>): Markup {
  const span = ({ from, to }: WindowAnswer['inSample']) => `${day(from)} – ${day(to)}`
  const rows = all.map((one) => {
    const said = one.parameters ? Object.entries(one.parameters).map(([name, value]) => `${name}=${value}`) : ['–']
    return html`<tr><td>${span(one.inSample)}</td><td>${span(one.outOfSample)}</td><td>${said.join(' ')}</td>${[toned(one.inSampleObjective), toned(one.outOfSampleObjective), toned(one.outOfSampleStats?.returnPercent ?? null), cell(one.outOfSampleStats?.trades ?? '–')]}</tr>`
  })
  const heads = t.windowColumns.map((name, at) => html`<th scope="col" class="${at > 2 ? 'n' : ''}">${name}</th>`)
  const whole =
    outOfSampleReturnPercent === null ? html`` : html`<p>${t.compounded(shown(outOfSampleReturnPercent))}</p>`
  return html`<section><h2>${t.windows}</h2><p>${t.windowsLead(anchored)}</p><div class="wide"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>${whole}</section>`
}

const pair = (name: string, value: string, help = '') =>
  html`<dt>${name}</dt><dd>${value}${help === '' ? html`` : html`<br><small>${help}</small>`}</dd>`

const SHOWN_VALUES = 12

export function shortList(values: readonly unknown[]): string {
  if (values.length <= SHOWN_VALUES) return values.join(', ')
  return `${values.slice(0, 3).join(', ')} … ${values.slice(-2).join(', ')} (${values.length})`
}

export const shown = (value: number | null): string => (value === null ? '–' : value.toFixed(2))
export const grouped = (value: number): string => value.toLocaleString('en-US')
export const day = (text: string): string => text.slice(0, 10)

/** That of the backtest's report, and what only this page has. */
const style = () => `${readFileSync(new URL('../report/page.css', import.meta.url), 'utf8')}
.warn { color: var(--down); }
ul.warn { margin: 12px 0 0; padding-left: 20px; }
.heat td, .heat th { border: 1px solid var(--card); padding: 6px 8px; }
@media (max-width: 760px) { dl { grid-template-columns: minmax(0, 1fr); gap: 0; } dd { margin: 0 0 8px; } }
.heat td.best { outline: 2px solid var(--text); outline-offset: -2px; }
`
