// The memory limit that a container or a systemd unit puts on us, whichever cgroup above us it was set on.
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { hasCode } from '../node/codes.js'

export interface CgroupMemory {
  limitBytes: number
  /** What of it could still be had. */
  freeBytes: number
}

const ROOT = '/sys/fs/cgroup'
const MEMBERSHIP = '/proc/self/cgroup'

/** The tightest of the limits that hold here; null when there is none. */
export function cgroupMemory(root = ROOT, membershipFile = MEMBERSHIP): CgroupMemory | null {
  const membership = textOf(membershipFile) ?? ''
  const v2 = membership.match(/^0::(.*)$/m)?.[1] ?? '/'
  const v1 = membership.match(/^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m)?.[1] ?? '/'
  const limits = [
    ...upwards(v2).map((path) => memoryOf(join(root, path), V2)),
    ...upwards(v1).map((path) => memoryOf(join(root, 'memory', path), V1)),
  ]
  const tightest = limits.filter((one) => one !== null).sort((a, b) => a.freeBytes - b.freeBytes)
  return tightest[0] ?? null
}

/**
 * A cgroup and those above it: a slice may be limited and the service in it not. The last is the root, where inside a
 * container its own cgroup is usually mounted, whatever its membership says.
 */
function upwards(path: string): string[] {
  const paths = ['/']
  // What lies outside our namespace (`/../x`) cannot be seen from here.
  for (const part of path.split('/').filter((name) => name !== '' && name !== '..')) {
    paths.unshift(posix.join(paths[0] ?? '/', part))
  }
  return paths
}

const V2 = { limit: 'memory.max', usage: 'memory.current', inactive: 'inactive_file', active: 'active_file' }
const V1 = {
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  inactive: 'total_inactive_file',
  active: 'total_active_file',
}

function memoryOf(dir: string, names: typeof V2): CgroupMemory | null {
  const limitBytes = Number(textOf(join(dir, names.limit)) ?? Number.NaN) // `max` is no number either
  const usedBytes = Number(textOf(join(dir, names.usage)) ?? Number.NaN)
  if (!(limitBytes > 0) || !Number.isFinite(usedBytes)) return null
  const stat = textOf(join(dir, 'memory.stat')) ?? ''
  const bytes = (name: string) => Number(stat.match(new RegExp(`^${name} (\\d+)`, 'm'))?.[1] ?? 0)
  // Files' pages are given back under pressure: the idle ones easily, of those in use about half.
  const cacheBytes = bytes(names.inactive) + bytes(names.active) / 2
  return { limitBytes, freeBytes: Math.max(0, Math.round(limitBytes - Math.max(0, usedBytes - cacheBytes))) }
}

/** Null when there is no such file: the other version of cgroups, or a level that counts no memory. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch (error) {
    if (hasCode(error, ...ABSENT)) return null
    throw error
  }
}

const ABSENT = ['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR', 'ENODEV', 'EINVAL', 'EOPNOTSUPP']
