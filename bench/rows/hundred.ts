// 100 idle sessions: up, looked at, stopped.
import { setTimeout as sleep } from 'node:timers/promises'
import { connectToSupervisor } from '../../src/api/client.js'
import { homePaths } from '../../src/config/home.js'
import { pssBytes, treeUsage } from '../../src/processes/usage.js'
import { type BenchHome, CHECKOUT } from '../home.js'
import { median, medianOf, type Row, timed } from '../row.js'
import { type Peers, plainCommand } from './peers.js'

const MB = 1024 * 1024
const COUNT = 100
const CPU_OVER_MS = 20_000

export async function hundredSessions(home: BenchHome, peers: Peers): Promise<Row[]> {
  await home.frota('tenant', 'add', 'bench', '--plan', 'enterprise')
  await home.frota('up')
  await addSessions(home)
  const readyMs = await timed(() => home.frota('start', '--all', '--wait', '--timeout', '120s'))
  const rows: Row[] = [
    row('100 idle sessions, down → all ready', readyMs / 1000, 's', 7, [
      'PM2 alone, same options, empty script',
      peers.leanMs / 1000,
    ]),
    row('… against PM2 defaults with wait_ready', readyMs / 1000, 's', null, [
      'PM2 defaults, wait_ready',
      peers.defaultsMs / 1000,
    ]),
  ]
  await sleep(5_000)
  rows.push(...(await lookedAt(home, peers)))
  const stopMs = await timed(() => home.frota('stop', '--all', '--wait', '--timeout', '60s'))
  rows.push(row('100 sessions: stop all', stopMs / 1000, 's', 3))
  return rows
}

async function lookedAt(home: BenchHome, peers: Peers): Promise<Row[]> {
  const lsMs = await medianOf(9, () => home.frota('ls'))
  const viaOldNode = await plainCommand(home, 'ls')
  const pids = (await home.ls()).flatMap((one) => one.pid ?? [])
  const rss = [...treeUsage(pids).values()].map(({ rssBytes }) => rssBytes / MB)
  const pss = pids.map((pid) => (pssBytes(pid) ?? Number.NaN) / MB)
  const { supervisor } = await home.json<{ supervisor: { pid: number; rssBytes: number } }>('status')
  const cpuMs = () => treeUsage([supervisor.pid]).get(supervisor.pid)?.cpuMs ?? Number.NaN
  const before = cpuMs()
  await sleep(CPU_OVER_MS)
  const cpuPercent = ((cpuMs() - before) / CPU_OVER_MS) * 100
  return [
    row('`frota ls` cold, 100 sessions', lsMs, 'ms', 250, ['pm2 jlist cold', peers.jlistMs]),
    row('… through the system’s own Node', viaOldNode, 'ms', 250),
    row('idle session, RSS at 100', median(rss), 'MB', 56, ['an empty script under PM2', peers.emptyRssMb]),
    row('idle session, PSS at 100', median(pss), 'MB', 14, ['an empty script under PM2', peers.emptyPssMb]),
    row('supervisor with 100 sessions, RSS', supervisor.rssBytes / MB, 'MB', 120),
    row('supervisor with 100 sessions, CPU of a core', cpuPercent, '%', 3),
  ]
}

/** Over the control API's own client: a hundred cold starts of the CLI are not what is measured here. */
async function addSessions(home: BenchHome) {
  const client = await connectToSupervisor(homePaths(home.dir, process.getuid?.() ?? 0).controlSocket)
  if (!client) throw new Error(`no supervisor in ${home.dir} (${CHECKOUT})`)
  for (let i = 0; i < COUNT; i++) {
    await client.call('sessions.add', { ref: `bench/s${String(i).padStart(3, '0')}`, kind: 'idle' })
  }
  await client.close()
}

const row = (
  what: string,
  value: number,
  unit: Row['unit'],
  budget: number | null,
  reference?: [string, number],
): Row => ({
  what,
  value,
  unit,
  budget,
  ...(reference && { reference: { what: reference[0], value: reference[1] } }),
})
