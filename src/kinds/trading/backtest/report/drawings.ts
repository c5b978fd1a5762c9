// The drawings of the report that do not move: SVG, coloured by the page's style sheet.
import type { Bin } from '../../stats/distribution.js'
import type { OrderBands } from '../../stats/monte-carlo.js'
import { html, type Markup } from './html.js'
import { reportTexts as t } from './report-texts.js'

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [560, 240, 64, 26, 10]
const plotWidth = WIDTH - LEFT - 8
const plotHeight = HEIGHT - BOTTOM - TOP

export function distributionDrawing(bins: readonly Bin[]): Markup {
  const most = Math.max(1, ...bins.map(({ count }) => count))
  const each = plotWidth / Math.max(1, bins.length)
  const y = (count: number) => TOP + plotHeight * (1 - count / most)
  const bars = bins.map(({ from, to, count }, i) => {
    const title = `${percent(from)} – ${percent(to)}: ${count}`
    const [x, top] = [LEFT + i * each, y(count)]
    return html`<rect class="${from >= 0 ? 'up' : 'down'}" x="${n(x + 1)}" y="${n(top)}" width="${n(Math.max(1, each - 2))}" height="${n(TOP + plotHeight - top)}" rx="1.5"><title>${title}</title></rect>`
  })
  const every = Math.max(1, Math.ceil(bins.length / 6))
  const labels = bins.flatMap(({ from }, i) =>
    i % every === 0 ? [label(LEFT + i * each, HEIGHT - 8, percent(from), 'middle')] : [],
  )
  return drawing([...ticksOf(0, most, true).map((tick) => rule(y(tick), String(tick))), ...bars, ...labels])
}

export function bandsDrawing(bands: OrderBands): Markup {
  const all = [...bands.p5, ...bands.p95, ...bands.actual]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const last = bands.trades.at(-1) ?? 1
  const x = (trade: number) => LEFT + (trade / last) * plotWidth
  const y = (value: number) => TOP + plotHeight * (1 - (high > low ? (value - low) / (high - low) : 0.5))
  const points = (values: readonly number[]) => values.map((value, i) => `${n(x(bands.trades[i] ?? 0))},${n(y(value))}`)
  const area = (lower: readonly number[], upper: readonly number[]) =>
    [...points(lower), ...points(upper).reverse()].join(' ')
  const marks = [0, 0.25, 0.5, 0.75, 1].map((part) => Math.round(part * last))
  return drawing([
    ...ticksOf(low, high, false).map((tick) => rule(y(tick), compact(tick))),
    html`<polygon class="band90" points="${area(bands.p5, bands.p95)}"/>`,
    html`<polygon class="band50" points="${area(bands.p25, bands.p75)}"/>`,
    html`<polyline class="line" points="${points(bands.actual).join(' ')}"/>`,
    ...[...new Set(marks)].map((mark) => label(x(mark), HEIGHT - 8, String(mark), mark === last ? 'end' : 'middle')),
  ])
}

export function bandsLegend(): Markup {
  const [wide, narrow, line] = t.bandsLegend as [string, string, string]
  return html`<p class="legend"><i class="band90"></i>${wide}<i class="band50"></i>${narrow}<i class="line"></i>${line}</p>`
}

const drawing = (parts: readonly Markup[]) => html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">${parts}</svg>`
const rule = (y: number, text: string) =>
  html`<line class="rule" x1="${LEFT}" x2="${WIDTH - 8}" y1="${n(y)}" y2="${n(y)}"/>${label(LEFT - 6, y + 4, text, 'end')}`
const label = (x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end') =>
  html`<text x="${n(x)}" y="${n(y)}" text-anchor="${anchor}">${text}</text>`

/** Two to five round numbers between two. */
function ticksOf(low: number, high: number, isWhole: boolean): number[] {
  const about = (high - low) / 5
  if (!(about > 0)) return [low]
  const power = 10 ** Math.floor(Math.log10(about))
  const step = Math.max(isWhole ? 1 : 0, ([1, 2, 5].find((one) => one * power >= about) ?? 10) * power)
  const ticks: number[] = []
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) ticks.push(Number(tick.toPrecision(12)))
  return ticks
}

const n = (value: number) => Number(value.toFixed(1))
const percent = (value: number) => `${Number(value.toPrecision(6))} %`
const compact = (value: number) => value.toLocaleString('en-US', { notation: 'compact', maximumFractionDigits: 1 })
