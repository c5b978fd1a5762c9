// Up, down and a look at the same time: whoever comes second waits, and nobody takes the other's half for the whole.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { tryLock } from '../../src/processes/lock.js'
import { fleetHome, upWith } from '../fleet-home.js'

describe('up, down and a look at the same time', { concurrency: 2 }, () => {
  test('an up during a down brings everything back, one copy of each', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': {}, 'acme/b': {} })
    const down = home.run('down')
    await home.until('the first to stop', async () => {
      const rows = await home.rows()
      return !rows || rows.some((row) => row.state !== 'ready')
    })
    const up = await home.run('up')
    assert.deepEqual([(await down).code, up.code], [0, 0], up.stderr)
    await home.reached('ready', 'acme/a', 'acme/b')
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
  })

  test('a command that looks at the database for a moment keeps no supervisor from coming up', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': {} })
    await home.frota('down')
    const looking = tryLock(home.paths.lock, 'frota (migrating)')
    assert.ok('release' in looking)
    const up = home.run('up')
    await home.until('the supervisor asks', () =>
      home.processes().some(({ command }) => /main\.js serve/.test(command)),
    )
    await sleep(4_000)
    looking.release()
    assert.equal((await up).code, 0, (await up).stderr)
    await home.reached('ready', 'acme/a')
  })

  test('nor does it make a down say that the fleet is still up', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': {} })
    const down = home.run('down')
    const looking = await home.until('the home is free', () => {
      const lock = tryLock(home.paths.lock, 'frota (migrating)')
      return 'release' in lock ? lock : undefined
    })
    // Held until it has come to its last look: everything of the fleet is gone by then.
    await home.until('nothing is left', () =>
      home.processes().every(({ command }) => !/serve|God Daemon/.test(command)),
    )
    await sleep(1_000)
    looking.release()
    assert.equal((await down).code, 0, (await down).stderr)
  })

  test('a PM2 daemon that hangs keeps no fleet up', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': { act: 'detaches' }, 'acme/b': {} })
    home.kill((await home.status()).pm2?.pid, 'SIGSTOP')
    await home.frota('down')
    assert.deepEqual(home.processes(), [])
    await home.frota('up')
    await home.reached('ready', 'acme/a', 'acme/b')
  })
})
