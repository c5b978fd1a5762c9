import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aBeat, aLive, aUnit, aWanted, aWorld, NOW, ready, stopped } from '../../test/a-unit.js'
import { WIRE_VERSION } from '../core/protocol.js'
import { type Action, ITS_PREDECESSOR, ITS_TURN, planActions, type World } from './plan.js'
import type { AfterStop, Life, LiveRun, Unit } from './unit.js'
import type { Wanted } from './wanted.js'

const MINUTE = 60_000
const MB = 1024 * 1024

function plan(unit: Unit, wanted: Wanted | null = aWanted(), world: Partial<World> = {}): Action | undefined {
  return planActions(new Map(wanted ? [[wanted.id, wanted]] : []), [unit], aWorld(world))[0]
}

const isByRule = (next: AfterStop) => next.state === 'restart' && next.byRule

/** What it does and why, in one line. */
function said(action: Action | undefined): string {
  if (!action) return 'nothing'
  switch (action.do) {
    case 'stop':
      return `stop → ${action.next.state}${isByRule(action.next) ? ' by rule' : ''}: ${action.reason}`
    case 'kill':
      return `kill: ${action.reason}`
    case 'mark':
      return `mark ${action.as.state}: ${action.as.reason}`
    default:
      return action.do
  }
}

const backoff = (retryAt: number): Life => ({ state: 'backoff', since: NOW, reason: 'crashed', retryAt })
const failed = (clears: 'start' | 'config'): Life => ({ state: 'failed', since: NOW, reason: 'bad', clears })
const waiting = (reason: string): Life => ({ state: 'waiting', since: NOW, reason, retryAt: 0 })
const starting = (live: Partial<LiveRun> = {}): Life => ({
  state: 'starting',
  since: NOW,
  reason: null,
  live: aLive({ beat: null, readySince: null, wasReady: false, ...live }),
})
const stopping = (killAt: number): Life => ({
  state: 'stopping',
  since: NOW,
  reason: 'asked',
  live: aLive(),
  killAt,
  next: { state: 'stopped', reason: null },
})

test('a session without a process: who starts, who waits, who stays', () => {
  const run = aWanted()
  const full = aWanted({ should: { do: 'wait', reason: 'full' } })
  const bad = aWanted({ should: { do: 'fail', reason: 'no key' } })
  const unnamed = aWanted({ should: { do: 'stop', reason: 'not named in FROTA_ONLY' } })
  const table: [string, Unit, Wanted | null, Partial<World>, string][] = [
    ['wanted', aUnit(stopped), run, {}, 'start'],
    ['not wanted', aUnit(stopped), aWanted({ should: { do: 'stop', reason: null } }), {}, 'nothing'],
    ['its row is gone', aUnit(stopped), null, {}, 'nothing'],
    ['its backoff is not over', aUnit(backoff(NOW + 1)), run, {}, 'nothing'],
    ['its backoff is over', aUnit(backoff(NOW)), run, {}, 'start'],
    [
      'its backoff ends next week: the clock was set back',
      aUnit(backoff(NOW + 7 * 24 * 60 * MINUTE)),
      run,
      {},
      'start',
    ],
    ['an operator does not wait', aUnit(backoff(NOW + MINUTE)), aWanted({ startRequests: 1 }), {}, 'start'],
    ['nor one who asks for a restart', aUnit(backoff(NOW + MINUTE)), aWanted({ restartRequests: 1 }), {}, 'start'],
    ['its backoff is the longest there is', aUnit(backoff(NOW + 5 * MINUTE)), run, {}, 'nothing'],
    ['failed, nobody asked', aUnit(failed('start')), run, {}, 'nothing'],
    ['failed, somebody asked', aUnit(failed('start')), aWanted({ startRequests: 1 }), {}, 'start'],
    ['failed, and its plan fills up', aUnit(failed('start')), full, {}, 'nothing'],
    ['failed, and not named in FROTA_ONLY', aUnit(failed('start')), unnamed, {}, 'nothing'],
    [
      'failed, and an operator stops it',
      aUnit(failed('start')),
      aWanted({ should: { do: 'stop', reason: null } }),
      {},
      'mark stopped: null',
    ],
    ['failed by its config, which is good now', aUnit(failed('config')), run, {}, 'start'],
    ['its config is bad', aUnit(stopped), bad, {}, 'mark failed: no key'],
    ['its plan is full', aUnit(stopped), full, {}, 'mark waiting: full'],
    ['not named in FROTA_ONLY', aUnit(stopped), unnamed, {}, 'mark stopped: not named in FROTA_ONLY'],
    ['it knows that already', aUnit(waiting('full')), full, {}, 'nothing'],
    ['it waits for something else now', aUnit(waiting('full')), run, { mayNotStart: 'memory' }, 'mark waiting: memory'],
    ['it waits, and a person must act now', aUnit(waiting('no key')), bad, {}, 'mark failed: no key'],
    ['it waits already, and the wave is full', aUnit(waiting('memory')), run, { startingAtOnce: 0 }, 'nothing'],
    ['the host is low on memory', aUnit(stopped), run, { mayNotStart: 'memory' }, 'mark waiting: memory'],
    ['the host has memory again', aUnit(waiting('memory')), run, {}, 'start'],
    ['the fleet goes down', aUnit(stopped), run, { draining: true }, 'nothing'],
    ['something is under way', aUnit(stopped, { busy: true }), run, {}, 'nothing'],
  ]
  for (const [what, unit, wanted, world, expected] of table)
    assert.equal(said(plan(unit, wanted, world)), expected, what)
})

