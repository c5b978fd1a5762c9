import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { stepForward, versionOf } from './schema-steps.js'

const STEPS = [
  'CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1)',
  'ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1',
  'CREATE TABLE b (z INTEGER);',
]

test('a file of any version goes forward to the newest, each step once', () => {
  for (let from = 0; from <= STEPS.length; from++) {
    const db = new DatabaseSync(':memory:')
    stepForward(db, STEPS.slice(0, from))
    assert.equal(versionOf(db), from)
    stepForward(db, STEPS)
    stepForward(db, STEPS)
    assert.equal(versionOf(db), STEPS.length)
    assert.deepEqual({ ...db.prepare('SELECT * FROM a').get() }, { x: 1, y: 2 })
    db.close()
  }
})

test('a step that fails leaves nothing of itself, and what was done before it stays', () => {
  const db = new DatabaseSync(':memory:')
  const broken = [STEPS[0] ?? '', 'UPDATE a SET x = 9; INSERT INTO nowhere VALUES (1)']
  assert.throws(() => stepForward(db, broken), /nowhere/)
  assert.deepEqual([versionOf(db), db.isTransaction], [1, false])
  assert.deepEqual({ ...db.prepare('SELECT * FROM a').get() }, { x: 1 })
  stepForward(db, STEPS)
  assert.equal(versionOf(db), STEPS.length)
  db.close()
})

test('a newer file is left as it is', () => {
  const db = new DatabaseSync(':memory:')
  db.exec('PRAGMA user_version = 99')
  stepForward(db, STEPS)
  assert.equal(versionOf(db), 99)
  assert.equal(db.prepare('SELECT count(*) AS n FROM sqlite_master').get()?.n, 0)
  db.close()
})
