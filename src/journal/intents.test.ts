import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { OPEN_QUERIES } from './intents.js'
import { openJournal } from './journal.js'

const START = new Date('2026-11-21T12:00:00Z')

function aJournal(t: { after(work: () => void): void }, now: () => Date = () => START) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-intents-'))
  const journal = openJournal(join(dir, 'journal.db'), { now, random: randomBytes })
  t.after(() => {
    journal.close()
    rmSync(dir, { recursive: true, force: true })
  })
  return journal
}

const after = (ms: number) => new Date(START.getTime() + ms)

test('an intent with a time waits for it, and nobody sees those of another type', (t) => {
  const { intents } = aJournal(t)
  intents.plan('follow-up', 'send', { n: 3 }, { notBefore: after(60_000) })
  intents.plan('sooner', 'send', { n: 2 }, { notBefore: after(30_000) })
  intents.plan('now', 'send', { n: 1 })
  intents.plan('order', 'buy', {})
  const keys = (dueAt?: Date) => intents.open({ type: 'send', ...(dueAt && { dueAt }) }).map(({ key }) => key)
  assert.deepEqual(keys(START), ['now'])
  assert.deepEqual(keys(after(29_999)), ['now'])
  assert.deepEqual(keys(after(30_000)), ['now', 'sooner'])
  assert.deepEqual(keys(), ['now', 'sooner', 'follow-up'])
  assert.deepEqual(
    intents.open({ type: 'send', limit: 2 }).map(({ notBefore }) => notBefore),
    [null, after(30_000)],
  )
  assert.deepEqual([intents.openCount('send'), intents.openCount('buy'), intents.openCount()], [3, 1, 4])
  intents.acting('follow-up')
  assert.deepEqual(
    intents.open({ type: 'send', state: 'acting' }).map(({ key }) => key),
    ['follow-up'],
  )
  assert.deepEqual([intents.isOpen('now'), intents.isOpen('never')], [true, false])
  intents.drop('now', 'test')
  assert.equal(intents.isOpen('now'), false)
})

test('an intent without a time is due at once, also when the clock is set back after it was planned', (t) => {
  let now = after(24 * 60 * 60 * 1000)
  const { intents } = aJournal(t, () => now)
  intents.plan('a', 'send', {})
  now = START
  intents.plan('b', 'send', {})
  assert.deepEqual(
    intents.open({ type: 'send', dueAt: now }).map(({ key }) => key),
    ['a', 'b'],
    'in the order of planning',
  )
})

test('a look at what is due costs what it answers, however many intents are open', (t) => {
  const { db, intents, transaction } = aJournal(t)
  transaction(() => {
    for (let i = 0; i < 200; i++) intents.plan(`k${i}`, i % 2 ? 'send' : 'other', {})
  })
  for (const [query, index] of OPEN_QUERIES) {
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${query}`).all('send', START.getTime(), 10)
    const steps = plan.map(({ detail }) => String(detail))
    // A sort would read all of them first.
    assert.deepEqual(steps, [`SEARCH intents USING INDEX ${index} (type=? AND due_at<?)`])
  }
  assert.equal(intents.open({ type: 'send', dueAt: START, limit: 10 }).length, 10)
})
