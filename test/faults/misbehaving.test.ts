// Sessions that misbehave are limited or restarted by rule; those beside them do not notice.
import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fleetHome, upWith } from '../fleet-home.js'

const MB = 1024 * 1024

describe('misbehaving sessions', { concurrency: true }, () => {
  // One home for what burns and hangs, so that the well-behaved one has them as neighbours. They burn for no longer than
  // they are looked at: what they take is taken from all tests that run at the same time.
  test('a hung event loop is killed and comes back; CPU burners and it leave their neighbour answering', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/hangs': { act: 'hangs' }, 'acme/well': { everyMs: 20 } })
    const [well] = await home.reached('ready', 'acme/well')
    await home.reached('degraded', 'acme/hangs')
    const burners = ['acme/burns', 'acme/burns-too']
    for (const ref of burners) await home.add(ref, { act: 'burns' })
    await home.call('sessions.start', { refs: burners })
    await home.reached('ready', ...burners)
    assert.deepEqual(await home.command('acme/well', 'ping', { text: 'there?' }), { text: 'there?' })
    // On a busy machine it may get little, but never as little as one that is not burning.
    const burner = await home.until('a hot CPU', async () => {
      const [row, idle] = [await home.row('acme/burns'), await home.row('acme/well')]
      return (row?.cpuPercent ?? 0) > Math.max(5, idle?.cpuPercent ?? 0) ? row : undefined
    })
    assert.equal(burner.state, 'ready')
    await home.frota('stop', ...burners, '--wait')
    await home.until('another copy of the hung one', () => home.witness.copies('acme/hangs') >= 2)
    await home.reached('ready', 'acme/hangs')
    const end = await home.until('its end in the history', () => home.events('session.ended', 'acme/hangs')[0])
    assert.equal(end.data.reason, 'no beat for 60 s')
    const [after] = await home.reached('ready', 'acme/well')
    assert.deepEqual([after?.pid, after?.restarts], [well?.pid, 0])
    await home.nothingLostOrDoubled('acme/well', 'acme/hangs')
  })

  test('a leak over maxMemory is restarted by rule, with the reason in its history', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/leaks': { act: 'leaks', maxMemory: '200MB' }, 'acme/well': {} })
    await home.until('another copy', () => home.witness.copies('acme/leaks') >= 2)
    await home.reached('ready', 'acme/leaks', 'acme/well')
    const reasons = home.events('session.state', 'acme/leaks').map(({ data }) => String(data.reason))
    assert.ok(
      reasons.some((reason) => /^uses \d+ MB of the 200 MB it may$/.test(reason)),
      reasons.join('\n'),
    )
    assert.equal(home.witness.copies('acme/well'), 1)
    await home.nothingLostOrDoubled('acme/leaks', 'acme/well')
  })

  test('a log flood stays bounded on the disk and says how much was dropped', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/floods': { act: 'floods' }, 'acme/well': {} })
    await home.until('dropped lines', () => /log lines dropped/.test(home.logText('acme.floods.jsonl')))
    await home.until('some flooding', () => home.events('count', 'acme/floods').length > 20)
    assert.deepEqual(await home.command('acme/well', 'ping', { text: 'there?' }), { text: 'there?' })
    await home.frota('stop', 'acme/floods', '--wait')
    const ofIt = readdirSync(home.paths.logs).filter((name) => name.startsWith('acme.floods'))
    for (const name of ofIt) assert.ok(statSync(join(home.paths.logs, name)).size < 6 * MB, name)
    assert.ok(ofIt.length <= 5, ofIt.join())
    assert.ok(statSync(join(home.paths.pm2Home, 'pm2.log')).size < 6 * MB, "PM2's log took the flood")
  })

  test('a child that floods stderr does not fill the disk, is told of, and ends with its session', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/floods': { act: 'floods-stderr' }, 'acme/well': {} })
    await home.until('the alert', () => /acme\/floods floods its stderr/.test(home.logText('supervisor.jsonl')))
    await home.frota('stop', 'acme/floods', '--wait')
    const file = join(home.paths.logs, 'acme.floods.crash.log')
    await home.until('a small file', () => statSync(file).size < 17 * MB)
    assert.equal(
      home.processes().some(({ command }) => /yes x/.test(command)),
      false,
    )
    assert.equal(home.witness.copies('acme/well'), 1)
  })

  test('a session that ignores the stop is killed after its grace, one that is never ready is not waited for', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/well': {} })
    await home.add('acme/deaf', {}, 'deaf')
    await home.add('acme/mute', {}, 'never-ready')
    await home.call('sessions.start', { refs: ['acme/deaf', 'acme/mute'] })
    await home.reached('ready', 'acme/deaf')
    const mute = await home.until('mute in backoff', async () => {
      const row = await home.row('acme/mute')
      return row?.state === 'backoff' ? row : undefined
    })
    assert.equal(mute.reason, 'not ready within 1.5 s')
    await home.frota('stop', 'acme/deaf', 'acme/mute', '--wait')
    await home.reached('stopped', 'acme/deaf', 'acme/mute')
    assert.equal(home.witness.copies('acme/well'), 1)
  })

  test('exit codes 64, 65 and 67 wait for a person, 66 for the lease, and a crash is tried again', async (t) => {
    const home = await fleetHome(t)
    await upWith(home, { 'acme/well': {} })
    const codes = [64, 65, 66, 67, 1]
    for (const code of codes) await home.add(`acme/x${code}`, { act: 'exits', code })
    await home.add('acme/crashes', { act: 'crashes' })
    await home.call('sessions.start', { refs: [...codes.map((code) => `acme/x${code}`), 'acme/crashes'] })
    const failed = await home.reached('failed', 'acme/x64', 'acme/x65', 'acme/x67')
    assert.deepEqual(
      failed.map(({ reason }) => reason),
      ['asked to exit with 64', 'asked to exit with 65', 'asked to exit with 67'],
    )
    await home.until('66 fenced', async () => (await home.row('acme/x66'))?.state === 'fenced')
    await home.until('1 in backoff', async () => (await home.row('acme/x1'))?.state === 'backoff')
    const crashed = await home.until('the crash in backoff', async () => {
      const row = await home.row('acme/crashes')
      return row?.state === 'backoff' ? row : undefined
    })
    assert.equal(crashed.reason, 'crashes at every start')
    assert.match(home.logText('acme.crashes.crash.log'), /crashes at every start/)
    const refused = await home.run('start', 'acme/x65', '--wait')
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /acme\/x65 failed: asked to exit with 65/)
    assert.equal(home.witness.copies('acme/well'), 1)
  })
})
