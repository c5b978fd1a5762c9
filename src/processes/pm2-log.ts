// PM2's own log: the only place where it says which signal ended a process.
import { constants } from 'node:os'
import { join } from 'node:path'

export const pm2LogPath = (pm2Home: string) => join(pm2Home, 'pm2.log')

/**
 * How a process ended for which PM2 recorded code 0, which it also does for every signal: 128 + signal as in a shell
 * (137 for SIGKILL), 0 for a real 0, null when the log does not say.
 */
export function exitCodeFromLog(log: string, name: string, pmId: number): number | null {
  const marker = `App [${name}:${pmId}] exited with code [`
  const at = log.lastIndexOf(marker)
  if (at < 0) return null
  const [, code, signal] = log.slice(at + marker.length).match(/^(\d+)\] via signal \[(\w+)\]/) ?? []
  if (code === undefined || signal === undefined) return null
  // PM2 writes SIGINT where there was no signal.
  if (code !== '0' || signal === 'SIGINT') return Number(code)
  return 128 + (constants.signals[signal as NodeJS.Signals] ?? 0)
}
