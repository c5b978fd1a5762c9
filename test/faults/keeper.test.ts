// PM2's daemon keeps the supervisor, the supervisor keeps the daemon, and a shell is left when both die at once.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync, readlinkSync, renameSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { readStat } from '../../src/node/procfs.js'
import { bringUpLater, keepersOf } from '../../src/processes/keeper.js'
import { envOf, isAlive } from '../../src/processes/proc.js'
import { type FleetHome, fleetHome, NODE, ROOT, upWith } from '../fleet-home.js'

async function killBoth(home: FleetHome) {
  const { supervisor, pm2 } = await home.status()
  for (const pid of [supervisor?.pid, pm2?.pid]) home.kill(pid)
}

const keeperOf = (home: FleetHome) =>
  home.until('one keeper', () => {
    const keepers = keepersOf(home.paths.lock)
    return keepers.length === 1 ? keepers[0] : undefined
  })

/** Not the shell, which has the same words in its arguments. */
const isUpOfKeeper = ({ command }: { command: string }) => /^\S+ \S+main\.js up --unattended/.test(command)

describe('supervisor and PM2 daemon killed in the same moment', { concurrency: 2 }, () => {
  test('exactly what was wanted is back by itself, none ever twice, and again the next time', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': { act: 'detaches', everyMs: 5 }, 'acme/b': {}, 'acme/c': { everyMs: 5 } })
    await home.frota('stop', 'acme/b', '--wait')
    for (const copy of [2, 3]) {
      await killBoth(home)
      await home.until(`copy ${copy}`, () => ['acme/a', 'acme/c'].every((ref) => home.witness.copies(ref) === copy))
      await home.reached('ready', 'acme/a', 'acme/c')
      await keeperOf(home)
    }
    assert.equal((await home.row('acme/b'))?.state, 'stopped')
    assert.equal(home.witness.copies('acme/b'), 1)
    await home.nothingLostOrDoubled('acme/a', 'acme/c')
  })

  test('with the sessions too: all are back by themselves', async (t) => {
    const home = await fleetHome(t)
    const rows = await upWith(home, { 'acme/a': { act: 'detaches', everyMs: 5 }, 'acme/b': { everyMs: 5 } })
    for (const { pid } of rows) home.kill(pid)
    await killBoth(home)
    await home.until('all once more', () => ['acme/a', 'acme/b'].every((ref) => home.witness.copies(ref) >= 2))
    await home.reached('ready', 'acme/a', 'acme/b')
    await home.nothingLostOrDoubled('acme/a', 'acme/b')
  })

  test('`frota down` ends whoever would bring them back, whether it waits or is at it', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': { everyMs: 5 } })
    await killBoth(home)
    await home.frota('down')
    assert.deepEqual(home.processes(), [])

    await home.frota('up')
    await home.reached('ready', 'acme/a')
    await killBoth(home)
    await home.until('it is at it', () => home.processes().some(isUpOfKeeper))
    await home.frota('down')
    assert.deepEqual(home.processes(), [])
  })
})

describe('killed during `frota down`', { concurrency: 2 }, () => {
  for (const [what, both] of [
    ['supervisor and PM2 daemon', true],
    ['the PM2 daemon', false],
  ] as const) {
    test(`${what}: the down goes on, and nothing comes back`, async (t) => {
      const home = await fleetHome(t)
      const [row] = await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': {} })
      const { supervisor, pm2 } = await home.status()
      home.kill(row?.pid, 'SIGSTOP') // so that there is something to wait for
      const down = home.run('down')
      await home.until('it goes down', async () => (await home.row('acme/a'))?.state === 'stopping')
      for (const pid of both ? [supervisor?.pid, pm2?.pid] : [pm2?.pid]) home.kill(pid)
      const { code, stderr } = await down
      assert.equal(code, 0, stderr)
      assert.deepEqual(home.processes(), [])
    })
  }
})

describe('the third keeper', { concurrency: 2 }, () => {
  test('holds nothing secret, no marker, no directory, no terminal, and 3 MB at most', async (t) => {
    const home = await fleetHome(t)
    await home.frota('up')
    const pid = await keeperOf(home)
    const names = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .map((line) => line.split('=')[0] ?? '')
    assert.deepEqual(
      names.filter((name) => /KEY|SECRET|TOKEN|TICKET|RUN|pm_|PM2/.test(name)),
      [],
    )
    assert.equal(envOf(pid, 'FROTA_HOME'), home.dir)
    assert.equal(readlinkSync(`/proc/${pid}/cwd`), '/')
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/\(.*\)/, '()')
      .split(' ')
    assert.deepEqual(stat.slice(4, 7), [String(pid), String(pid), '0'], 'group, session and terminal')
    assert.ok((readStat(pid)?.rssBytes ?? 0) <= 3 * 1024 * 1024)
  })

  test('is one again after the supervisor or it itself was killed, and after an orderly restart', async (t) => {
    const home = await fleetHome(t)
    const [before] = await upWith(home, { 'acme/a': { everyMs: 5 } })
    const first = await keeperOf(home)
    home.kill(first)
    await home.until('another keeper', () => keepersOf(home.paths.lock).some((pid) => pid !== first))
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      const { supervisor } = await home.status()
      home.kill(supervisor?.pid, signal)
      await home.until('its end', () => !isAlive(supervisor?.pid ?? 0))
      await home.until('another supervisor', () => home.rows())
      await keeperOf(home)
    }
    const [after] = await home.reached('ready', 'acme/a')
    assert.equal(after?.pid, before?.pid)
  })

  test('makes no home anew that was deleted, and tries an `up` that fails again', async (t) => {
    const home = await fleetHome(t)
    await home.frota('up')
    const options = { env: { PATH: home.env.PATH ?? '' }, logFile: `${home.dir}/logs/keeper.log` }
    const silent = (why: string) => assert.fail(why)
    bringUpLater({ ...options, lock: `${home.dir}/gone.db`, up: ['/bin/echo', 'never'] }, silent)
    bringUpLater({ ...options, lock: home.paths.db, up: ['/bin/sh', '-c', 'echo tried; exit 1'] }, silent)
    await home.until('its try', () => /tried/.test(home.logText('keeper.log')))
    const [waiting] = keepersOf(home.paths.db)
    assert.ok(waiting && isAlive(waiting))
    home.kill(-waiting)
    assert.doesNotMatch(home.logText('keeper.log'), /never/)
  })

  test('leaves a supervisor that cannot boot to PM2, which tries until it can', async (t) => {
    const home = await fleetHome(t)
    await home.frota('up')
    await home.frota('down')
    // As it finds one whose store is away: to an operator it would be told, and PM2 ended with it.
    renameSync(home.paths.db, `${home.paths.db}.away`)
    writeFileSync(home.paths.ledger, '')
    const { code, stderr } = await home.run('up', '--unattended')
    assert.deepEqual([code, /The supervisor did not come up: The database/.test(stderr)], [1, true], stderr)
    renameSync(`${home.paths.db}.away`, home.paths.db)
    await home.until('the supervisor', () => home.rows())
  })

  test('is not there under `frota serve`, whose own manager starts it again', async (t) => {
    const home = await fleetHome(t)
    const child = spawn(NODE, [`${ROOT}/bin/frota`, 'serve'], { env: home.env, stdio: 'ignore' })
    home.atEnd(() => child.kill('SIGKILL'))
    await home.until('the supervisor', () => home.rows())
    assert.deepEqual(keepersOf(home.paths.lock), [])
  })
})