test('a session with a process: what is left alone, and what is done about the rest', () => {
  const run = aWanted()
  const at = (live: Partial<LiveRun>) => aUnit(ready(live))
  const heavy = { rssBytes: 600 * MB, cpuPercent: 1, hotSince: null, reniced: false }
  const table: [string, Unit, Wanted | null, Partial<World>, string][] = [
    ['all is well', at({}), run, {}, 'nothing'],
    [
      'not wanted any more',
      at({}),
      aWanted({ should: { do: 'stop', reason: null } }),
      {},
      'stop → stopped: stopped by an operator',
    ],
    ['its row is gone', at({}), null, {}, 'stop → stopped: removed'],
    ['its plan was lowered', at({}), aWanted({ should: { do: 'wait', reason: 'full' } }), {}, 'stop → waiting: full'],
    [
      'a required secret went',
      at({}),
      aWanted({ should: { do: 'fail', reason: 'no key' } }),
      {},
      'stop → failed: no key',
    ],
    ['the fleet goes down', at({}), run, { draining: true }, 'stop → stopped: the fleet goes down'],
    ['a restart was asked for', at({}), aWanted({ restartRequests: 1 }), {}, 'stop → restart: restart asked for'],
    ['a secret changed', at({}), aWanted({ secretsVersion: 'KEY@2' }), {}, 'stop → restart: a secret changed'],
    [
      'a secret changed before it was heard of',
      at({ beat: null }),
      aWanted({ secretsVersion: 'KEY@2' }),
      {},
      'stop → restart: a secret changed',
    ],
    [
      'a secret changed, taken live',
      at({ beat: aBeat({ takesSecretsLive: true }) }),
      aWanted({ secretsVersion: 'KEY@2' }),
      {},
      'nothing',
    ],
    [
      'its program is of before the supervisor’s time',
      at({ wire: WIRE_VERSION - 2 }),
      aWanted(),
      {},
      `stop → restart: its program speaks version ${WIRE_VERSION - 2}, this supervisor ${WIRE_VERSION}`,
    ],
    [
      'its program is newer than the supervisor',
      at({ wire: WIRE_VERSION + 1, beat: null }),
      aWanted(),
      {},
      `stop → restart: its program speaks version ${WIRE_VERSION + 1}, this supervisor ${WIRE_VERSION}: the supervisor is older and must be restarted`,
    ],
    ['it has not said yet what it speaks', at({ wire: null, helloed: false }), aWanted(), {}, 'nothing'],
    ['its config changed', at({}), aWanted({ configVersion: 2 }), {}, 'stop → restart: its config changed'],
    [
      'its config changed before it was heard of',
      at({ beat: null }),
      aWanted({ configVersion: 2 }),
      {},
      'stop → restart: its config changed',
    ],
    [
      'it has heard of the new config since it started',
      at({ beat: aBeat({ configVersion: 2, limitsVersion: 'v2' }) }),
      aWanted({ configVersion: 2, kindLimits: { value: {}, version: 'v2' } }),
      {},
      'nothing',
    ],
    ['its config changed while it starts', aUnit(starting()), aWanted({ configVersion: 2 }), {}, 'nothing'],
    [
      'what its plan allows changed',
      at({}),
      aWanted({ kindLimits: { value: {}, version: 'v2' } }),
      {},
      'stop → restart: what its plan allows changed',
    ],
    [
      'it takes new limits live',
      at({ beat: aBeat({ takesConfigLive: true }) }),
      aWanted({ kindLimits: { value: {}, version: 'v2' } }),
      {},
      'nothing',
    ],
    [
      'it takes config live',
      at({ beat: aBeat({ takesConfigLive: true }) }),
      aWanted({ configVersion: 2 }),
      {},
      'nothing',
    ],
    [
      'over its memory',
      aUnit(ready(), { usage: heavy }),
      run,
      {},
      'stop → restart by rule: uses 600 MB of the 512 MB it may',
    ],
    ['all of its memory', aUnit(ready(), { usage: { ...heavy, rssBytes: 512 * MB } }), run, {}, 'nothing'],
    ['within its grace', aUnit(stopping(NOW + 1)), run, {}, 'nothing'],
    ['over its grace', aUnit(stopping(NOW)), run, {}, 'kill: did not stop within its grace'],
    ['host memory is nobody’s fault', at({}), run, { mayNotStart: 'memory' }, 'nothing'],
  ]
  for (const [what, unit, wanted, world, expected] of table)
    assert.equal(said(plan(unit, wanted, world)), expected, what)
})

