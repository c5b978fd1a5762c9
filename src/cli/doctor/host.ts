// The host: what sessions will be short of.
import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { hostMeter } from '../../processes/host.js'
import { type Finding, fail, ok, type Patient, warn } from './finding.js'

const MB = 1024 * 1024
const DISK_LOW_BYTES = 1024 * MB
const DISK_OUT_BYTES = 100 * MB
/** As the supervisor: below it nothing new is started. */
const MEMORY_FLOOR_BYTES = 256 * MB
const SHM_USUAL_BYTES = 64 * MB
const FILES_FEW = 4096

export function checkDisk({ config }: Patient): Finding[] {
  const { bavail, bsize } = statfsSync(existing(config.home))
  const free = bavail * bsize
  const words = `${Math.round(free / MB)} MB free for ${config.home}`
  if (free < DISK_OUT_BYTES) return [fail('disk', `${words}.`, 'make room: databases stop first; frota clean')]
  if (free < DISK_LOW_BYTES) return [warn('disk', `${words}.`, 'a WhatsApp session may need 300 MB; frota clean')]
  return [ok('disk', words)]
}

export function checkMemory({ config }: Patient): Finding[] {
  const { memoryFreeBytes, memoryTotalBytes } = hostMeter(existing(config.home))()
  const words = `${Math.round(memoryFreeBytes / MB)} of ${Math.round(memoryTotalBytes / MB)} MB free`
  const floor = Math.min(MEMORY_FLOOR_BYTES, memoryTotalBytes / 10)
  if (memoryFreeBytes >= floor) return [ok('memory', words)]
  return [warn('memory', `${words}.`, 'new sessions wait until there is more')]
}

export function checkLimits(): Finding[] {
  const text = readFileSync('/proc/self/limits', 'utf8')
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(text)?.[1] ?? 'unlimited'
  const files = soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
  if (files >= FILES_FEW) return [ok('open files', `limit ${soft}`)]
  return [
    warn(
      'open files',
      `The limit is ${soft}.`,
      `ulimit -n 65536 (systemd: LimitNOFILE=65536): sessions and Chromium need many`,
    ),
  ]
}

/** Our own flags keep Chromium out of it; a browser started in another way would need it. */
export function checkSharedMemory(): Finding[] {
  if (!existsSync('/dev/shm')) return [warn('/dev/shm', 'There is none.', 'mount a tmpfs there')]
  const { blocks, bsize } = statfsSync('/dev/shm')
  const size = Math.round((blocks * bsize) / MB)
  const small = blocks * bsize <= SHM_USUAL_BYTES
  return [
    ok('/dev/shm', `${size} MB`, small ? 'small, but frota keeps Chromium out of it (--disable-dev-shm-usage)' : ''),
  ]
}

/** Really binding is the only answer there is. With the fleet up the ports are its own. */
export async function checkPorts({ config: { basePort }, live }: Patient): Promise<Finding[]> {
  if (live) return [ok('ports', `sessions from ${basePort} on`)]
  const problem = await bindProblem(basePort, '127.0.0.1')
  if (problem === null) return [ok('ports', `free: ${basePort}`)]
  return [warn('ports', `BASE_PORT ${basePort} cannot be used (${problem}).`, 'sessions take the next free one')]
}

/** By its code; null when it can be had. */
export function bindProblem(port: number, host: string): Promise<string | null> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen(port, host, () => server.close(() => resolve(null)))
  })
}

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)))
