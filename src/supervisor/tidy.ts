// Files that grow: crash logs are cut at a size, rotated logs go when the tenant's plan no longer keeps them.
import { readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { unitName } from '../core/ids.js'
import { truncateAbove } from '../processes/log-file.js'
import type { Wanted } from './wanted.js'

const MAX_CRASH_LOG_BYTES = 1024 * 1024
const DAY_MS = 24 * 60 * 60 * 1000

export async function tidyLogs(dir: string, wanted: Iterable<Wanted>, now: Date): Promise<void> {
  const days = new Map([...wanted].map(({ ref, logDays }) => [unitName(ref), logDays]))
  for (const name of await readdir(dir)) {
    const file = path.join(dir, name)
    if (name.endsWith('.crash.log')) truncateAbove(file, MAX_CRASH_LOG_BYTES)
    const rotated = /^(.+)\.jsonl\.\d+$/.exec(name)?.[1]
    const kept = rotated === undefined ? undefined : days.get(rotated)
    if (kept === undefined) continue
    // Rotated away since it was listed, by its session.
    const seen = await stat(file).catch((error) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)))
    if (seen && now.getTime() - seen.mtimeMs > kept * DAY_MS) await rm(file, { force: true })
  }
}
