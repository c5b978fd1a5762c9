// One set-up at a time. A directory is the lock: making it is atomic. Its holder's pid tells a dead holder.
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const STALE_AFTER_MS = 15 * 60 * 1000

/** Waits for its turn; answers how to let go. */
export async function holdLock(path) {
  let told = false
  while (!(await take(path))) {
    if (await isStale(path)) await rm(path, { recursive: true, force: true })
    else if (!told) {
      process.stderr.write('Waiting for another set-up to finish…\n')
      told = true
    }
    await sleep(200)
  }
  await writeFile(join(path, 'pid'), String(process.pid))
  const removeNow = () => rm(path, { recursive: true, force: true })
  return removeNow
}

async function take(path) {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

async function isStale(path) {
  try {
    if (Date.now() - (await stat(path)).mtimeMs > STALE_AFTER_MS) return true
    const pid = Number(await readFile(join(path, 'pid'), 'utf8'))
    return pid > 0 && !isAlive(pid)
  } catch (error) {
    if (error.code === 'ENOENT') return false // just made, or just let go
    throw error
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