test('a silent session is degraded after 20 s and killed after 60 s; a supervisor that was away does not count', () => {
  const silent = (ms: number) => aUnit(ready({ lastBeatAt: NOW - ms }))
  assert.equal(said(plan(silent(20_000))), 'nothing')
  assert.equal(said(plan(silent(20_001))), 'mark degraded: no beat for 20 s')
  assert.equal(said(plan(silent(60_000))), 'mark degraded: no beat for 20 s')
  assert.equal(said(plan(silent(60_001))), 'kill: no beat for 60 s')
  assert.equal(said(plan(silent(60_001), aWanted(), { beatsCountFromMs: NOW - 1_000 })), 'nothing')
  const known = aUnit({ state: 'degraded', since: NOW, reason: 'slow', live: aLive({ lastBeatAt: NOW - 30_000 }) })
  assert.equal(said(plan(known)), 'nothing')
  assert.equal(said(plan(aUnit(starting({ lastBeatAt: NOW - 30_000 })))), 'nothing', 'its start has a deadline')
})

test('silence across a suspended host is not held against a session', () => {
  const day = 24 * 60 * MINUTE
  const unit = aUnit(ready())
  assert.equal(said(plan(unit, aWanted(), { nowMs: NOW + day, beatsCountFromMs: NOW + day })), 'nothing')
})

test('the ready deadline counts starting only, and only while a supervisor listened: pairing waits for a person', () => {
  const late = { startedAt: NOW - MINUTE - 1, lastBeatAt: NOW }
  assert.equal(said(plan(aUnit(starting(late)))), 'kill: not ready within 60 s')
  const whileAway = { beatsCountFromMs: NOW - 1_000 }
  assert.equal(said(plan(aUnit(starting(late)), aWanted(), whileAway)), 'nothing', 'it could tell no supervisor')
  assert.equal(said(plan(aUnit(starting(late)), aWanted(), { beatsCountFromMs: NOW - MINUTE })), 'nothing')
  const pairing: Life = { state: 'pairing', since: NOW, reason: null, live: aLive(late) }
  assert.equal(said(plan(aUnit(pairing))), 'nothing')
})

