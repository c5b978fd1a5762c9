// The machine in a few lines, for the head of a page.
import { bytes } from '../cli/table.js'
import { localTime, zoneName } from '../cli/times.js'
import { STATES } from '../core/states.js'
import type { StatusView } from '../fleet/host.js'
import { messages as m } from './messages.js'
import { paint, paintState } from './paint.js'

const GB = 1024 ** 3
export const size = (value: number) => (value < GB ? bytes(value) : `${(value / GB).toFixed(1)} GB`)

/** And a second line while the database is away. */
export function hostLines({ host, store }: StatusView): string[] {
  const gauges = [
    m.host.memory(size(host.memoryFreeBytes), size(host.memoryTotalBytes)),
    m.host.cpu(host.cpuPercent),
    m.host.disk(size(host.diskFreeBytes)),
  ]
  return [
    gauges.join(paint.dim(' · ')),
    ...(store.outage ? [paint.red(`${m.host.store} ${outageWords(store.outage)}`)] : []),
  ]
}

export const outageWords = ({ since }: { since: string }) => m.host.storeSilent(`${localTime(since)} (${zoneName()})`)

export function statesLine({ sessions }: StatusView): string {
  const states = STATES.filter((state) => sessions.byState[state] !== undefined)
  if (states.length === 0) return m.host.none
  return states.map((state) => paintState(state, `${sessions.byState[state]} ${state}`)).join(paint.dim(' · '))
}
