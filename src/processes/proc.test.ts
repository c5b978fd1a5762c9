import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { RunId } from '../core/ids.js'
import { allStats, readStat } from '../node/procfs.js'
import { hostMeter } from './host.js'
import { CannotKill, envOf, findMarked, isAlive, killMarked, startTicksOf } from './proc.js'
import { pssBytes, renice, treeUsage } from './usage.js'

const fixture = (name: string) => fileURLToPath(new URL(`../../test/fixtures/${name}`, import.meta.url))
const newRun = () => randomUUID() as RunId

function start(t: { after(fn: () => Promise<void>): void }, file: string, home: string, run: RunId) {
  const child = spawn(process.execPath, [fixture(file)], {
    env: { FROTA_HOME: home, NOT_FROTA_RUN: 'x', FROTA_RUN: run, FROTA_SESSION: 'acme/vendas' },
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
  const bare = newRun()
  for (const env of [{ FROTA_HOME: home }, { FROTA_HOME: home, FROTA_RUN: bare }]) {
    const child = spawn('/bin/sleep', ['60'], { env, stdio: 'ignore' })
    t.after(() => child.kill('SIGKILL'))
  }
  const found = await until('all of them', () => {
    const marked = findMarked(home)
    const orphan = marked.some(({ pid }) => readStat(pid)?.ppid === 1)
    return marked.length === 4 && orphan && marked
  })
  const its = found.filter((one) => one.run === run)
  assert.equal(its.length, 3)
  for (const one of its) assert.deepEqual({ ...one, pid: 0 }, { pid: 0, run, session: 'acme/vendas' })
  assert.equal(found.find((one) => one.run === bare)?.session, '')
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

test('those of the run that do not show its marker go with it, and those of another run do not', async (t) => {
  const run = newRun()
  const other = newRun()
  // As Chromium's renderers, whose environment cannot be read; also where one of them has begun another.
  const tree = `env -i sh -c 'sleep 60 & sleep 60' & FROTA_RUN=${other} sleep 60 & exec sleep 60`
  const parent = spawn('/bin/sh', ['-c', tree], { env: { PATH: process.env.PATH, FROTA_RUN: run }, stdio: 'ignore' })
  t.after(() => killMarked([run, other]))
  const below = (pid: number): number[] =>
    allStats().flatMap((stat) => (stat.ppid === pid ? [stat.pid, ...below(stat.pid)] : []))
  const isOther = (pid: number) => envOf(pid, 'FROTA_RUN') === other
  const pids = await until('they are up', () => {
    const found = below(pidOf(parent))
    return found.length === 4 && found.some(isOther) && found
  })
  await killMarked([run])
  assert.deepEqual(pids.filter((pid) => isAlive(pid)).map(isOther), [true])
})

test('a process that ends the run it belongs to lives on, whether it shows the marker or not', async (t) => {
  for (const env of ['env', 'env -u FROTA_RUN']) {
    const run = newRun()
    const script = `${env} "$0" --import tsx "$1" ${run} & exec sleep 60`
    const shell = spawn('/bin/sh', ['-c', script, process.execPath, fixture('ends-its-run.ts')], {
      env: { ...process.env, FROTA_RUN: run },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.after(() => shell.kill('SIGKILL'))
    const said = await new Promise((resolve) => {
      shell.stdout.once('data', resolve).once('end', resolve)
    })
    assert.equal(String(said), 'ended\n', env)
    await until('the run has ended', () => !isAlive(pidOf(shell)))
  }
})

test('a run is told gone when nothing of it is left; of what will not go, pid and state are told', async (t) => {
  const [run, stubborn] = [newRun(), newRun()]
  const home = `/tmp/${randomUUID()}`
  start(t, 'lives.cjs', home, run)
  const pid = pidOf(start(t, 'lives.cjs', home, stubborn))
  await until('both are up', () => findMarked(home).length === 2)
  const kill = process.kill.bind(process)
  const now = performance.now.bind(performance)
  let late = 0
  const kills = t.mock.method(process, 'kill', (...ask: Parameters<typeof kill>) => ask[0] === pid || kill(...ask))
  const clock = t.mock.method(performance, 'now', () => now() + late)
  const gone: string[] = []
  const killing = killMarked([run, stubborn], (one) => {
    assert.ok(!findMarked(home).some((marked) => marked.run === one))
    gone.push(one)
    late = 60_000
  })
  await assert.rejects(killing, (error: unknown) => {
    assert.ok(error instanceof CannotKill)
    assert.match(error.message, new RegExp(`^Could not kill ${pid} \\(state \\w\\)\\.$`))
    return error.runs.has(stubborn) && error.runs.size === 1
  })
  assert.deepEqual(gone, [run])
  for (const mock of [kills, clock]) mock.mock.restore()
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

test('of an environment that is longer than what is read of it, the part that is read counts', async (t) => {
  const child = spawn('/bin/sleep', ['60'], { env: { LONG: 'x'.repeat(100_000) }, stdio: 'ignore' })
  t.after(() => child.kill('SIGKILL'))
  await until('it is up', () => envOf(pidOf(child), 'LONG')?.startsWith('xxx'))
  assert.equal(envOf(pidOf(child), 'NONE'), null)
})

test('a pid that was used again is not taken for the old process', () => {
  const ticks = startTicksOf(process.pid) ?? assert.fail()
  assert.ok(isAlive(process.pid, ticks))
  assert.equal(isAlive(process.pid, ticks - 1), false)
  assert.deepEqual([startTicksOf(4_000_000), envOf(4_000_000, 'PATH')], [null, null], 'one that has gone has nothing')
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
