import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { type TestContext, testContext } from '../../../test/session-context.js'
import { openMemory } from './memory.js'
import { createOutcomes, type Outcomes } from './outcomes.js'

let folder: string
let context: TestContext<object>
let outcomes: Outcomes

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'frota-outcomes-'))
  context = testContext({ folder, config: {} })
  const { journal } = context
  const now = () => new Date()
  outcomes = createOutcomes({ journal, memory: openMemory(journal, now), now, onEnd: () => undefined })
})
afterEach(() => {
  context.close()
  rmSync(folder, { recursive: true, force: true })
})

function planned(key: string) {
  context.journal.intents.plan(key, 'send', { chat: 'ana@c.us', text: 'oi', by: 'command', after: null })
  const intent = context.journal.intents.open({ type: 'send' }).find((open) => open.key === key)
  assert.ok(intent)
  return intent
}

test('everybody who waits for a message is told how it ended, and of no other', async () => {
  const intent = planned('send:1')
  const both = [outcomes.of('send:1', 60_000), outcomes.of('send:1', 60_000)]
  const other = outcomes.of('send:2', 1)
  outcomes.dropped(intent, 'too late')
  assert.deepEqual(await Promise.all(both), Array(2).fill({ sent: false, why: 'too late' }))
  const beat = setTimeout(() => undefined, 60_000)
  assert.equal(await other, null)
  clearTimeout(beat)
})

test('a script that asks for the same message for hours leaves nobody waiting behind', async () => {
  const beat = setTimeout(() => undefined, 60_000)
  const asks = await Promise.all(Array.from({ length: 100 }, () => outcomes.of('send:1', 1)))
  clearTimeout(beat)
  assert.ok(asks.every((outcome) => outcome === null))
  assert.equal(outcomes.waiting, 0)
})
