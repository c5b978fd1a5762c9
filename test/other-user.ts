// Another unix user, for tests of what must not be trusted. Root can be one; an ordinary developer cannot, so there the
// same is done with what any other user could have made: everything is open to everybody.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** nobody */
const OTHER_UID = 65_534
export const isRoot = process.getuid?.() === 0

/** From now on it is another user's, or writable for all. */
export function giveAway(path: string): void {
  if (isRoot) chownSync(path, OTHER_UID, OTHER_UID)
  else chmodSync(path, 0o777)
}

export interface Intruder {
  heard(): string
  /** Ends it and removes what it made. */
  end(): Promise<void>
}

/** Somebody was faster: has made this run directory and listens at its sockets. */
export async function wasFirstAt(runDir: string): Promise<Intruder> {
  const program = join(import.meta.dirname, 'fixtures/was-first.cjs')
  const child = spawn(process.execPath, [program, runDir, ...(isRoot ? [String(OTHER_UID)] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let heard = ''
  child.stdout.on('data', (bytes) => {
    heard += bytes
  })
  while (!heard.includes('listening\n')) await once(child.stdout, 'data')
  heard = ''
  return {
    heard: () => heard,
    async end() {
      const ended = once(child, 'close')
      child.kill('SIGKILL')
      await ended
      rmSync(runDir, { recursive: true, force: true })
    },
  }
}
