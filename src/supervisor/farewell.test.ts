import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ACME, aUnit, NOW } from '../../test/a-unit.js'
import { openJournal, openOutbox } from '../journal/journal.js'
import type { StoredBatch } from '../store/standing.js'
import { type Snapshot, StoreUnavailable } from '../store/store.js'
import type { Context } from './context.js'
import { openFarewell } from './farewell.js'

test('a session that another home took: what its journal still held is shipped and counts no rows there; nothing is deleted', async (t) => {
  const tokens = mkdtempSync(join(tmpdir(), 'frota-farewell-'))
  t.after(() => rmSync(tokens, { recursive: true, force: true }))
  const unit = aUnit({ state: 'stopped', since: NOW, reason: null })
  const dir = join(tokens, unit.ref.tenant, unit.ref.name)
  mkdirSync(dir, { recursive: true })
  const file = join(dir, 'journal.db')
  const journal = openJournal(file, { now: () => new Date(), random: randomBytes, epoch: 4 })
  journal.record('order.paid', { n: 1 })
  journal.keep('orders', 'o1', { n: 1 })
  unit.journal = { id: journal.mark().id, row: 0 }
  journal.close()
  const [appended, forgotten]: [unknown[], unknown[]] = [[], []]
  let isAway = true
  const letGo = openFarewell({
    parts: { settings: { dirs: { tokens } }, log: { info: () => undefined, warn: assert.fail, error: assert.fail } },
    roster: { forget: ({ id }: { id: string }) => forgotten.push(id) },
    history: {
      async append({ events, keeps }: StoredBatch, ack: unknown) {
        if (isAway) throw new StoreUnavailable('supabase', 'away')
        appended.push([events.map(({ type }) => type), keeps.map(({ key, epoch }) => `${key}@${epoch}`), ack])
      },
    },
  } as unknown as Context)
  const snapshot = { tenants: [{ id: ACME }] } as unknown as Snapshot
  await letGo(unit, snapshot)
  assert.deepEqual([appended, forgotten, unit.busy], [[], [], false], 'while the store is away it is kept')
  isAway = false
  await letGo(unit, snapshot)
  // A journal that was copied along is the other home's to count: a row counted here could be one of its own.
  assert.deepEqual([appended[0], forgotten], [[['order.paid'], ['o1@4'], undefined], [unit.id]])
  const left = openOutbox(file)
  assert.equal(left?.pendingCount(), 0)
  left?.close()
})
