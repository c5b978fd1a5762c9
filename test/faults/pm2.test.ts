// Operators and their own pm2: what they do to our processes is put right, what they do with theirs touches no session.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { killDaemon } from '../../src/processes/pm2-daemon.js'
import { execute, type FleetHome, fleetHome, NODE, ROOT, upWith } from '../fleet-home.js'

const PM2 = join(ROOT, 'node_modules/pm2/bin/pm2')

const tryPm2 = (home: FleetHome, pm2Home: string, ...args: string[]) =>
  execute(NODE, [PM2, ...args], { ...home.env, PM2_HOME: pm2Home, PM2_DISABLE_VERSION_CHECK: 'true' })

async function pm2(home: FleetHome, pm2Home: string, ...args: string[]) {
  const ran = await tryPm2(home, pm2Home, ...args)
  assert.equal(ran.code, 0, `pm2 ${args.join(' ')}: ${ran.stdout}${ran.stderr}`)
}

describe('an operator with pm2 in hand', { concurrency: 2 }, () => {
  test('`pm2 stop`, `restart` and `delete` of a session in our PM2 are put right', async (t) => {
    const home = await fleetHome(t)
    const [, other] = await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': {} })
    for (const [index, verb] of ['stop', 'restart', 'delete'].entries()) {
      // It may end badly: PM2 finds, in mid-restart, that the supervisor has already replaced what died.
      const ran = await tryPm2(home, home.paths.pm2Home, verb, 'acme.a')
      assert.match(ran.stdout, /Applying action/, ran.stderr)
      await home.until(`another copy after pm2 ${verb}`, () => home.witness.copies('acme/a') >= index + 2)
      await home.reached('ready', 'acme/a')
    }
    const [untouched] = await home.reached('ready', 'acme/b')
    assert.equal(untouched?.pid, other?.pid)
    await home.nothingLostOrDoubled('acme/a')
  })

  test('`pm2 kill` of our PM2 is put right', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/a': { everyMs: 5 } })
    await pm2(home, home.paths.pm2Home, 'kill')
    await home.until('another copy', () => home.witness.copies('acme/a') === 2)
    await home.reached('ready', 'acme/a')
    await home.nothingLostOrDoubled('acme/a')
  })

  for (const verb of ['delete', 'restart'])
    test(`\`pm2 ${verb}\` of the supervisor in our PM2 is put right, and leaves the sessions alone`, async (t) => {
      const home = await fleetHome(t)
      await staysThrough(home, () => pm2(home, home.paths.pm2Home, verb, 'frota'))
    })

  test("`pm2 restart frota` in the operator's own PM2 leaves the sessions' pids as they are", async (t) => {
    const home = await fleetHome(t)
    const theirs = join(home.dir, 'their-pm2')
    const settings = ['FROTA_KINDS', 'FROTA_DEFAULT_PLAN', 'PORT', 'BASE_PORT'].map(
      (name) => `${name}=${home.env[name]}`,
    )
    writeFileSync(home.paths.envFile, settings.join('\n'), { mode: 0o600 })
    home.atEnd(() => killDaemon(theirs))
    await pm2(home, theirs, 'start', join(ROOT, 'ecosystem.config.js'))
    try {
      await home.until('a supervisor', () => home.rows())
      await staysThrough(home, () => pm2(home, theirs, 'restart', 'frota'))
    } finally {
      // While they run it, it is not ours to end: theirs would start it again.
      await pm2(home, theirs, 'delete', 'frota')
      await killDaemon(theirs)
    }
  })
})

/** A session goes on, in the same process, while its supervisor becomes another one. */
async function staysThrough(home: FleetHome, change: () => Promise<void>) {
  const [before] = await upWith(home, { 'acme/a': { everyMs: 5 } })
  const first = (await home.status()).supervisor?.pid
  await change()
  await home.until('another supervisor', async () => {
    const rows = await home.rows()
    return rows && (await home.status()).supervisor?.pid !== first
  })
  const [after] = await home.reached('ready', 'acme/a')
  assert.equal(after?.pid, before?.pid)
  await home.nothingLostOrDoubled('acme/a')
}
