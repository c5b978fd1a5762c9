import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aBeat, aUnit, NOW, ready, stopped } from '../../test/a-unit.js'
import { RowRefused } from '../core/put-aside.js'
import { type Heartbeat, type HomeStore, StoreUnavailable } from '../store/store.js'
import type { PutAside } from './aside.js'
import { openBeatWriter } from './beats.js'
import type { Context } from './context.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'
import type { Unit } from './unit.js'

function aWriter(units: Unit[]) {
  const batches: Heartbeat[][] = []
  const requests: number[] = []
  const state = { away: false, bad: '' }
  const aside: Heartbeat[] = []
  const change: ((change: { unit: Unit }) => void)[] = []
  const store = {
    beat: async (rows: Heartbeat[]) => {
      if (state.away) throw new StoreUnavailable('supabase', 'away')
      requests.push(rows.length)
      if (rows.some(({ reason }) => reason === state.bad)) throw new RowRefused('supabase', '22008 out of range')
      batches.push(rows)
    },
  } as unknown as HomeStore
  const roster = {
    sessions: () => units,
    onChange: (listener) => void change.push(listener as never),
  } as Partial<Roster> as Roster
  const parts = { settings: { hostName: 'host' }, now: () => new Date(NOW) } as unknown as SupervisorParts
  const putAside: PutAside = (_, refused) => {
    aside.push(...refused.map(({ event }) => event as Heartbeat))
  }
  const writer = openBeatWriter({ parts, roster, store, putAside } as Context)
  return {
    batches,
    requests,
    aside,
    state,
    writer,
    changed: (unit: Unit) => change.forEach((tell) => void tell({ unit })),
  }
}

const names = (batch: Heartbeat[] | undefined) => batch?.map(({ session }) => session)

test('the heartbeats of a hundred sessions are one request; one that is stopped is not told of again and again', async () => {
  const live = Array.from({ length: 100 }, (_, i) => aUnit(ready(), {}, `s${i}`))
  const idle = aUnit(stopped, {}, 'idle')
  const { batches, writer, changed } = aWriter([...live, idle])
  changed(idle)
  for (let i = 0; i < 3; i++) await writer.flush()
  assert.deepEqual(
    batches.map((rows) => rows.length),
    [101, 100, 100],
  )
})

test('a stop that the store did not hear of is told as soon as it answers', async () => {
  const unit = aUnit(stopped)
  const { batches, state, writer, changed } = aWriter([unit])
  changed(unit)
  state.away = true
  await assert.rejects(writer.flush(), StoreUnavailable)
  state.away = false
  await writer.flush()
  await writer.flush()
  assert.deepEqual(batches.map(names), [[unit.id]])
})

test('a heartbeat that the store does not take is put aside once, and all others get through at every turn', async () => {
  const units = Array.from({ length: 20 }, (_, i) => aUnit(ready(), {}, `s${i}`))
  const [, , bad] = units
  assert.ok(bad)
  bad.life = { ...bad.life, reason: 'bad' } as Unit['life']
  const { requests, aside, state, batches, writer } = aWriter(units)
  state.bad = 'bad'
  await writer.flush()
  assert.equal(batches.flat().length, 19)
  assert.deepEqual(names(aside), [bad.id])
  requests.length = 0
  await writer.flush()
  assert.deepEqual(requests, [19], 'the same is not asked again')
  for (const eventsPending of [1, 2, 3]) {
    bad.life = {
      ...ready({ beat: aBeat({ counters: { eventsPending, intentsOpen: 0, recordsBytes: 0, logLinesDropped: 0 } }) }),
      reason: 'bad',
    } as Unit['life']
    await writer.flush()
  }
  assert.equal(aside.length, 1, 'nor because a counter went on')
  bad.life = { ...bad.life, reason: 'good' } as Unit['life']
  await writer.flush()
  assert.equal(batches.at(-1)?.length, 20, 'another word is')
  assert.equal(aside.length, 1)
})
