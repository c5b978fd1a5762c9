// The report: one HTML file that needs no network, and may use none. The chart library (TradingView Lightweight Charts,
// Apache-2.0) lies in it whole; scripts run by their hashes only, so that nothing that stands in the data ever runs.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import type { Draft } from '../../../../node/put-file.js'
import type { CandleColumns } from '../../candles/candle.js'
import type { DataQuality } from '../../candles/quality.js'
import { distribution } from '../../stats/distribution.js'
import { orderBands } from '../../stats/monte-carlo.js'
import { monthlyReturns } from '../../stats/periods.js'
import type { BacktestAnswer } from '../answer.js'
import type { MeasuredBacktest } from '../measured.js'
import { candleLevels } from './candle-levels.js'
import { bandsDrawing, bandsLegend, distributionDrawing } from './drawings.js'
import { html, Markup, scriptJson } from './html.js'
import { chosenTrades, pageData } from './page-data.js'
import { reportTexts as t } from './report-texts.js'
import { dataTable, monthTable, parameterTable, statisticTiles, time, tradeTable, whole } from './sections.js'

const LISTED_TRADES = 500

export interface ReportInput {
  answer: BacktestAnswer
  measured: MeasuredBacktest
  quality: DataQuality
  /** What was set of risk and of the fill model, by group. */
  settings: { [group: string]: { [key: string]: unknown } }
  /** The same candles once more. */
  candles(): AsyncIterable<CandleColumns>
  signal: AbortSignal
}

export async function writeReport(draft: Pick<Draft, 'write'>, input: ReportInput): Promise<void> {
  const { measured, quality, candles, signal } = input
  const levels = await candleLevels(candles(), quality.candles, measured.trades, signal)
  draft.write(reportPage(input, scriptJson(pageData(measured, quality, levels, LISTED_TRADES))).text)
}

function reportPage({ answer, measured, quality, settings }: ReportInput, given: Markup): Markup {
  const [library, script] = [ownText(libraryFile()), ownText(new URL('./page.js', import.meta.url))]
  const style = ownText(new URL('./page.css', import.meta.url))
  const listed = chosenTrades(measured.trades, LISTED_TRADES)
  const { data, strategy } = answer
  return html`<!doctype html>
<html lang="${t.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${hashOf(library)} ${hashOf(script)}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${data.symbol} · ${strategy}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<header>
<h1>${data.symbol} <small>${strategy}</small></h1>
<p>${whole(data.candles)} × ${data.timeframe}, ${time(quality.from)} – ${time(quality.to)}</p>
</header>
<noscript><p>${t.noScript}</p></noscript>
${statisticTiles(answer.stats)}
<section><h2>${t.equity}</h2><p>${t.equityLead}</p>
<p class="keys"><span><i></i>${t.strategy}</span><span><i class="hold"></i>${t.hold}</span><span><i class="dd"></i>${t.drawdown}</span></p>
<div class="chart" id="equity"></div></section>
<section><h2>${t.candles}</h2><p>${t.candlesLead}</p>
<div class="bar"><button id="all" type="button">${t.all}</button><span class="say" id="say"></span></div>
<div class="chart" id="candles"></div></section>
<section><h2>${t.months}</h2><p></p>${monthTable(monthlyReturns(measured.curve))}</section>
<div class="two">
<section><h2>${t.distribution}</h2><p>${t.distributionLead}</p>${distributionPart(measured)}</section>
<section><h2>${t.bands}</h2>${bandsPart(measured)}</section>
</div>
<section><h2>${t.trades}</h2>${tradeTable(listed, measured.trades.length)}</section>
<div class="two">
<section><h2>${t.parameters}</h2>${parameterTable(answer.parameters, settings)}</section>
<section><h2>${t.data}</h2>${dataTable(answer, quality, measured)}</section>
</div>
<footer><p>${t.madeBy}</p><p>${t.chartsBy} <a href="https://www.tradingview.com/" rel="noreferrer">${t.chartsLicence}</a>.</p></footer>
</main>
<script type="application/json" id="given">${given}</script>
<script>${new Markup(library)}</script>
<script>${new Markup(script)}</script>
</body>
</html>
`
}

function distributionPart({ trades }: MeasuredBacktest): Markup {
  if (trades.length === 0) return html`<p>${t.noTrades}</p>`
  return distributionDrawing(distribution(trades.map(({ profitPercent }) => profitPercent)))
}

function bandsPart({ curve, trades }: MeasuredBacktest): Markup {
  const bands = orderBands(
    curve.first,
    trades.map(({ profit }) => profit),
  )
  if (bands === null) return html`<p>${t.noBands}</p>`
  const { actual, median, worst5 } = bands.drawdown
  return html`<p>${t.bandsLead(whole(bands.orders))}</p>${bandsDrawing(bands)}${bandsLegend()}<p>${t.bandsDrawdown(share(actual), share(median), share(worst5))}</p>`
}

const share = (value: number) => `${(value * 100).toFixed(1)} %`

/** The package exports its modules only; the one file that needs no others lies beside them. */
const libraryFile = () =>
  path.join(
    path.dirname(createRequire(import.meta.url).resolve('lightweight-charts/package.json')),
    'dist/lightweight-charts.standalone.production.js',
  )

const ownText = (file: string | URL) => readFileSync(file, 'utf8')
const hashOf = (script: string) => new Markup(`'sha256-${createHash('sha256').update(script).digest('base64')}'`)
