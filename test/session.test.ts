// One session process, as it runs in production, with a stand-in for its supervisor.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type Welcome, WIRE_VERSION } from '../src/core/protocol.js'
import { openOutbox } from '../src/journal/journal.js'
import { type BuiltSession, buildSession } from './built-session.js'
import { beatAnswer, makePlace, newer, until } from './fake-supervisor.js'

let built: BuiltSession
before(async () => {
  built = await buildSession()
})
after(() => built.remove())

const idle = (): Partial<Welcome> => ({ runModule: built.kind('idle') })
const acts = (act: string, more: Partial<Welcome> = {}): Partial<Welcome> => ({
  runModule: built.kind('scripted'),
  config: { act },
  secrets: { KEY: 'hunter2-secret', OTHER: 'pässword one' },
  ...more,
})

test('a session says hello, becomes ready, answers on its port and stops when told', async (t) => {
  const place = await makePlace(t, idle())
  const supervisor = await place.supervisor()
  const session = place.run(built.program)
  const beat = await supervisor.beatWhere((beat) => beat.state === 'ready')
  assert.deepEqual(supervisor.hellos, [{ wire: WIRE_VERSION, ticket: 'the-ticket', pid: session.child.pid }])
  assert.deepEqual([...supervisor.authorizations], ['Bearer the-token'])
  assert.equal(beat.port, place.welcome.ports[0])
  assert.equal(beat.takesConfigLive, false)

  const health = await fetch(`http://127.0.0.1:${beat.port}/health`)
  const said = (await health.json()) as Record<string, unknown>
  assert.deepEqual([health.status, said.state, said.session, said.run], [200, 'ready', 'acme/vendas', 'run-1'])
  const metrics = await (await fetch(`http://127.0.0.1:${beat.port}/metrics`)).text()
  assert.match(metrics, /^frota_session_up\{session="acme\/vendas",kind="test"\} 1$/m)
  assert.match(metrics, /^frota_session_events_pending\{.*\} 0$/m)
  assert.match(metrics, /^process_resident_memory_bytes\{.*\} \d+$/m)
  assert.equal((await fetch(`http://127.0.0.1:${beat.port}/other`)).status, 404)

  const env = readFileSync(`/proc/${session.child.pid}/oom_score_adj`, 'utf8').trim()
  assert.equal(env, '500')
  session.child.send('shutdown')
  assert.equal(await session.exited, 0)
  assert.equal(supervisor.beats.at(-1)?.state, 'stopping')
  assert.deepEqual([place.lastExit()?.code, place.lastExit()?.reason], [0, 'shutdown'])
  assert.equal(session.stderr(), '')
})

for (const [what, stop] of [
  ['SIGTERM', (child) => child.kill('SIGTERM')],
  ['SIGINT', (child) => child.kill('SIGINT')],
  ['a shutdown message that is an object', (child) => child.send({ type: 'shutdown' })],
  ['the death of the PM2 daemon', (child) => child.disconnect()],
] satisfies [string, (child: import('node:child_process').ChildProcess) => void][]) {
  test(`${what} stops a session, and what is in hand is finished and shipped`, async (t) => {
    const place = await makePlace(t, acts('drains'))
    const supervisor = await place.supervisor()
    const session = place.run(built.program)
    await supervisor.beatWhere((beat) => beat.state === 'ready')
    stop(session.child)
    assert.equal(await session.exited, 0)
    assert.deepEqual(
      supervisor.events.map((event) => event.type),
      ['drained'],
    )
  })
}

test('a session whose run ignores the stop goes all the same', async (t) => {
  const place = await makePlace(t, acts('ignoresAbort', { stopWithinMs: 1_000 }))
  const supervisor = await place.supervisor()
  const session = place.run(built.program)
  await supervisor.beatWhere((beat) => beat.state === 'ready')
  session.child.send('shutdown')
  assert.equal(await session.exited, 1)
  assert.match(place.lastExit()?.reason ?? '', /did not stop within 500 ms/)
})

test('a session started while the supervisor is away waits for it', async (t) => {
  const place = await makePlace(t, idle())
  const session = place.run(built.program)
  await new Promise((resolve) => setTimeout(resolve, 500))
  assert.equal(session.child.exitCode, null)
  let first = true
  const supervisor = await place.supervisor({
    hello() {
      const answer = first ? { status: 503, body: {} } : { status: 200, body: place.welcome }
      first = false
      return answer
    },
  })
  await supervisor.beatWhere((beat) => beat.state === 'ready')
})

