import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../core/json.js'
import { SessionExit } from '../core/states.js'
import { leaseFrom } from './lease.js'
import { outcomeOfError, shortReason } from './outcome.js'
import { retryDelayMs } from './retry.js'
import { statusOf } from './status.js'
import { Stopping } from './stop.js'

function makeStatus() {
  let ms = 0
  const status = statusOf({
    now: () => new Date(++ms * 1_000),
    redact: (text) => text,
    onChange: () => undefined,
    onNewState: () => undefined,
    onProblem: assert.fail,
  })
  const shown = () => {
    const { state, reason, since } = status.current()
    return [state, reason, Date.parse(since) / 1_000]
  }
  return { status, shown }
}

test('since is the time of the last change of state or reason, not of the last report', () => {
  const { status, shown } = makeStatus()
  assert.deepEqual(shown(), ['starting', null, 1])
  status.report('ready')
  status.report('ready', { detail: { a: 1 } })
  assert.deepEqual(shown(), ['ready', null, 2])
  status.report('degraded', { reason: 'slow' })
  status.report('degraded', { reason: 'slow' })
  assert.deepEqual(shown(), ['degraded', 'slow', 3])
})

test('a journal in trouble spoils `ready`, and gives it back', () => {
  const { status, shown } = makeStatus()
  status.trouble('disk full')
  assert.deepEqual(shown().slice(0, 2), ['starting', 'disk full'])
  status.report('ready')
  assert.deepEqual(shown().slice(0, 2), ['degraded', 'disk full'])
  status.trouble(null)
  assert.deepEqual(shown().slice(0, 2), ['ready', null])
})

test('a kind that reports while it closes down does not undo the stop', () => {
  const { status, shown } = makeStatus()
  status.stopping('shutdown')
  status.report('ready')
  assert.deepEqual(shown().slice(0, 2), ['stopping', 'shutdown'])
})

test('a lease is confirmed from before the question was sent, and never again once lost', () => {
  let nowMs = 0
  const lease = leaseFrom(7, () => nowMs)
  assert.equal(lease.view.confirmed(), false)
  lease.confirm(1_000, 0)
  nowMs = 999
  assert.equal(lease.view.confirmed(), true)
  nowMs = 1_000
  assert.equal(lease.view.confirmed(), false)
  lease.confirm(1_000, 900)
  assert.equal(lease.view.confirmed(), true)
  lease.lose()
  lease.confirm(60_000, 1_000)
  assert.equal(lease.view.confirmed(), false)
})

test('a wait cut short by the stop is how a run ends well; any other error is a crash', () => {
  const controller = new AbortController()
  const { signal } = controller
  const abort = Object.assign(new Error('aborted'), { name: 'AbortError' })
  assert.equal(outcomeOfError(abort, signal).code, 1, 'before the stop it is an error like any other')
  controller.abort(new Stopping('shutdown'))
  assert.deepEqual(outcomeOfError(abort, signal), { code: 0, reason: 'shutdown' })
  assert.deepEqual(outcomeOfError(signal.reason, signal), { code: 0, reason: 'shutdown' })
  assert.deepEqual(outcomeOfError(new SessionExit(65, 'logged out'), signal), { code: 65, reason: 'logged out' })
  assert.deepEqual(outcomeOfError(new SessionExit(999, 'odd'), signal), { code: 1, reason: 'odd' })
  assert.equal(outcomeOfError('a string', signal).reason, 'a string')
  assert.equal(shortReason(outcomeOfError(new Error(''), signal).reason), 'failed without a word')
})

test('retries come every second at first, so that a new supervisor soon hears everybody; later every 5 s', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 10, 39, 40, 1_000].map((attempt) => retryDelayMs(attempt, () => 1)),
    [100, 200, 400, 800, 1_000, 1_000, 5_000, 5_000],
  )
  assert.equal(
    retryDelayMs(40, () => 0),
    2_500,
  )
})

test('what a kind reports is cut to what a beat may hold; what cannot be told is left out and named', () => {
  const problems: string[] = []
  const status = statusOf({
    now: () => new Date(),
    redact: (text) => text.replaceAll('hunter2', '[secret]'),
    onChange: () => undefined,
    onNewState: () => undefined,
    onProblem: (problem) => problems.push(problem),
  })
  const kept = { a: 1, text: 'hunter2' }
  status.report('ready', { detail: kept, reason: `two\nlines ${'x'.repeat(5_000)}`, accounts: ['a'.repeat(900), ''] })
  kept.a = 2
  const { reason, detail, accounts } = status.current()
  assert.match(reason ?? '', /^two lines x+…$/)
  assert.deepEqual([reason?.length, accounts?.map((account) => account.length)], [1_000, [200]])
  assert.deepEqual(detail, { a: 1, text: '[secret]' }, 'a copy of its own, without secrets')
  const circular: Record<string, unknown> = {}
  circular.self = circular
  const strange = [circular, { n: 1n }, ['list'], { a: 'x'.repeat(20_000) }, 'text'] as unknown as JsonObject[]
  for (const one of strange) status.report('degraded', { detail: one })
  assert.equal(problems.length, strange.length)
  assert.deepEqual([status.current().state, status.current().detail], ['degraded', detail])
  assert.throws(() => status.report('online' as 'ready'), /no state "online"/)
})

test('the accounts last reported stay until others are; more than can be told are the kind’s bug, not left out', () => {
  const { status } = makeStatus()
  assert.equal(status.current().accounts, null)
  status.report('ready', { accounts: ['bot:2', 'bot:1', 'bot:2'] })
  status.report('degraded')
  assert.deepEqual(status.current().accounts, ['bot:1', 'bot:2'])
  assert.throws(() => status.report('ready', { accounts: Array(257).fill('x') }), RangeError)
  assert.deepEqual([status.current().state, status.current().accounts], ['degraded', ['bot:1', 'bot:2']])
  status.report('ready', { accounts: [] })
  assert.deepEqual(status.current().accounts, [])
})
