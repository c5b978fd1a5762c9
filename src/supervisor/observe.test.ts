import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aLive, aUnit, NOW, RUN } from '../../test/a-unit.js'
import type { RunId } from '../core/ids.js'
import type { Carrier } from './carry.js'
import type { Context } from './context.js'
import { openObserver } from './observe.js'
import type { Unit } from './unit.js'

const HOST = { memoryFreeBytes: 1, memoryTotalBytes: 1, cpuPercent: null, diskFreeBytes: 1, cores: 2 }

/** One session runs; `world` says whether its process does, and counts who asked. */
function anObserver() {
  const unit = aUnit({ state: 'ready', since: NOW, reason: null, live: aLive() })
  const world = {
    isAlive: true,
    asked: 0,
    ended: [] as Unit[],
    hint: (): void => undefined,
    beforeAnswer: async (): Promise<void> => undefined,
  }
  const driver = {
    onHint: (listener: () => void) => {
      world.hint = listener
    },
    list: async () => {
      await world.beforeAnswer()
      return [{ run: RUN, name: 'acme.vendas', pid: world.isAlive ? 4711 : null, exitCode: null }]
    },
    forget: async () => undefined,
  }
  const host = {
    status: () => HOST,
    isAlive: () => {
      world.asked++
      return world.isAlive
    },
  }
  const context = { parts: { driver, host, settings: {}, log: {} }, roster: { units: () => [unit] } }
  const carrier = { ended: async (one: Unit) => void world.ended.push(one) }
  return { world, unit, observer: openObserver(context as unknown as Context, carrier as unknown as Carrier) }
}

test('a hundred turns in a row look at the processes once; one that is said to have ended is seen in the next', async () => {
  const { world, unit, observer } = anObserver()
  for (let i = 0; i < 100; i++) await observer.lookAtProcesses()
  assert.equal(world.asked, 1)
  world.isAlive = false
  await observer.lookAtProcesses()
  assert.deepEqual(world.ended, [])
  world.hint()
  await observer.lookAtProcesses()
  assert.deepEqual(world.ended, [unit])
})

test('one that ended while somebody was at work on it is seen in the turn after that', async () => {
  const { world, unit, observer } = anObserver()
  world.isAlive = false
  unit.busy = true
  await observer.lookAtProcesses()
  assert.deepEqual(world.ended, [])
  unit.busy = false
  await observer.lookAtProcesses()
  assert.deepEqual(world.ended, [unit])
})

test('one that was started again while the driver was asked about its end has not ended', async () => {
  const { world, unit, observer } = anObserver()
  world.isAlive = false
  world.beforeAnswer = async () => {
    world.isAlive = true
    unit.life = { state: 'starting', since: NOW, reason: null, live: { ...aLive(), run: 'another-run' as RunId } }
  }
  await observer.lookAtProcesses()
  assert.deepEqual(world.ended, [])
})
