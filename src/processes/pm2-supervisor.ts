// The supervisor as an app of frota's own PM2: the only one that PM2 itself keeps running.
import type { RunId } from '../core/ids.js'
import { appRecord, parseRow, parseRows, type Row } from './pm2-rows.js'
import { connectRpc, type Pm2Rpc } from './pm2-rpc.js'

export interface SupervisorApp {
  pm2Home: string
  command: string
  args: string[]
  /** Its whole environment; nothing secret: PM2 keeps it in clear. */
  env: Record<string, string>
  cwd: string
  errorFile: string
}

/** No session can have this name: theirs hold a dot. */
export const SUPERVISOR_NAME = 'frota'

const RPC_TIMEOUT_MS = 8_000
const RESTART_DELAY_MS = 1_000
const KILL_TIMEOUT_MS = 15_000

/** Starts it unless it runs; the record of a dead one goes first, with its old command. The daemon must be there. */
export async function startSupervisorApp(app: SupervisorApp): Promise<{ pid: number; started: boolean }> {
  return withRpc(app.pm2Home, async (rpc) => {
    for (const row of await supervisorRows(rpc)) {
      if (row.pid !== null) return { pid: row.pid, started: false }
      await rpc.call('deleteProcessId', row.pmId)
    }
    const answer = await rpc.call(
      'prepare',
      appRecord(app.pm2Home, {
        ...app,
        name: SUPERVISOR_NAME,
        killTimeoutMs: KILL_TIMEOUT_MS,
        restartDelayMs: RESTART_DELAY_MS,
      }),
    )
    const row = parseRow(Array.isArray(answer) ? answer[0] : null)
    if (row?.pid == null) {
      for (const dead of await supervisorRows(rpc)) await rpc.call('deleteProcessId', dead.pmId)
      throw new Error(`PM2 could not spawn ${app.command}.`)
    }
    return { pid: row.pid, started: true }
  })
}

/** Ends it (SIGTERM, SIGKILL after its grace) and its record, so that nothing starts it again. */
export async function stopSupervisorApp(pm2Home: string): Promise<void> {
  await withRpc(pm2Home, async (rpc) => {
    for (const row of await supervisorRows(rpc)) {
      await rpc.call('deleteProcessId', row.pmId, KILL_TIMEOUT_MS + RPC_TIMEOUT_MS)
    }
  })
}

async function supervisorRows(rpc: Pm2Rpc): Promise<(Row & { run: RunId | null })[]> {
  const rows = parseRows(await rpc.call('getMonitorData', {}))
  return rows.filter(({ name, run }) => name === SUPERVISOR_NAME && run === null)
}

async function withRpc<T>(pm2Home: string, work: (rpc: Pm2Rpc) => Promise<T>): Promise<T> {
  const rpc = await connectRpc(pm2Home, RPC_TIMEOUT_MS)
  try {
    return await work(rpc)
  } finally {
    rpc.close()
  }
}
