// Events, session → store, with four sessions recording at once; counted in the store, none may be missing.
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchHome } from '../home.js'
import type { Row } from '../row.js'

const SESSIONS = ['bench/e0', 'bench/e1', 'bench/e2', 'bench/e3']
const EACH = 10_000
const WITHIN_MS = 60_000

export async function eventFlow(home: BenchHome): Promise<Row[]> {
  for (const ref of SESSIONS) await home.frota('add', ref, '--kind', 'idle')
  await home.frota('start', ...SESSIONS, '--wait')
  const db = new DatabaseSync(path.join(home.dir, 'data/frota.db'), { readOnly: true })
  const arrived = () => Number(db.prepare(`select count(*) as n from events where type = 'bench'`).get()?.n)
  const startedAt = performance.now()
  await Promise.all(SESSIONS.map((ref) => home.frota('do', ref, 'burst', `count=${EACH}`)))
  const expected = SESSIONS.length * EACH
  while (arrived() < expected && performance.now() - startedAt < WITHIN_MS) await sleep(20)
  const seconds = (performance.now() - startedAt) / 1000
  const count = arrived()
  db.close()
  await home.frota('stop', ...SESSIONS, '--wait')
  if (count !== expected) throw new Error(`${count} of ${expected} events arrived`)
  return [
    {
      what: 'events, session → store (sqlite), none lost',
      value: count / seconds,
      unit: '/s',
      budget: 5_000,
      atLeast: true,
    },
  ]
}
