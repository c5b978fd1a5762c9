// A process that no signal ends, as one that waits for a dead disk. Only a kernel's freezer (cgroup v1, root) makes one.
import assert from 'node:assert/strict'
import { accessSync, constants, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { isAlive } from '../../src/processes/proc.js'
import { fleetHome, upWith } from '../fleet-home.js'

const FREEZER = '/sys/fs/cgroup/freezer'

test('a process that cannot be killed keeps no supervisor from coming up: its session waits for it, all others run', {
  skip: !canFreeze(),
}, async (t) => {
  const home = await fleetHome(t)
  const [a] = await upWith(home, { 'acme/a': { act: 'detaches', everyMs: 5 }, 'acme/b': { everyMs: 5 } })
  const child = Number(a?.detail.child)
  const freezer = join(FREEZER, `frota-test-${process.pid}`)
  mkdirSync(freezer)
  t.after(() => rmdirSync(freezer))
  try {
    writeFileSync(join(freezer, 'cgroup.procs'), String(child))
    writeFileSync(join(freezer, 'freezer.state'), 'FROZEN')
    const { supervisor, pm2 } = await home.status()
    for (const pid of [supervisor?.pid, pm2?.pid, a?.pid]) home.kill(pid)
    await home.frota('up')
    await home.reached('ready', 'acme/b')
    const row = await home.row('acme/a')
    assert.equal(row?.state, 'stopping')
    assert.match(row?.reason ?? '', new RegExp(`cannot be ended, and is tried again: .*${child} \\(state D\\)`))
    assert.equal(home.witness.copies('acme/a'), 1)
  } finally {
    writeFileSync(join(freezer, 'freezer.state'), 'THAWED')
  }
  await home.reached('ready', 'acme/a', 'acme/b')
  assert.equal(isAlive(child), false)
  await home.nothingLostOrDoubled('acme/a', 'acme/b')
})

function canFreeze(): boolean {
  try {
    accessSync(join(FREEZER, 'cgroup.procs'), constants.W_OK)
    return true
  } catch {
    return false
  }
}
