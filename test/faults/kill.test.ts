// kill -9 of everything that can be killed, with real processes. A witness judges that nothing is ever alive twice.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive } from '../../src/processes/proc.js'
import { fleetHome, upWith } from '../fleet-home.js'

describe('kill -9', { concurrency: 2 }, () => {
  test('a killed session comes back by itself, its orphan ends, no event is lost or doubled', async (t) => {
    const home = await fleetHome(t)
    const [before, other] = await upWith(home, { 'acme/a': { act: 'detaches', everyMs: 5 }, 'acme/b': {} })
    const orphan = Number(before?.detail.child)
    assert.ok(isAlive(orphan))
    for (const copy of [2, 3]) {
      home.kill((await home.row('acme/a'))?.pid)
      await home.until(`copy ${copy}`, () => home.witness.copies('acme/a') === copy)
      await home.reached('ready', 'acme/a')
    }
    assert.equal(isAlive(orphan), false, 'the child of the killed session lives on')
    assert.ok((await home.nothingLostOrDoubled('acme/a', 'acme/b')) > 0)
    const [row] = await home.reached('ready', 'acme/b')
    assert.equal(row?.pid, other?.pid, 'another session was touched')
  })

  test('sessions go on working while the supervisor is dead, and the next one adopts them untouched', async (t) => {
    const home = await fleetHome(t)
    const before = await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': { everyMs: 5 } })
    for (let i = 0; i < 2; i++) {
      const { supervisor } = await home.status()
      home.kill(supervisor?.pid)
      await home.until('another supervisor', async () => (await home.rows()) && home.processes())
    }
    const after = await home.reached('ready', 'acme/a', 'acme/b')
    assert.deepEqual(
      after.map(({ pid, restarts }) => [pid, restarts]),
      before.map(({ pid }) => [pid, 0]),
    )
    assert.deepEqual([home.witness.copies('acme/a'), home.witness.copies('acme/b')], [1, 1])
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
  })

  test('after the death of the PM2 daemon all 20 sessions are back by themselves, none ever twice', async (t) => {
    const home = await fleetHome(t)
    const refs = Array.from({ length: 20 }, (_, i) => `acme/s${i}`)
    await upWith(home, Object.fromEntries(refs.map((ref) => [ref, { everyMs: 200 }])))
    const { pm2 } = await home.status()
    home.kill(pm2?.pid)
    await home.until('all once more', () => refs.every((ref) => home.witness.copies(ref) >= 2))
    await home.reached('ready', ...refs)
    assert.notEqual((await home.status()).pm2?.pid, pm2?.pid)
    await home.nothingLostOrDoubled('acme/s0', 'acme/s7', 'acme/s19')
  })

  test('after the death of everything `frota up` brings back exactly what was wanted', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': {}, 'acme/c': {} })
    await home.frota('stop', 'acme/b', '--wait')
    const { supervisor, pm2 } = await home.status()
    const [row] = await home.reached('ready', 'acme/a')
    for (const pid of [supervisor?.pid, pm2?.pid, row?.pid]) home.kill(pid)
    await home.frota('up')
    await home.reached('ready', 'acme/a', 'acme/c')
    assert.equal((await home.row('acme/b'))?.state, 'stopped')
    assert.equal(home.witness.copies('acme/b'), 1)
    await home.nothingLostOrDoubled('acme/a')
  })

  test('after a reboot (no process and no run directory is left) `frota up` brings back what was wanted', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': { act: 'detaches', everyMs: 5 }, 'acme/b': {} })
    await home.frota('stop', 'acme/b', '--wait')
    for (const { pid } of home.processes()) home.kill(pid)
    rmSync(home.paths.runDir, { recursive: true })
    await home.frota('up')
    await home.reached('ready', 'acme/a')
    assert.equal((await home.row('acme/b'))?.state, 'stopped')
    await home.nothingLostOrDoubled('acme/a')
  })

  test('a supervisor that dies while it starts sessions leaves none twice and none behind', async (t) => {
    const home = await fleetHome(t)
    const refs = Array.from({ length: 8 }, (_, i) => `acme/s${i}`)
    await upWith(home, Object.fromEntries(refs.map((ref) => [ref, { everyMs: 20 }])))
    for (let i = 0; i < 3; i++) {
      const { supervisor } = await home.status()
      const copies = home.witness.copies('acme/s0')
      await home.call('sessions.restart', { refs })
      await home.until('the first of them', () => home.witness.copies('acme/s0') > copies)
      home.kill(supervisor?.pid)
      await home.until('another supervisor', () => home.rows())
    }
    await home.reached('ready', ...refs)
    await home.nothingLostOrDoubled('acme/s0', 'acme/s7')
  })

  test('a PM2 daemon that hangs for a while ends nobody; what it could not do is done when it is back', async (t) => {
    const home = await fleetHome(t)
    const [a, b] = await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': { everyMs: 5 } })
    const { pm2, supervisor } = await home.status()
    home.kill(pm2?.pid, 'SIGSTOP')
    try {
      home.kill(a?.pid)
      await sleep(12_000)
    } finally {
      home.kill(pm2?.pid, 'SIGCONT')
    }
    await home.until('another copy', () => home.witness.copies('acme/a') === 2)
    const [, after] = await home.reached('ready', 'acme/a', 'acme/b')
    assert.deepEqual([after?.pid, (await home.status()).supervisor?.pid], [b?.pid, supervisor?.pid])
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
  })

  test('a PM2 daemon that hangs for good is replaced, and all are back by themselves, none ever twice', async (t) => {
    const home = await fleetHome(t)
    const [a] = await upWith(home, { 'acme/a': { act: 'detaches', everyMs: 5 }, 'acme/b': { everyMs: 5 } })
    const { pm2 } = await home.status()
    home.kill(pm2?.pid, 'SIGSTOP')
    home.kill(a?.pid)
    await home.until('the hung one ended', () => !isAlive(pm2?.pid ?? 0))
    await home.reached('ready', 'acme/a', 'acme/b')
    assert.deepEqual([home.witness.copies('acme/a'), home.witness.copies('acme/b')], [2, 2])
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
  })

  test('`frota down` leaves no process, and `up` brings back exactly what was wanted', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': { act: 'detaches', everyMs: 5 }, 'acme/b': {} })
    await home.frota('stop', 'acme/b', '--wait')
    await home.frota('down')
    assert.deepEqual(home.processes(), [])
    assert.deepEqual(home.witness.live(), [])
    const rows = await home.json<{ session: string; wanted: string; state: string }[]>('ls')
    assert.deepEqual(
      rows.map(({ session, wanted, state }) => [session, wanted, state]),
      [
        ['acme/a', 'running', 'stopped'],
        ['acme/b', 'stopped', 'stopped'],
      ],
    )
    await home.frota('up')
    await home.reached('ready', 'acme/a')
    assert.equal((await home.row('acme/b'))?.state, 'stopped')
    await home.nothingLostOrDoubled('acme/a')
  })
})
