// A fleet of idle sessions in a home of its own, fresh: up, looked at, stopped.
import { setTimeout as sleep } from 'node:timers/promises'
import { connectToSupervisor } from '../../src/api/client.js'
import { homePaths } from '../../src/config/home.js'
import { pssBytes, treeUsage } from '../../src/processes/usage.js'
import { type BenchHome, openBenchHome } from '../home.js'
import { median, medianOf, timed } from '../row.js'
import { plainCommand } from './peers.js'

const MB = 1024 * 1024
const SETTLE_MS = 5_000
const CPU_OVER_MS = 20_000

export interface Figures {
  sessions: number
  startS: number
  /** Of the supervisor, PM2's daemon and all sessions together: the clock on the wall also counts who else works here. */
  startCpuS: number
  stopS: number
  lsMs: number
  /** By whatever Node the caller's PATH has. */
  lsOldNodeMs: number
  sessionRssMb: number
  sessionPssMb: number
  supervisorMb: number
  supervisorCpuPercent: number
  daemonMb: number
}

export async function measureFleet(sessions: number, basePort: number): Promise<Figures> {
  const home = await openBenchHome(basePort)
  try {
    await home.frota('tenant', 'add', 'bench', '--plan', 'enterprise')
    await home.frota('up')
    await addSessions(home, sessions)
    return await measure(home, sessions)
  } finally {
    await home.close()
  }
}

async function measure(home: BenchHome, sessions: number): Promise<Figures> {
  const { supervisor, pm2 } = await home.json<{ supervisor: { pid: number }; pm2: { pid: number } }>('status')
  const keepers = [supervisor.pid, pm2.pid]
  const cpuMs = (pids: number[]) => [...treeUsage(pids).values()].reduce((sum, tree) => sum + tree.cpuMs, 0)
  const cpuBefore = cpuMs(keepers)
  const startMs = await timed(() => home.frota('start', '--all', '--wait', '--timeout', '300s'))
  const pids = (await home.ls()).flatMap((one) => one.pid ?? [])
  if (pids.length !== sessions) throw new Error(`${pids.length} of ${sessions} sessions run`)
  const startCpuMs = cpuMs([...keepers, ...pids]) - cpuBefore
  await sleep(SETTLE_MS)
  const lsMs = await medianOf(9, () => home.frota('ls'))
  const lsOldNodeMs = await plainCommand(home, 'ls')
  const idleBefore = cpuMs([supervisor.pid])
  await sleep(CPU_OVER_MS)
  const idleMs = cpuMs([supervisor.pid]) - idleBefore
  // All at once: the daemon's children are the sessions, and only what is asked for beside it is not counted as its own.
  const usage = treeUsage([...keepers, ...pids])
  const rssMb = (of: number[]) => median(of.map((pid) => (usage.get(pid)?.rssBytes ?? Number.NaN) / MB))
  const figures = {
    sessionRssMb: rssMb(pids),
    sessionPssMb: median(pids.map((pid) => (pssBytes(pid) ?? Number.NaN) / MB)),
    supervisorMb: rssMb([supervisor.pid]),
    daemonMb: rssMb([pm2.pid]),
  }
  const stopMs = await timed(() => home.frota('stop', '--all', '--wait', '--timeout', '120s'))
  return {
    sessions,
    startS: startMs / 1000,
    startCpuS: startCpuMs / 1000,
    stopS: stopMs / 1000,
    lsMs,
    lsOldNodeMs,
    supervisorCpuPercent: (idleMs / CPU_OVER_MS) * 100,
    ...figures,
  }
}

/** Over the control API's own client: hundreds of cold starts of the CLI are not what is measured here. */
async function addSessions(home: BenchHome, count: number) {
  const client = await connectToSupervisor(homePaths(home.dir, process.getuid?.() ?? 0).controlSocket)
  if (!client) throw new Error(`no supervisor in ${home.dir}`)
  for (let i = 0; i < count; i++) {
    await client.call('sessions.add', { ref: `bench/s${String(i).padStart(3, '0')}`, kind: 'idle' })
  }
  await client.close()
}
