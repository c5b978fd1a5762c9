// Schemas only go forward: homes made by every commit since these hashes were written must open.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editsOf, knownSchemas, newSteps, type Schemas, schemasNow } from './known-schemas.js'

test('no step that has shipped was edited: of the store, the journal, the ledger, and the Postgres migrations', () => {
  assert.deepEqual(editsOf(knownSchemas(), schemasNow()), [])
})

test('every step is written down as final', () => {
  assert.deepEqual(newSteps(knownSchemas(), schemasNow()), [], 'npm run keep-schemas writes them down')
})

test('an edited, a removed and an inserted step are named, an added one is not', () => {
  const known: Schemas = { ledger: { 1: 'a', 2: 'b' }, postgres: { '2026_a.sql': 'a', '2026_b.sql': 'b' } }
  const cases: [Schemas, named: string[]][] = [
    [known, []],
    [{ ...known, ledger: { ...known.ledger, 3: 'c' } }, []],
    [{ ...known, ledger: { 1: 'a', 2: 'other' } }, ['ledger: 2']],
    [{ ...known, ledger: { 1: 'a' } }, ['ledger: 2']],
    [{ postgres: known.postgres ?? {} }, ['ledger: 1', 'ledger: 2']],
    [{ ...known, postgres: { '2026_a.sql': 'a', '2026_aa.sql': 'x', '2026_b.sql': 'b' } }, ['before 2026_b.sql']],
  ]
  for (const [now, named] of cases) {
    const edits = editsOf(known, now)
    assert.equal(edits.length, named.length)
    for (const [i, name] of named.entries()) assert.ok(edits[i]?.includes(name) && edits[i]?.includes('add a step'))
  }
})
