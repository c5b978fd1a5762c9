// The host as a session sees it: inside a container the cgroup's limit counts, not the machine's memory.
import { readFileSync, statfsSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'

export interface HostStatus {
  memoryFreeBytes: number
  memoryTotalBytes: number
  /** Of all cores together, since the call before; null at the first. */
  cpuPercent: number | null
  diskFreeBytes: number
  cores: number
}

/** @returns a function to be called now and then; each call measures the CPU since the one before. */
export function hostMeter(diskPath: string): () => HostStatus {
  let before: { idleMs: number; totalMs: number } | undefined
  return () => {
    const now = cpuTimes()
    const spentMs = before ? now.totalMs - before.totalMs : 0
    const idleMs = before ? now.idleMs - before.idleMs : 0
    const cpuPercent = spentMs > 0 ? Math.round((1 - idleMs / spentMs) * 1000) / 10 : null
    before = now
    const disk = statfsSync(diskPath)
    return { ...memory(), cpuPercent, diskFreeBytes: disk.bavail * disk.bsize, cores: availableParallelism() }
  }
}

function cpuTimes() {
  let idleMs = 0
  let totalMs = 0
  for (const { times } of cpus()) {
    idleMs += times.idle
    totalMs += times.user + times.nice + times.sys + times.idle + times.irq
  }
  return { idleMs, totalMs }
}

function memory(): { memoryFreeBytes: number; memoryTotalBytes: number } {
  const info = readFileSync('/proc/meminfo', 'latin1')
  const bytes = (name: string) => Number(info.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1] ?? 0) * 1024
  const host = { memoryFreeBytes: bytes('MemAvailable'), memoryTotalBytes: bytes('MemTotal') }
  const cgroup = cgroupMemory()
  if (!cgroup || cgroup.limit >= host.memoryTotalBytes) return host
  return {
    memoryTotalBytes: cgroup.limit,
    memoryFreeBytes: Math.max(0, Math.min(host.memoryFreeBytes, cgroup.limit - cgroup.used)),
  }
}

/** The files' cache is given back under pressure, so it does not count as used. */
function cgroupMemory(): { limit: number; used: number } | null {
  for (const { limit, usage, stat, cache } of cgroupFiles()) {
    const limitBytes = Number(textOf(limit) ?? Number.NaN)
    const usedBytes = Number(textOf(usage) ?? Number.NaN)
    if (!(limitBytes > 0) || !Number.isFinite(usedBytes)) continue
    const cacheBytes = Number(textOf(stat)?.match(new RegExp(`^${cache} (\\d+)`, 'm'))?.[1] ?? 0)
    return { limit: limitBytes, used: Math.max(0, usedBytes - cacheBytes) }
  }
  return null
}

function cgroupFiles() {
  const membership = textOf('/proc/self/cgroup') ?? ''
  const v2 = membership.match(/^0::(.*)$/m)?.[1] ?? '/'
  const v1 = membership.match(/^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m)?.[1] ?? '/'
  const two = (dir: string) => ({
    limit: `${dir}/memory.max`,
    usage: `${dir}/memory.current`,
    stat: `${dir}/memory.stat`,
    cache: 'inactive_file',
  })
  const one = (dir: string) => ({
    limit: `${dir}/memory.limit_in_bytes`,
    usage: `${dir}/memory.usage_in_bytes`,
    stat: `${dir}/memory.stat`,
    cache: 'total_inactive_file',
  })
  // Inside a container its own cgroup is usually mounted at the root, whatever /proc/self/cgroup says.
  const root = '/sys/fs/cgroup'
  return [two(`${root}${v2}`), two(root), one(`${root}/memory${v1}`), one(`${root}/memory`)]
}

/** Null when there is no such file: the other cgroup version, or no limit. `max` (no limit) becomes NaN above. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'ENOTDIR'].includes(String(error.code)))
      return null
    throw error
  }
}
