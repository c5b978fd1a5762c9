import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { RunId } from '../core/ids.js'
import { readStat } from '../node/procfs.js'
import { hostMeter } from './host.js'
import { findMarked, isAlive, killMarked, startTicksOf } from './proc.js'
import { pssBytes, renice, treeUsage } from './usage.js'

const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url))
const newRun = () => randomUUID() as RunId

function start(t: { after(fn: () => Promise<void>): void }, file: string, home: string, run: RunId) {
  const child = spawn(process.execPath, [fixture(file)], {
    env: { FROTA_HOME: home, FROTA_RUN: run, FROTA_SESSION: 'acme/vendas', NOT_FROTA_RUN: 'x' },
    stdio: 'ignore',
    detached: true,
  })
  t.after(() => killMarked([run]))
  return child
}

const pidOf = (child: ChildProcess) => child.pid ?? assert.fail('did not start')

async function until<T>(what: string, find: () => T | false | undefined): Promise<T> {
  for (let i = 0; i < 400; i++) {
    const found = find()
    if (found !== false && found !== undefined) return found
    await sleep(25)
  }
  return assert.fail(`never: ${what}`)
}

test('every process of a home is found by its marker, detached and orphaned ones too, and those of others are not', async (t) => {
  const home = `/tmp/home ${randomUUID()}`
  const run = newRun()
  start(t, 'detaches.cjs', home, run)
  start(t, 'lives.cjs', `${home}-of-another`, newRun())
  const found = await until('three processes', () => {
    const marked = findMarked(home)
    const orphan = marked.some(({ pid }) => readStat(pid)?.ppid === 1)
    return marked.length === 3 && orphan && marked
  })
  for (const one of found) assert.deepEqual({ ...one, pid: 0 }, { pid: 0, run, session: 'acme/vendas' })
})

test('kill by marker leaves none of the run and touches no other run', async (t) => {
  const home = `/tmp/${randomUUID()}`
  const run = newRun()
  const other = newRun()
  start(t, 'detaches.cjs', home, run)
  const bystander = pidOf(start(t, 'ignores-shutdown.cjs', home, other))
  await until('all are up', () => findMarked(home).length === 4)
  await killMarked([run])
  assert.deepEqual(
    findMarked(home).map(({ pid }) => pid),
    [bystander],
  )
  const nobody = newRun()
  const gone: RunId[] = []
  await killMarked([run, nobody], (one) => void gone.push(one))
  assert.deepEqual(gone, [run, nobody])
  assert.ok(isAlive(bystander))
})

test('a zombie counts as gone', async (t) => {
  const run = newRun()
  // sh becomes sleep, which never awaits the child that ends afterwards
  const parent = spawn('/bin/sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60'], {
    env: { PATH: '/usr/bin:/bin', FROTA_HOME: '/nowhere', FROTA_RUN: run },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  t.after(() => parent.kill('SIGKILL'))
  const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
  await until('it ends', () => !isAlive(pid))
  process.kill(pid, 0) // the kernel still knows it
  await killMarked([run])
  assert.equal(isAlive(pidOf(parent)), false)
})

test('a pid that was used again is not taken for the old process', () => {
  const ticks = startTicksOf(process.pid) ?? assert.fail()
  assert.ok(isAlive(process.pid, ticks))
  assert.equal(isAlive(process.pid, ticks - 1), false)
})

test('usage counts the whole tree, orphans included, every root once and what they share once', async (t) => {
  const home = `/tmp/${randomUUID()}`
  const run = newRun()
  const root = pidOf(start(t, 'detaches.cjs', home, run))
  const pids = await until('three processes', () => {
    const marked = findMarked(home)
    return marked.length === 3 && marked.some(({ pid }) => readStat(pid)?.ppid === 1) && marked.map(({ pid }) => pid)
  })
  const usage = treeUsage([root, process.pid, 4_000_000])
  assert.deepEqual(new Set(usage.get(root)?.pids), new Set(pids))
  const each = pids.map((pid) => readStat(pid)?.rssBytes ?? 0)
  const whole = usage.get(root)?.rssBytes ?? 0
  assert.ok(whole > Math.max(...each), 'more than any of them')
  assert.ok(whole < each.reduce((sum, bytes) => sum + bytes, 0) * 0.8, "Node's own code is counted once")
  assert.ok((usage.get(root)?.cpuMs ?? 0) > 0)
  assert.ok(!usage.get(process.pid)?.pids.includes(root), 'a session under the caller is its own root')
  assert.equal(usage.has(4_000_000), false)
  assert.ok((pssBytes(root) ?? 0) > 1_000_000)
  renice(root)
  renice(4_000_000)
})

test('an orphan that somebody else than process 1 has taken in is counted too', (t) => {
  const home = `/tmp/${randomUUID()}`
  const run = newRun()
  const root = pidOf(start(t, 'lives.cjs', home, run))
  const adopted = pidOf(start(t, 'lives.cjs', home, run)) // our child, as it would be a subreaper's
  const stranger = pidOf(start(t, 'lives.cjs', home, newRun()))
  const pids = treeUsage([root]).get(root)?.pids ?? []
  assert.deepEqual(new Set(pids), new Set([root, adopted]))
  assert.ok(!pids.includes(stranger))
})

test('the host is measured: memory, CPU between two calls, disk', async () => {
  const measure = hostMeter('/tmp')
  assert.equal(measure().cpuPercent, null)
  await sleep(100)
  const status = measure()
  assert.ok(status.cpuPercent !== null && status.cpuPercent >= 0 && status.cpuPercent <= 100)
  assert.ok(status.memoryFreeBytes > 0 && status.memoryFreeBytes < status.memoryTotalBytes)
  assert.ok(status.diskFreeBytes > 0 && status.cores > 0)
})
