// Whose a TCP port is, as the kernel says it. See man 5 proc: /proc/PID/net/tcp, /proc/PID/fd.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { messageOf } from '../core/errors.js'
import { hasCode } from '../node/codes.js'

/** TCP_LISTEN, in hexadecimal as the table has it. */
const LISTENING = '0A'

/** Whether this very process listens on the port (IPv4); false also when the process is gone or not ours to look into. */
export function listensOn(pid: number, port: number): boolean {
  const inodes = new Set<string>()
  for (const line of linesOf(`/proc/${pid}/net/tcp`).slice(1)) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/)
    if (state === LISTENING && Number.parseInt(local.split(':')[1] ?? '', 16) === port) inodes.add(`socket:[${inode}]`)
  }
  return inodes.size > 0 && openFilesOf(pid).some((file) => inodes.has(file))
}

/** What its descriptors point to. One that is closed meanwhile is none. */
function openFilesOf(pid: number): string[] {
  const dir = `/proc/${pid}/fd`
  return namesIn(dir).flatMap((fd) => {
    try {
      return [readlinkSync(`${dir}/${fd}`)]
    } catch (error) {
      return orNothing(error)
    }
  })
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'latin1').split('\n')
  } catch (error) {
    return orNothing(error)
  }
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch (error) {
    return orNothing(error)
  }
}

function orNothing(error: unknown): [] {
  if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return []
  throw new Error(`/proc could not be read: ${messageOf(error)}`, { cause: error })
}
