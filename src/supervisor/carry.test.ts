import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { aUnit, aWanted, NOW, stopped } from '../../test/a-unit.js'
import type { JournalMark } from '../core/journals.js'
import { openAddresses } from './addresses.js'
import { openCarrier } from './carry.js'
import type { Context } from './context.js'
import type { Leases } from './leases.js'
import type { SupervisorParts } from './parts.js'
import type { Roster } from './roster.js'
import type { Life, Unit } from './unit.js'

test('a session is started with the journal that the store names; away, with the last known; its very first start waits', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-carry-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const [old, other] = ['old', 'other'].map((id): JournalMark => ({ id, row: 9 }))
  const cases: [
    string,
    ledger: JournalMark | null,
    mirror: string | null,
    answer: object,
    JournalMark | null | 'waits',
  ][] = [
    ['the store answers: it never had one', null, null, { journal: null }, null],
    ['the store names it', null, null, { journal: old }, old ?? null],
    ['the store names another than we knew', old ?? null, 'old', { journal: other }, other ?? null],
    ['away: the ledger knows it', old ?? null, null, {}, old ?? null],
    ['away: ledger and mirror agree', old ?? null, 'old', {}, old ?? null],
    ['away: only the mirror knows it', null, 'old', {}, { id: 'old', row: 0 }],
    ['away: a new one was begun since', old ?? null, 'new', {}, { id: 'new', row: 0 }],
    ['away, and never started', null, null, {}, 'waits'],
  ]
  for (const [what, ledger, journalId, answer, expected] of cases) {
    const unit = aUnit(stopped, { journal: ledger })
    const starts: string[] = []
    const roster = {
      get: () => unit,
      sessions: () => [unit],
      save: () => undefined,
      change: (changed: Unit, life: Life) => void Object.assign(changed, { life }),
    } as unknown as Roster
    const leases = { acquire: async () => ({ epoch: 1, ...answer }) } as unknown as Leases
    const parts = {
      now: () => new Date(NOW),
      log: { error: (text: string) => assert.fail(text) },
      settings: {
        dirs: { logs: dir, tokens: dir },
        session: { command: '', args: [], cwd: dir, env: {}, program: () => 'one' },
        basePort: 3001,
      },
      tickets: { ticket: () => 'ticket' },
      driver: {
        start: async ({ name }: { name: string }) => {
          starts.push(name)
          return { pid: 7 }
        },
      },
    } as unknown as SupervisorParts
    const addresses = openAddresses(join(dir, 'sessions'), parts.log)
    const carrier = openCarrier({ parts, roster, leases, addresses } as Context, undefined as never)
    await carrier.carryOut({ do: 'start', id: unit.id }, aWanted({ journalId }))
    if (expected === 'waits') {
      assert.deepEqual([unit.life.state, starts.length], ['waiting', 0], what)
      assert.match(unit.life.reason ?? '', /waits for the store/)
    } else {
      assert.deepEqual([unit.life.state, starts.length, unit.journal], ['starting', 1, expected], what)
    }
  }
})
