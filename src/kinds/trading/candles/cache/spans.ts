// Stretches of time, and what is left of one without others. Pure.

/** From its beginning to before its end; ms since the epoch. */
export interface Span {
  from: number
  to: number
}

/** What of `wanted` lies in none of these. */
export function without(wanted: Span, taken: readonly Span[]): Span[] {
  const left: Span[] = []
  let from = wanted.from
  for (const span of joined(taken)) {
    if (span.to <= from) continue
    if (span.from >= wanted.to) break
    if (span.from > from) left.push({ from, to: span.from })
    from = Math.max(from, span.to)
  }
  if (from < wanted.to) left.push({ from, to: wanted.to })
  return left
}

/** The same time in as few spans as possible, in order. */
export function joined(spans: readonly Span[]): Span[] {
  const sorted = spans.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from)
  const result: Span[] = []
  for (const span of sorted) {
    const last = result.at(-1)
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to)
    else result.push({ ...span })
  }
  return result
}

/** What of them lies within. */
export const within = (spans: readonly Span[], { from, to }: Span): Span[] =>
  joined(spans.map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, to) })))
