// How things stand: in the store as in the session, also after a kill, in a new journal, and when somebody is forgotten.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { RecordView } from '../../src/fleet/records.js'
import { type FleetHome, fleetHome, upWith } from '../fleet-home.js'

test('what a session keeps stands in the store as in the session, also after a kill -9; recover gives it back; who is forgotten is gone', async (t) => {
  const home = await fleetHome(t)
  const [row] = await upWith(home, { 'acme/a': { act: 'keeps', everyMs: 5 } })
  const countedTo = async () => (await stored(home)).get('counters n')?.n ?? 0
  await home.until('some counts', async () => Number(await countedTo()) > 20)
  home.kill(row?.pid)
  await home.until('another one is ready', async () => {
    const now = await home.row('acme/a')
    return now?.state === 'ready' && now.pid !== row?.pid
  })
  const { n } = await home.json<{ n: number }>('do', 'acme/a', 'hush')
  await home.until('all of it', async () => (await countedTo()) === n)
  const stands = await home.json<Record<string, object>>('do', 'acme/a', 'stands')
  assert.deepEqual(stands, n % 2 ? { n: { n }, odd: { n } } : { n: { n } })
  assert.equal((await stored(home)).has('counters odd'), n % 2 === 1, 'a removal is a removal in the store too')
  assert.match(
    (await home.run('records', 'acme/a', 'guests', '--csv')).stdout,
    /^collection,key,updatedAt,since\nguests,ana,/,
  )

  await home.frota('stop', 'acme/a', '--wait')
  const file = join(home.paths.tokens, 'acme/a', 'journal.db')
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
  const before = await stored(home)
  const { records } = await home.json<{ records: number }>('recover', 'acme/a', '--yes')
  assert.equal(records, before.size)
  assert.deepEqual(inJournal(file), [...before.keys()].sort())
  await home.frota('start', 'acme/a', '--wait')
  // It begins to count anew, at row 1 of its journal: the higher epoch counts, not the row, not the number.
  await home.until('a count of the new journal', async () => Number(await countedTo()) < n)

  await home.frota('do', 'acme/a', 'forget', 'who=ana')
  await home.until('her record to go', async () => !(await stored(home)).has('guests ana'))
  await home.frota('rm', 'acme/a', '--keep-data', '--yes')
  await home.add('acme/a')
  assert.ok((await stored(home)).has('counters n'), 'a new session of this name takes up what was kept for it')
  await home.frota('rm', 'acme/a', '--yes')
  assert.deepEqual(query(home.paths.db, 'select * from records'), [])
})

async function stored(home: FleetHome) {
  const records = await home.json<RecordView[]>('records', 'acme/a')
  return new Map(records.map(({ collection, key, data }) => [`${collection} ${key}`, data]))
}

const inJournal = (file: string) =>
  query(file, 'select collection, key from records order by 1, 2').map(({ collection, key }) => `${collection} ${key}`)

function query(file: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  try {
    return db.prepare(sql).all()
  } finally {
    db.close()
  }
}
