import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stateLogger } from './state-log.js'

test('a reason that changes all the time does not fill the log; every change of state is a line', () => {
  const lines: string[] = []
  let nowMs = 0
  const take = (line: string) => void lines.push(line)
  const tell = stateLogger({ info: take, warn: take }, () => nowMs)
  for (let second = 3_600; second > 0; second--) {
    nowMs += 1_000
    tell('degraded', `tried again in ${second} s`)
  }
  assert.ok(lines.length > 10 && lines.length < 100, `${lines.length} lines in an hour`)
  lines.length = 0
  for (const state of ['ready', 'degraded', 'ready'] as const) tell(state, null)
  assert.deepEqual(lines, ['ready', 'degraded', 'ready'])
})
