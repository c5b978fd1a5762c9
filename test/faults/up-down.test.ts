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
    await sleep(600)
    looking.release()
    assert.equal((await up).code, 0, (await up).stderr)
    await home.reached('ready', 'acme/a')
  })
})
