import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { ACME, aUnit, NOW, ready, sessionId, stopped } from '../../test/a-unit.js'
import { openLedger } from './ledger.js'

function aFile(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'frota-ledger-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'ledger.db')
}

const anEvent = (id: string) => ({
  id,
  tenantId: ACME,
  session: sessionId('a'),
  at: new Date(NOW),
  type: 'session.ended',
  data: {},
})

test('a new supervisor finds what the old one knew, and only its owner can read it', (t) => {
  const file = aFile(t)
  const ledger = openLedger(file)
  ledger.save(aUnit(stopped, { restarts: 3 }, 'a'))
  ledger.save(aUnit(ready(), {}, 'b'))
  ledger.save(aUnit(ready(), { restarts: 4 }, 'a'))
  ledger.drop(sessionId('b'))
  ledger.keepGoodConfig(sessionId('a'), { x: 1 }, 7)
  ledger.addEvent(anEvent('1'))
  ledger.close()
  const next = openLedger(file)
  assert.deepEqual([...next.units().keys()], [sessionId('a')])
  const unit = next.units().get(sessionId('a'))
  assert.deepEqual([unit?.restarts, unit?.life.state], [4, 'ready'])
  assert.deepEqual(next.goodConfig(sessionId('a')), { config: { x: 1 }, version: 7 })
  assert.deepEqual(next.pendingEvents(10), [anEvent('1')])
  next.dropEvents(['1'])
  assert.deepEqual(next.pendingEvents(10), [])
  next.close()
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a ledger of a newer program is refused and left alone', (t) => {
  const file = aFile(t)
  openLedger(file).close()
  const later = new DatabaseSync(file)
  later.exec('pragma user_version = 99; drop table aside')
  later.close()
  assert.throws(() => openLedger(file), { code: 'LEDGER_NEWER', message: /version 99, this program knows \d/ })
  const found = new DatabaseSync(file)
  assert.equal(found.prepare("select 1 from sqlite_master where name = 'aside'").get(), undefined)
  found.close()
})

test('while nothing can be written the newest is kept in memory, told once, and written when it can be', (t) => {
  const file = aFile(t)
  const troubles: (string | null)[] = []
  const ledger = openLedger(file, (trouble) => troubles.push(trouble && 'trouble'), 0)
  t.after(() => ledger.close())
  const holder = new DatabaseSync(file)
  holder.exec('begin immediate')
  ledger.save(aUnit(stopped, { restarts: 1 }, 'a'))
  ledger.save(aUnit(stopped, { restarts: 2 }, 'a'))
  ledger.addEvent(anEvent('1'))
  assert.deepEqual([ledger.units().size, ledger.pendingEvents(10).length, troubles], [0, 0, ['trouble']])
  holder.exec('rollback')
  holder.close()
  assert.deepEqual(ledger.pendingEvents(10), [anEvent('1')])
  assert.equal(ledger.units().get(sessionId('a'))?.restarts, 2)
  assert.deepEqual(troubles, ['trouble', null])
})
