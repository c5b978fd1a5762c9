import assert from 'node:assert/strict'
import { test } from 'node:test'
import { aBeat, aUnit, RUN, ready, stopped } from '../../test/a-unit.js'
import type { RunId } from '../core/ids.js'
import { portCandidates } from './ports.js'

const other = (port: number | null, ports: number[] = []) =>
  aUnit(ready({ run: 'other' as RunId, beat: port === null ? null : aBeat({ port }), ports }), {}, 'other')

test('no two sessions are offered the same first port', () => {
  assert.equal(portCandidates([other(4_000)], RUN, 4_000, null)[0], 4_001)
  assert.equal(portCandidates([other(null, [4_000, 4_001])], RUN, 4_000, null)[0], 4_001)
})

test('a session keeps the port it had when it is still free', () => {
  assert.equal(portCandidates([aUnit(stopped)], RUN, 4_000, 4_005)[0], 4_005)
  assert.deepEqual(portCandidates([other(4_005)], RUN, 4_000, 4_005).slice(0, 2), [4_000, 4_001])
  assert.equal(portCandidates([], RUN, 4_000, 3_001)[0], 4_000)
})

test('many ports are offered, each once, and none that does not exist', () => {
  const many = portCandidates([other(4_001)], RUN, 4_000, 4_002)
  assert.deepEqual([many.length, new Set(many).size], [20, 20])
  assert.deepEqual(portCandidates([], RUN, 65_534, null), [65_534, 65_535])
})
