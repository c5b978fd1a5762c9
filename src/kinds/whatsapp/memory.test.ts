import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { testContext } from '../../../test/session-context.js'
import { openMemory } from './memory.js'

const DAY_MS = 24 * 60 * 60 * 1000

test('what a catch-up may read again is remembered, however much that is: forgotten, it would be answered twice', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'frota-memory-'))
  const context = testContext({ folder, config: {} })
  t.after(() => {
    context.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const memory = openMemory(context.journal, () => new Date())
  const now = Date.now()
  memory.remember({ id: 'first', chat: 'ana@c.us', direction: 'in' })
  context.journal.db.exec(
    `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50100)
     INSERT INTO kind_messages (id, chat, direction, intent, at) SELECT 'm' || i, 'ana@c.us', 'in', NULL, ${now} + i FROM n`,
  )
  memory.caughtUpTo = now - DAY_MS
  memory.prune()
  assert.ok(memory.recall('first'))
  memory.caughtUpTo = now + DAY_MS
  memory.prune()
  assert.ok(memory.recall('first'), 'a clock that was ahead says nothing')
})
