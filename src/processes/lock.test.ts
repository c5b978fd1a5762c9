import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { tryLock, withLock } from './lock.js'

const fixture = fileURLToPath(new URL('../../test/fixtures/holds-lock.ts', import.meta.url))

function lockPath(t: { after(fn: () => void): void }) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-lock-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'run', 'lock.db')
}

async function holder(t: { after(fn: () => void): void }, path: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', fixture, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  const [said] = await once(child.stdout, 'data')
  return { child, said: String(said).trim() }
}

test('a second asker learns who holds the lock', (t) => {
  const path = lockPath(t)
  const first = tryLock(path, 'frota serve')
  assert.ok('release' in first)
  const second = tryLock(path, 'somebody else')
  assert.ok('heldBy' in second)
  assert.match(second.heldBy, /frota serve \(pid \d+ on /)
  first.release()
  first.release()
  const third = tryLock(path, 'somebody else')
  assert.ok('release' in third)
  third.release()
})

test('a lock is free again after kill -9 of its holder, and not before', async (t) => {
  const path = lockPath(t)
  const { child, said } = await holder(t, path)
  assert.equal(said, 'held')
  const refused = tryLock(path, 'me')
  assert.ok('heldBy' in refused)
  assert.match(refused.heldBy, new RegExp(`the fixture \\(pid ${child.pid} `))
  const other = await holder(t, path)
  assert.match(other.said, /the fixture/)
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.equal(await withLock(path, 5_000, async () => 'mine'), 'mine')
})

test('a lock that nobody refers to any more is still held: only its release or the end of the process frees it', async (t) => {
  const path = lockPath(t)
  assert.ok('release' in tryLock(path, 'forgotten'))
  setFlagsFromString('--expose-gc')
  const collectGarbage: () => void = runInNewContext('gc')
  for (let i = 0; i < 5; i++) {
    collectGarbage()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.ok('heldBy' in tryLock(path, 'me'))
})

test('who waits for a lock gets it when it is freed, or is told why not', async (t) => {
  const path = lockPath(t)
  const order: string[] = []
  await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      withLock(path, 20_000, async () => {
        order.push(`${name} in`)
        await new Promise((resolve) => setTimeout(resolve, 10))
        order.push(`${name} out`)
      }),
    ),
  )
  assert.equal(order.length, 6)
  for (let i = 0; i < 6; i += 2) assert.equal(order[i]?.[0], order[i + 1]?.[0], 'one at a time')
  const held = tryLock(path, 'frota up')
  assert.ok('release' in held)
  await assert.rejects(
    withLock(path, 0, async () => undefined),
    /held by frota up/,
  )
  held.release()
  await assert.rejects(
    withLock(path, 0, () => Promise.reject(new Error('inside'))),
    /inside/,
  )
  await withLock(path, 0, async () => undefined)
})
