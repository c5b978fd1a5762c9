// Who belongs to a home, asked of the kernel.
import { readdirSync, readFileSync } from 'node:fs'
import { envOf, isAlive } from '../src/processes/proc.js'

/** Everybody with this home in the environment, and the daemon of its PM2. */
export function processesOf(dir: string, pm2Home: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && isAlive(pid))
    .filter((pid) => envOf(pid, 'FROTA_HOME') === dir || envOf(pid, 'PM2_HOME') === pm2Home)
    .map((pid) => ({ pid, command: readText(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }))
}

export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // gone, or never made
  }
}