test('a refused hello ends the session with the reason: 66 for an old run, 64 for anything else', async (t) => {
  const place = await makePlace(t, idle())
  const supervisor = await place.supervisor({ hello: () => ({ status: 409, body: {} }) })
  assert.equal(await place.run(built.program).exited, 66)
  supervisor.answers.hello = () => ({
    status: 422,
    body: { error: { code: 'KIND_UNKNOWN', message: 'No such kind.' } },
  })
  const refused = place.run(built.program)
  assert.equal(await refused.exited, 64)
  assert.match(refused.stderr(), /acme\/vendas: No such kind\./)
})

test('a session without its environment says what is missing', async (t) => {
  const place = await makePlace(t, idle())
  const session = place.run(built.program, { FROTA_RUN: '', FROTA_TICKET: '' })
  assert.equal(await session.exited, 64)
  assert.match(session.stderr(), /FROTA_RUN, FROTA_TICKET not set/)
})

test('a supervisor that is away and back hears of the session again, and gets every event once', async (t) => {
  const place = await makePlace(t, acts('records'))
  const refusing = await place.supervisor({ events: () => ({ status: 503, body: {} }) })
  const session = place.run(built.program)
  await refusing.beatWhere((beat) => beat.counters.eventsPending === 1_200)
  await refusing.close()
  const supervisor = await place.supervisor()
  const beat = await supervisor.beatWhere((beat) => beat.state === 'ready')
  await until(() => supervisor.events.length >= 1_200, 'all events')
  assert.deepEqual(
    supervisor.events.map((event) => event.data.i),
    Array.from({ length: 1_200 }, (_, i) => i),
  )
  assert.ok(beat)
  session.child.send('shutdown')
  await session.exited
  assert.equal(supervisor.events.length, 1_200)
  const left = openOutbox(join(place.welcome.dirs.data, 'journal.db'))
  assert.equal(left?.pendingCount(), 0)
  left?.close()
})

test('events that nobody takes stay in the journal when the session stops', async (t) => {
  const place = await makePlace(t, acts('records'))
  const supervisor = await place.supervisor({ events: () => ({ status: 503, body: {} }) })
  const session = place.run(built.program)
  await supervisor.beatWhere((beat) => beat.counters.eventsPending === 1_200)
  session.child.send('shutdown')
  assert.equal(await session.exited, 0)
  const left = openOutbox(join(place.welcome.dirs.data, 'journal.db'))
  assert.equal(left?.pendingCount(), 1_200)
  left?.close()
})

test('kill -9 loses no event and ships none twice', async (t) => {
  const place = await makePlace(t, acts('records'))
  const refusing = await place.supervisor({ events: () => ({ status: 503, body: {} }) })
  const killed = place.run(built.program)
  await refusing.beatWhere((beat) => beat.counters.eventsPending === 1_200)
  killed.child.kill('SIGKILL')
  await killed.exited
  assert.equal(place.lastExit(), undefined)
  place.welcome.runModule = built.kind('idle')
  refusing.answers.events = (events) => ({ status: 200, body: { acked: events.at(-1)?.seq ?? 0 } })
  place.run(built.program)
  await until(() => refusing.events.length >= 1_200, 'all events')
  await refusing.beatWhere((beat) => beat.state === 'ready' && beat.counters.eventsPending === 0)
  assert.equal(new Set(refusing.events.map((event) => event.id)).size, refusing.events.length)
})

test('a fenced session stops at once with 66, even when its run would not', async (t) => {
  const place = await makePlace(t, acts('ignoresAbort', { stopWithinMs: 60_000 }))
  const supervisor = await place.supervisor({ beat: () => ({ status: 409, body: { fenced: true } }) })
  const session = place.run(built.program)
  assert.equal(await session.exited, 66)
  assert.equal(place.lastExit()?.code, 66)
  assert.equal(supervisor.beats.length, 1)
})

test('the lease is confirmed only as long as the supervisor said', async (t) => {
  const place = await makePlace(t, acts('askLease', { lease: { epoch: 7, confirmedForMs: 0 } }))
  let confirmedForMs = 0
  const supervisor = await place.supervisor({
    beat: () => ({ status: 200, body: beatAnswer({ lease: { epoch: 7, confirmedForMs } }) }),
  })
  place.run(built.program)
  await supervisor.beatWhere(({ detail }) => detail.confirmed === false && detail.epoch === 7)
  confirmedForMs = 60_000
  await supervisor.beatWhere(({ detail }) => detail.confirmed === true)
})

test('new config is taken while the session runs, when its kind listens', async (t) => {
  const place = await makePlace(t, acts('live'))
  const supervisor = await place.supervisor({
    beat: (beat) => ({
      status: 200,
      body: beatAnswer({ newer: beat.configVersion < 5 ? newer(5, { act: 'new' }, '') : null }),
    }),
  })
  place.run(built.program)
  const beat = await supervisor.beatWhere((beat) => beat.configVersion === 5)
  assert.equal(beat.takesConfigLive, true)
  assert.deepEqual(beat.detail, { heard: 'new', same: 'new', most: 20, market: '/run/other.sock' })
})

