// What more sessions cost: each figure at 300 against three times what it is at 100.
import type { Row } from '../row.js'
import type { Figures } from './fleet.js'

const MANY = 300
const FEWER = 100

const GROWING = [
  ['startS', 'down → all ready, time'],
  ['startCpuS', 'down → all ready, CPU'],
  ['stopS', 'stop all, time'],
  ['lsMs', '`frota ls` cold'],
  ['supervisorMb', 'supervisor, RSS'],
  ['supervisorCpuPercent', 'supervisor, idle CPU'],
  ['daemonMb', 'PM2 daemon, RSS'],
] as const satisfies readonly (readonly [keyof Figures, string])[]

export function growthRows(all: readonly Figures[]): Row[] {
  const at = (sessions: number) => all.find((figures) => figures.sessions === sessions)
  const [many, fewer] = [at(MANY), at(FEWER)]
  if (!many || !fewer) throw new Error(`not measured with ${FEWER} and ${MANY} sessions`)
  const linear = MANY / FEWER
  return [
    ...GROWING.map(
      ([figure, what]): Row => ({
        what: `${MANY} sessions, ${what}, against that of ${FEWER}`,
        value: many[figure] / fewer[figure],
        unit: '×',
        budget: linear,
      }),
    ),
    { what: `${MANY} sessions: stop all`, value: many.stopS, unit: 's', budget: 3 },
  ]
}
