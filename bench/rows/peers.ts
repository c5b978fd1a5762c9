// What frota is measured against, in the same run on the same machine: PM2 alone, and bare processes.
import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { killDaemon } from '../../src/processes/pm2-daemon.js'
import { pssBytes, treeUsage } from '../../src/processes/usage.js'
import { type BenchHome, CHECKOUT } from '../home.js'
import { median, medianOf } from '../row.js'

const run = promisify(execFile)
const COUNT = 100
const MB = 1024 * 1024

export interface Peers {
  forkMs: number
  leanMs: number
  defaultsMs: number
  jlistMs: number
  emptyRssMb: number
  emptyPssMb: number
}

export async function measurePeers(): Promise<Peers> {
  const forkMs = await bareForks()
  // What frota's start is measured against: the middle of three.
  const leans = [await pm2Alone('lean', false), await pm2Alone('lean', false), await pm2Alone('lean', true)]
  const looked = leans.at(-1)?.looked ?? NOTHING
  const defaults = await pm2Alone('defaults', false)
  return { forkMs, leanMs: median(leans.map(({ ms }) => ms)), defaultsMs: defaults.ms, ...looked }
}

/** `frota` by whatever Node the caller's PATH has, as an operator types it. Answers milliseconds. */
export function plainCommand(home: BenchHome, ...args: string[]): Promise<number> {
  return medianOf(9, () => run(path.join(CHECKOUT, 'bin/frota'), args, { env: home.env }))
}

async function bareForks(): Promise<number> {
  return inFolder(async (dir) => {
    const startedAt = performance.now()
    const env = { PATH: process.env.PATH ?? '', BOOTED_DIR: dir }
    const args = [path.join(CHECKOUT, 'bench/peers/empty.cjs')]
    const children = Array.from({ length: COUNT }, () => spawn(process.execPath, args, { env, stdio: 'ignore' }))
    while (readdirSync(dir).length < COUNT) await sleep(10)
    const ms = performance.now() - startedAt
    for (const child of children) child.kill('SIGKILL')
    return ms
  })
}

const NOTHING = { jlistMs: Number.NaN, emptyRssMb: Number.NaN, emptyPssMb: Number.NaN }

async function pm2Alone(mode: 'lean' | 'defaults', look: boolean): Promise<{ ms: number; looked: typeof NOTHING }> {
  return inFolder(async (dir) =>
    inFolder(async (pm2Home) => {
      const env = pm2Env(pm2Home, { COUNT: String(COUNT), MODE: mode, BOOTED_DIR: dir })
      try {
        const { stdout } = await run(process.execPath, [path.join(CHECKOUT, 'bench/peers/pm2-start.cjs')], { env })
        const { ms } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { ms: number }
        return { ms, looked: look ? await lookAt(dir, env) : NOTHING }
      } finally {
        await killDaemon(pm2Home)
        for (const pid of readdirSync(dir).map(Number)) killQuietly(pid)
      }
    }),
  )
}

async function lookAt(dir: string, env: Record<string, string>) {
  const pm2 = path.join(CHECKOUT, 'node_modules/pm2/bin/pm2')
  const jlistMs = await medianOf(5, () => run(process.execPath, [pm2, 'jlist'], { env, maxBuffer: 64 << 20 }))
  const pids = readdirSync(dir).map(Number)
  const rss = [...treeUsage(pids).values()].map(({ rssBytes }) => rssBytes / MB)
  const pss = pids.map((pid) => (pssBytes(pid) ?? Number.NaN) / MB)
  return { jlistMs, emptyRssMb: median(rss), emptyPssMb: median(pss) }
}

const pm2Env = (pm2Home: string, more: Record<string, string>): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: pm2Home,
  PM2_HOME: pm2Home,
  PM2_DISABLE_VERSION_CHECK: 'true',
  PM2_DISCRETE_MODE: 'true',
  PM2_SILENT: 'true',
  ...more,
})

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(path.join(tmpdir(), 'fb-'))
  try {
    return await work(dir)
  } finally {
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

function killQuietly(pid: number) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH')) throw thrown
  }
}
