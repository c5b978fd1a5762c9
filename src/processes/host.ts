// The host as a session sees it: inside a container the cgroup's limit counts, not the machine's memory.
import { readFileSync, statfsSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { cgroupMemory } from './cgroup.js'

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
  if (!cgroup || cgroup.limitBytes >= host.memoryTotalBytes) return host
  return {
    memoryTotalBytes: cgroup.limitBytes,
    memoryFreeBytes: Math.min(host.memoryFreeBytes, cgroup.freeBytes),
  }
}