test('what a changed plan allows is taken while the session runs, when its kind listens', async (t) => {
  const place = await makePlace(t, acts('live'))
  const supervisor = await place.supervisor({
    beat: ({ limitsVersion }) => ({
      status: 200,
      body: beatAnswer({ newer: limitsVersion === 'v2' ? null : newer(1, { act: 'passed over' }, 'v2') }),
    }),
  })
  place.run(built.program)
  const beat = await supervisor.beatWhere(({ limitsVersion, detail }) => limitsVersion === 'v2' && 'most' in detail)
  assert.deepEqual(beat.detail, { heard: 'live', same: 'live', most: 20, market: '/run/market.sock' })
  assert.equal(beat.configVersion, 1)
})

test('a secret added while the session runs is redacted before its kind hears of it; until it can be had it is asked for again', async (t) => {
  const place = await makePlace(t, { ...acts('hearsSecrets'), secretsVersion: 'one' })
  let asked = 0
  const supervisor = await place.supervisor({
    beat: (beat) => ({ status: 200, body: beatAnswer({ newSecrets: beat.secretsVersion !== 'two' }) }),
    secrets: () =>
      ++asked === 1
        ? { status: 503, body: { error: { message: 'not now' } } }
        : { status: 200, body: { secrets: { BOT_A: 'hunter3-secret' }, version: 'two' } },
  })
  const session = place.run(built.program)
  const beat = await supervisor.beatWhere((beat) => beat.secretsVersion === 'two')
  assert.deepEqual([beat.takesSecretsLive, asked], [true, 2])
  assert.deepEqual(beat.detail, { name: 'BOT_A', told: '[secret]', same: true })
  session.child.kill()
  await session.exited
  const log = JSON.stringify(place.logLines())
  assert.match(log, /could not be fetched.*not now.*heard \[secret\]/)
  assert.doesNotMatch(log, /hunter3/)
})

test('ports that others have taken never stop a session: it passes them over, and at last takes any', async (t) => {
  const place = await makePlace(t, idle())
  const supervisor = await place.supervisor()
  for (const taken of [place.welcome.ports.slice(0, 1), place.welcome.ports.slice(1)]) {
    for (const port of taken) {
      const squatter = createServer().listen(port, '127.0.0.1')
      t.after(() => squatter.close())
    }
    const seen = supervisor.beats.length
    const session = place.run(built.program)
    await until(() => supervisor.beats.slice(seen).some((beat) => beat.state === 'ready'), 'ready')
    const port = supervisor.beats.at(-1)?.port
    assert.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200)
    session.child.kill()
    await session.exited
  }
})

test('a full disk makes a session degraded with the reason, and it lives on', async (t) => {
  const place = await makePlace(t, acts('fullDisk'))
  const supervisor = await place.supervisor({ events: () => ({ status: 503, body: {} }) })
  const session = place.run(built.program)
  const beat = await supervisor.beatWhere((beat) => beat.state === 'degraded')
  assert.equal(beat.reason, 'disk full: the journal cannot be written')
  session.child.send('shutdown')
  assert.equal(await session.exited, 0)
})

test('a kind from outside imports frota from wherever it lies', async (t) => {
  const place = await makePlace(t, { runModule: built.kind('outside.mjs') })
  await place.supervisor()
  assert.equal(await place.run(built.program).exited, 67)
  assert.equal(place.lastExit()?.reason, 'from outside')
  place.welcome.config = { act: 'validates' }
  assert.equal(await place.run(built.program).exited, 0)
  assert.ok(place.logLines().some(({ msg }) => msg === 'n is 7'))
})

test('`frota run` shows the log on stderr, and Ctrl-C stops it', async (t) => {
  const place = await makePlace(t, acts('prints'))
  const supervisor = await place.supervisor()
  const session = place.run(built.program, { FROTA_FOREGROUND: '1' }, 'plain')
  await supervisor.beatWhere((beat) => beat.state === 'degraded')
  session.child.kill('SIGINT')
  assert.equal(await session.exited, 0)
  assert.match(session.stderr(), /^\d\d:\d\d:\d\d info {2}hello world \{ a: 1 \}$/m)
})

test('nothing of a session is readable by other users', async (t) => {
  const place = await makePlace(t, acts('prints'))
  const supervisor = await place.supervisor()
  const session = place.run(built.program)
  await supervisor.beatWhere((beat) => beat.state === 'degraded')
  session.child.kill()
  await session.exited
  for (const name of readdirSync(place.welcome.dirs.data)) {
    assert.equal(statSync(join(place.welcome.dirs.data, name)).mode & 0o077, 0, name)
  }
  assert.equal(statSync(place.welcome.dirs.logFile).mode & 0o077, 0)
})
