// By hand: node scripts/run.mjs bench/backtest-memory.ts [CANDLES]. A backtest of ten million candles read from a file, through
// the real command, and of one million beside it: what its process took at the most.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeCandleFile } from './candle-file.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const most = Number(process.argv[2] ?? 10_000_000)
const dir = mkdtempSync(join(tmpdir(), 'frota-backtest-memory-'))
try {
  for (const candles of [most / 10, most]) {
    const file = join(dir, `${candles}.csv`)
    await writeCandleFile(file, candles)
    const flags = ['--strategy', 'sma-cross', '--set', 'fast=500', '--set', 'slow=2000', '--allow-short', '--json']
    const outputs = ['--equity', join(dir, 'equity.csv'), '--html', join(dir, 'report.html')]
    const { seconds, peakMb, answer } = await measured(['trading', 'backtest', '--data', file, ...flags, ...outputs])
    const { data, stats } = JSON.parse(answer) as { data: { candles: number }; stats: { trades: number } }
    process.stdout.write(
      `${data.candles} candles, ${stats.trades} trades: ${seconds.toFixed(1)} s, at most ${peakMb.toFixed(0)} MB\n`,
    )
    rmSync(file)
  }
} finally {
  rmSync(dir, { recursive: true, force: true })
}

async function measured(args: string[]) {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [join(ROOT, 'bin/frota'), ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH ?? '', HOME: dir, FROTA_HOME: dir },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let answer = ''
  child.stdout.on('data', (chunk) => (answer += chunk))
  let peakMb = 0
  const look = setInterval(() => {
    for (const pid of childrenOf(child.pid ?? 0)) peakMb = Math.max(peakMb, peakOf(pid))
  }, 200)
  const code = await new Promise((resolve) => child.on('close', resolve))
  clearInterval(look)
  if (code !== 0) throw new Error(`exit ${code}`)
  return { seconds: (performance.now() - startedAt) / 1000, peakMb, answer }
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => readIf(`/proc/${one}/stat`).split(') ')[1]?.split(' ')[1] === String(pid))
}

/** Its own word for the most that it ever held. */
function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readIf(`/proc/${pid}/status`))?.[1] ?? 0) / 1024
}

function readIf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // it ended meanwhile
  }
}