test('a CPU that is hot for two minutes is reniced, once', () => {
  const hot = (ms: number, reniced = false) =>
    aUnit(ready(), { usage: { rssBytes: 0, cpuPercent: 99, hotSince: NOW - ms, reniced } })
  assert.equal(said(plan(hot(2 * MINUTE))), 'nothing')
  assert.equal(said(plan(hot(2 * MINUTE + 1))), 'renice')
  assert.equal(said(plan(hot(10 * MINUTE, true))), 'nothing')
})

test('starts come in waves; the others say that they wait for their turn', () => {
  const names = ['a', 'b', 'c', 'd', 'e']
  const units = names.map((name) => aUnit(name === 'a' ? starting() : stopped, {}, name))
  const wanted = new Map(names.map((name) => [aWanted({}, name).id, aWanted({}, name)]))
  const actions = planActions(wanted, units, aWorld({ startingAtOnce: 3 }))
  assert.deepEqual(actions.map(said), ['start', 'start', `mark waiting: ${ITS_TURN}`, `mark waiting: ${ITS_TURN}`])
})

test('only what starts counts in the wave: neither one that is told why it waits nor one that is being stopped', () => {
  const full = aWanted({ should: { do: 'wait', reason: 'full' } }, 'a')
  const units = [aUnit(stopped, {}, 'a'), aUnit(ready(), { busy: true }, 'b'), aUnit(stopped, {}, 'c')]
  const wanted = new Map([full, aWanted({}, 'b'), aWanted({}, 'c')].map((one) => [one.id, one]))
  const actions = planActions(wanted, units, aWorld({ startingAtOnce: 1 }))
  assert.deepEqual(actions.map(said), ['mark waiting: full', 'start'])
})

test('a session that still asks for its lease counts in the wave', () => {
  const units = ['a', 'b'].map((name) => aUnit(stopped, { busy: name === 'a' }, name))
  const wanted = new Map(['a', 'b'].map((name) => [aWanted({}, name).id, aWanted({}, name)]))
  const actions = planActions(wanted, units, aWorld({ startingAtOnce: 1 }))
  assert.deepEqual(actions.map(said), [`mark waiting: ${ITS_TURN}`])
})

test('a session made by hand under the name of a removed one waits until that one has left, also its journal', () => {
  const id = 'id-heir' as Unit['id']
  const heir = aUnit(stopped, { id })
  const wanted = new Map([[id, aWanted({ id })]])
  for (const removed of [aUnit(ready()), aUnit(stopping(NOW + 1)), aUnit(stopped), aUnit(stopped, { busy: true })]) {
    const actions = planActions(wanted, [removed, heir], aWorld())
    assert.equal(said(actions.find(({ id }) => id === heir.id)), `mark waiting: ${ITS_PREDECESSOR}`)
  }
  assert.equal(said(planActions(wanted, [heir], aWorld())[0]), 'start')
})

test('what sessions need has its turn to start before them, however many there are, and stops when they have stopped', () => {
  const ref = { tenant: '_host', name: 'desk' }
  const id = '_host/desk' as Unit['id']
  const desk = (life: Life): Unit => ({ ...aUnit(life), id, ref })
  const sessions = ['a', 'b', 'c', 'd', 'e', 'f']
  const wanted = new Map(sessions.map((name) => [aWanted({}, name).id, aWanted({}, name)]))
  wanted.set(id, { ...aWanted(), id, ref })
  const did = (units: Unit[], world: Partial<World> = {}) =>
    planActions(wanted, units, aWorld(world)).map((action) => `${action.do} ${action.id}`)
  const idle = [...sessions.map((name) => aUnit(stopped, {}, name)), desk(stopped)]
  assert.equal(did(idle)[0], 'start _host/desk')
  const last = aUnit(stopping(NOW + 1), {}, 'a')
  assert.deepEqual(did([last, desk(ready())], { draining: true }), [])
  assert.deepEqual(did([aUnit(stopped, {}, 'a'), desk(ready())], { draining: true }), ['stop _host/desk'])
  assert.deepEqual(did([desk(stopping(NOW))], { draining: true }), ['kill _host/desk'])
  const changed = aWanted({ kindLimits: { value: {}, version: 'new' } })
  assert.equal(said(plan(desk(ready()), { ...changed, id, ref })), 'stop → restart: the settings of the home changed')
})
