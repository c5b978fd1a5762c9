// The machine in two lines, for the head of a page.
import { bytes } from '../cli/table.js'
import { STATES } from '../core/states.js'
import type { StatusView } from '../fleet/host.js'
import { messages as m } from './messages.js'
import { paint, paintState } from './paint.js'

const GB = 1024 ** 3
export const size = (value: number) => (value < GB ? bytes(value) : `${(value / GB).toFixed(1)} GB`)

export function hostLine({ host }: StatusView): string {
  return [
    m.host.memory(size(host.memoryFreeBytes), size(host.memoryTotalBytes)),
    m.host.cpu(host.cpuPercent),
    m.host.disk(size(host.diskFreeBytes)),
  ].join(paint.dim(' · '))
}

export function statesLine({ sessions }: StatusView): string {
  const states = STATES.filter((state) => sessions.byState[state] !== undefined)
  if (states.length === 0) return m.host.none
  return states.map((state) => paintState(state, `${sessions.byState[state]} ${state}`)).join(paint.dim(' · '))
}
