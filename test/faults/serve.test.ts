// `frota serve` in the foreground, as a container or systemd runs it: it takes its sessions with it when it is told to
// stop, asks to be started again when PM2 is gone, and whoever comes after a kill -9 finds everything in order.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isAlive } from '../../src/processes/proc.js'
import { type FleetHome, fleetHome, NODE, ROOT } from '../fleet-home.js'

function startServing(home: FleetHome): { child: ChildProcess; ended: Promise<number | null> } {
  const child = spawn(NODE, [join(ROOT, 'bin/frota'), 'serve'], { env: home.env, stdio: 'ignore' })
  home.atEnd(() => child.kill('SIGKILL'))
  return { child, ended: once(child, 'exit').then(([code]) => code as number | null) }
}

async function serving(home: FleetHome) {
  const served = startServing(home)
  await home.until('the supervisor', () => home.rows())
  return served
}

async function servingWith(home: FleetHome, ...refs: string[]) {
  const served = await serving(home)
  await home.call('tenants.add', { slug: 'acme' })
  for (const ref of refs) await home.add(ref, { act: 'detaches', everyMs: 5 })
  await home.call('sessions.start', { refs })
  return { ...served, rows: await home.reached('ready', ...refs) }
}

describe('frota serve in the foreground', { concurrency: 2 }, () => {
  test('told to stop, it stops its sessions and PM2 and ends with 0; the next one brings back what was wanted', async (t) => {
    const home = await fleetHome(t)
    const { child, ended } = await servingWith(home, 'acme/a', 'acme/b')
    await home.frota('stop', 'acme/b', '--wait')
    child.kill('SIGTERM')
    child.kill('SIGTERM') // an impatient manager
    assert.equal(await ended, 0)
    assert.deepEqual(home.processes(), [])
    await serving(home)
    await home.reached('ready', 'acme/a')
    assert.equal((await home.row('acme/b'))?.state, 'stopped')
    await home.nothingLostOrDoubled('acme/a')
  })

  test('told to stop while it boots, it ends with 0 and leaves nothing', async (t) => {
    const home = await fleetHome(t)
    const before = await servingWith(home, 'acme/a')
    before.child.kill('SIGTERM')
    await before.ended
    const { child, ended } = startServing(home)
    await home.until('its PM2', () => home.processes().some(({ command }) => /God Daemon/.test(command)))
    child.kill('SIGTERM')
    assert.equal(await ended, 0)
    assert.deepEqual(home.processes(), [])
  })

  test('when PM2 dies it ends with 70 for its manager, and the next one brings all back, none ever twice', async (t) => {
    const home = await fleetHome(t)
    const { ended, rows } = await servingWith(home, 'acme/a', 'acme/b')
    home.kill((await home.status()).pm2?.pid)
    assert.equal(await ended, 70)
    await serving(home)
    await home.until('all once more', () => ['acme/a', 'acme/b'].every((ref) => home.witness.copies(ref) === 2))
    await home.reached('ready', 'acme/a', 'acme/b')
    for (const { detail } of rows) assert.equal(isAlive(Number(detail.child)), false, 'an orphan of the first copy')
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
  })

  test('after its kill -9 the next one adopts the sessions as they are', async (t) => {
    const home = await fleetHome(t)
    const { child, ended, rows } = await servingWith(home, 'acme/a', 'acme/b')
    child.kill('SIGKILL')
    await ended
    await serving(home)
    const after = await home.reached('ready', 'acme/a', 'acme/b')
    assert.deepEqual(
      after.map(({ pid }) => pid),
      rows.map(({ pid }) => pid),
    )
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
  })
})
