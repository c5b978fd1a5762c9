// What a kind may do wrong, and what becomes of it: crashes, floods, secrets in odd places, commands.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Welcome } from '../src/core/protocol.js'
import { askAt } from './at-address.js'
import { type BuiltSession, buildSession } from './built-session.js'
import { makePlace } from './fake-supervisor.js'

let built: BuiltSession
before(async () => {
  built = await buildSession()
})
after(() => built.remove())

const acts = (act: string, more: Partial<Welcome> = {}): Partial<Welcome> => ({
  runModule: built.kind('scripted'),
  config: { act },
  secrets: { KEY: 'hunter2-secret', OTHER: 'pässword one' },
  ...more,
})

for (const [act, code, reason] of [
  ['returns', 0, 'ended by itself'],
  ['throws', 1, 'the exchange said [secret] no'],
  ['throwsLater', 1, 'from a timer: [secret]'],
  ['rejectsLater', 1, 'nobody awaited me'],
  ['loggedOut', 65, 'logged out on the phone'],
] as const) {
  test(`a session that ${act} leaves exit code ${code} and the reason`, async (t) => {
    const place = await makePlace(t, acts(act))
    const supervisor = await place.supervisor()
    const session = place.run(built.program)
    assert.equal(await session.exited, code)
    assert.deepEqual([place.lastExit()?.code, place.lastExit()?.reason], [code, reason])
    assert.equal(supervisor.beats.filter((beat) => beat.state === 'stopping').length, 0)
    assert.equal(session.stderr().includes('hunter2'), false)
    if (code !== 1) return
    assert.match(session.stderr(), /acme\/vendas crashed: Error: /)
    assert.match(session.stderr(), /scripted\.js/)
    assert.equal(place.logLines().at(-1)?.level, 'error')
  })
}

test('a crash is recorded, and reaches the store with the next run at the latest', async (t) => {
  const place = await makePlace(t, acts('throwsLater'))
  const supervisor = await place.supervisor()
  assert.equal(await place.run(built.program).exited, 1)
  place.welcome.config = { act: 'records' }
  place.run(built.program)
  await supervisor.beatWhere((beat) => beat.counters.eventsPending === 0 && supervisor.events.length >= 1_200)
  const crash = supervisor.events[0]
  assert.equal(crash?.type, 'session.crash')
  assert.equal(crash?.data.reason, 'from a timer: [secret]')
})

test('whatever is printed becomes a line of the log, without secrets', async (t) => {
  const place = await makePlace(t, acts('prints'))
  const supervisor = await place.supervisor()
  const session = place.run(built.program)
  const beat = await supervisor.beatWhere((beat) => beat.state === 'degraded')
  assert.deepEqual([beat.reason, beat.detail, beat.accounts], ['refused [secret]', { a: 1 }, ['bot:2', 'phone:1']])
  session.child.kill()
  await session.exited
  const lines = place.logLines().map(({ level, msg }) => `${level}: ${msg}`)
  for (const expected of [
    'info: hello world { a: 1 }',
    'error: a url: https://x/?k=[secret]',
    'info: half a line',
    'info: next',
    'warn: {"token":"[secret]"}',
    'warn: Warning: careful',
    'info: field',
    'warn: degraded: refused [secret]',
  ]) {
    assert.ok(lines.includes(expected), `${expected} in\n${lines.join('\n')}`)
  }
  const field = place.logLines().find(({ msg }) => msg === 'field')
  assert.deepEqual([field?.key, field?.session], ['[secret]', 'acme/vendas'])
  assert.equal(session.stderr(), '')
})

test('a flood of lines is cut and counted, and errors are still heard', async (t) => {
  const place = await makePlace(t, acts('floods'))
  const supervisor = await place.supervisor()
  const session = place.run(built.program)
  const beat = await supervisor.beatWhere((beat) => beat.state === 'ready')
  assert.ok(beat.counters.logLinesDropped > 15_000)
  session.child.kill()
  await session.exited
  const lines = place.logLines()
  assert.ok(lines.length < 5_000)
  assert.ok(lines.some(({ msg }) => msg === 'still heard'))
  assert.ok(lines.some(({ msg }) => /^\d+ log lines dropped$/.test(String(msg))))
})

test('a storm of reports becomes a beat a second, and the last of them is told', async (t) => {
  const place = await makePlace(t, acts('storms'))
  const supervisor = await place.supervisor()
  const startedAt = performance.now()
  place.run(built.program)
  await supervisor.beatWhere((beat) => beat.state === 'ready')
  const seconds = (performance.now() - startedAt) / 1_000
  assert.ok(supervisor.beats.length < 30 + 2 * seconds, `${supervisor.beats.length} beats in ${seconds} s`)
})

test('commands are for the supervisor, are those of the kind, and fail one by one', async (t) => {
  const names = ['echo', 'refuse', 'fail', 'late']
  const place = await makePlace(t, acts('commands', { commands: names }))
  const supervisor = await place.supervisor()
  place.run(built.program)
  await supervisor.beatWhere((beat) => beat.state === 'ready')
  const call = async (name: string, body: string, token = 'command-token') => {
    const answer = await askAt(place.address, `/commands/${name}`, { token, body })
    return {
      status: answer.status,
      body: JSON.parse(answer.body.toString()) as { error?: { code: string }; result?: unknown },
    }
  }
  assert.deepEqual(await call('echo', '{"a":[1]}'), { status: 200, body: { result: { got: { a: [1] } } } })
  assert.deepEqual(await call('refuse', '{}'), {
    status: 422,
    body: { error: { code: 'NOT_PAIRED', message: 'Not paired.', hint: 'frota pair' } },
  })
  for (const [name, body, token, status, code] of [
    ['echo', '{}', 'wrong', 401, 'UNAUTHORIZED'],
    ['echo', '{}', 'command-token-and-more', 401, 'UNAUTHORIZED'],
    ['other', '{}', 'command-token', 404, 'COMMAND_UNKNOWN'],
    ['late', '{}', 'command-token', 503, 'NOT_READY'],
    ['echo', '{', 'command-token', 400, 'BAD_INPUT'],
    ['echo', '[]', 'command-token', 400, 'BAD_INPUT'],
    ['echo', `{"a":"${'x'.repeat(1_100_000)}"}`, 'command-token', 413, 'TOO_LARGE'],
    ['fail', '{}', 'command-token', 500, 'COMMAND_FAILED'],
  ] as const) {
    const answer = await call(name, body, token)
    assert.deepEqual([answer.status, answer.body.error?.code], [status, code], `${name} ${status}`)
  }
  const get = { token: 'command-token', method: 'GET' }
  assert.equal((await askAt(place.address, '/commands/echo', get)).status, 405)
  assert.ok(place.logLines().some(({ msg, error }) => msg === 'command fail failed' && /a bug/.test(String(error))))
})
