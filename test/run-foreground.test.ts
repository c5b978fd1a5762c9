// `frota run REF` in a terminal: what Ctrl-C does, seen afterwards by who asks.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LsRow } from '../src/core/states.js'
import { bringUpLater, endKeepers, keepersOf } from '../src/processes/keeper.js'
import { fleetHome, NODE, ROOT, upWith } from './fleet-home.js'

for (const signal of ['SIGINT', 'SIGHUP'] as const) {
  const how = signal === 'SIGINT' ? 'Ctrl-C' : 'closing its terminal'
  test(`a session run in the foreground and ended by ${how} is shown as stopped, and nothing of it is left`, async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': { act: 'detaches', everyMs: 5 } })
    await home.frota('down')
    const { lock, logs } = home.paths
    const keeper = { lock, up: ['/bin/false'], env: {}, logFile: join(logs, 'keeper.log'), firstPauseS: 3600 }
    bringUpLater(keeper, assert.fail) // as after a crash of PM2 and supervisor together
    home.atEnd(() => endKeepers(lock))
    const terminal = spawn(NODE, [join(ROOT, 'bin/frota'), 'run', 'acme/a'], {
      env: home.env,
      stdio: 'ignore',
      detached: true,
    })
    home.atEnd(() => terminal.kill('SIGKILL'))
    const ended = once(terminal, 'exit')
    await home.until('its copy', () => home.witness.copies('acme/a') === 2)
    assert.equal(readdirSync(home.paths.addresses).length, 1, 'it has an address as under PM2')
    assert.deepEqual(keepersOf(lock), [], 'nobody else brings the fleet up meanwhile')
    process.kill(-(terminal.pid ?? 0), signal) // as a terminal does: to the whole group
    assert.deepEqual(await ended, [0, null])
    assert.deepEqual(home.witness.live(), [])
    assert.deepEqual(readdirSync(home.paths.addresses), [])
    const [row] = await home.json<LsRow[]>('ls')
    assert.deepEqual([row?.wanted, row?.state, row?.reason], ['running', 'stopped', null])
    await home.frota('up')
    await home.reached('ready', 'acme/a')
    await home.nothingLostOrDoubled('acme/a')
  })
}
