// How things stand: in the store as in the session, also after a kill, in a new journal, and when somebody is forgotten.
import assert from 'node:assert/strict'
import { cpSync, rmSync } from 'node:fs'
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

test('a clock set back and supervisors that are killed change no order, and nothing is told twice', async (t) => {
  const home = await fleetHome(t)
  const [row] = await upWith(home, { 'acme/a': { act: 'keeps', everyMs: 5 } })
  const counted = async () => Number((await stored(home)).get('counters n')?.n ?? 0)
  await home.until('some counts', async () => (await counted()) > 20)
  await home.command('acme/a', 'clock', { hours: -48 })
  const before = await counted()
  await home.until('counts of two days before', async () => (await counted()) > before + 20)
  const [{ updatedAt }] = (await home.json<RecordView[]>('records', 'acme/a', 'counters')) as [RecordView]
  assert.ok(Date.parse(updatedAt) < Date.now() - 47 * 3_600_000, 'the clock was not set: this test proves nothing')
  for (let time = 0; time < 2; time++) {
    const { supervisor } = await home.status()
    home.kill(supervisor?.pid)
    await home.until('another supervisor', async () => {
      const now = (await home.rows()) && (await home.status()).supervisor
      return now && now.pid !== supervisor?.pid
    })
  }
  assert.equal((await home.row('acme/a'))?.pid, row?.pid)
  const n = await home.nothingLostOrDoubled('acme/a')
  await home.until('all of it', async () => (await counted()) === n)
  assert.deepEqual(await home.json('do', 'acme/a', 'stands'), n % 2 ? { n: { n }, odd: { n } } : { n: { n } })
})

test('an older copy of a journal with records fails its session until recover; then all stands there before it runs', async (t) => {
  const home = await fleetHome(t)
  await upWith(home, { 'acme/a': { act: 'keeps', everyMs: 5 } })
  const counted = async () => Number((await stored(home)).get('counters n')?.n ?? 0)
  await home.until('some counts', async () => (await counted()) > 10)
  await home.frota('stop', 'acme/a', '--wait')
  const [dir, copy] = [join(home.paths.tokens, 'acme/a'), join(home.dir, 'copy')]
  cpSync(dir, copy, { recursive: true })
  const old = await counted()
  await home.frota('start', 'acme/a', '--wait')
  await home.until('more', async () => (await counted()) > old + 10)
  await home.frota('stop', 'acme/a', '--wait')
  const before = await stored(home)
  rmSync(dir, { recursive: true })
  cpSync(copy, dir, { recursive: true })
  assert.match((await home.run('start', 'acme/a', '--wait')).stderr, /its journal is an older copy/)
  assert.deepEqual(await stored(home), before, 'the copy’s word counted')
  await home.frota('recover', 'acme/a', '--yes')
  const [row] = await home.reached('ready', 'acme/a')
  const stood = Object.fromEntries(
    [...before].flatMap(([at, data]) => (at.startsWith('c') ? [[at.slice(9), data]] : [])),
  )
  assert.deepEqual(row?.detail.stood, stood)
})

test('what a plan allows is kept to the last byte and no more; the session says why it stops, and loses nothing by a smaller plan', async (t) => {
  const home = await fleetHome(t)
  await home.frota('up')
  await home.frota('plan', 'set', 'enterprise', 'maxRecords=2KB')
  await home.frota('tenant', 'add', 'acme')
  await home.add('acme/a', { act: 'hoards', everyMs: 1 })
  const file = join(home.paths.tokens, 'acme/a', 'journal.db')
  const fills = async (allowed: number) => {
    await home.run('start', 'acme/a', '--wait')
    const [row] = await home.reached('failed', 'acme/a')
    assert.match(row?.reason ?? '', new RegExp(`record hoard/h\\d+: .*its plan allows ${allowed} \\(maxRecords\\)`))
    const [sum] = query(file, 'select sum(length(collection) + length(key) + length(data)) as bytes from records')
    await home.until('all of it in the store', async () => (await stored(home)).size === inJournal(file).length)
    assert.deepEqual([...(await stored(home)).keys()].sort(), inJournal(file))
    assert.equal(home.events('count', 'acme/a').length, inJournal(file).length, 'half of a transaction was kept')
    return Number(sum?.bytes)
  }
  const first = await fills(2048)
  await home.frota('plan', 'set', 'enterprise', 'maxRecords=4KB')
  const second = await fills(4096)
  assert.ok(first > 2048 - 130 && first <= 2048 && second > 4096 - 130 && second <= 4096, `${first}, ${second}`)
  await home.frota('plan', 'set', 'enterprise', 'maxRecords=1KB', '--yes')
  assert.equal(await fills(1024), second, 'a smaller plan took something away')
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
