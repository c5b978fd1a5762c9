// A session process and its journal: damaged, gone, or the first it ever had. Its kind runs only when all is right.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { type BuiltSession, buildSession } from './built-session.js'
import { beatAnswer, makePlace, until } from './fake-supervisor.js'

let built: BuiltSession
before(async () => {
  built = await buildSession()
})
after(() => built.remove())

const records = () => ({ runModule: built.kind('scripted'), config: { act: 'records' } })

test('a corrupt journal ends the session with 64 and says which file; it is not replaced', async (t) => {
  const place = await makePlace(t, { runModule: built.kind('idle') })
  await place.supervisor()
  const file = join(place.welcome.dirs.data, 'journal.db')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, 'not a database at all. '.repeat(400))
  assert.equal(await place.run(built.program).exited, 64)
  assert.match(place.lastExit()?.reason ?? '', /journal corrupt: .*journal\.db .*frota recover/)
  assert.equal(statSync(file).size, 23 * 400)
})

test('a journal that is gone though the session had one ends it with 64 before its kind runs, and none is made', async (t) => {
  const place = await makePlace(t, { ...records(), journal: { id: 'f'.repeat(32), row: 3 } })
  const supervisor = await place.supervisor()
  mkdirSync(place.welcome.dirs.data, { recursive: true })
  assert.equal(await place.run(built.program).exited, 64)
  assert.match(
    place.lastExit()?.reason ?? '',
    /its journal is gone; put .*journal\.db back from a backup.*frota recover/,
  )
  assert.deepEqual([supervisor.beats.length, supervisor.events.length, supervisor.journals.length], [0, 0, 0])
  assert.equal(existsSync(join(place.welcome.dirs.data, 'journal.db')), false)
})

test('a first journal is written down by the supervisor before the kind runs; refused, it never runs', async (t) => {
  const place = await makePlace(t, records())
  const supervisor = await place.supervisor({ journal: () => ({ status: 503, body: {} }) })
  const session = place.run(built.program)
  await until(() => supervisor.journals.length > 2, 'it asks again')
  assert.deepEqual([supervisor.beats.length, new Set(supervisor.journals).size], [0, 1])
  supervisor.answers.journal = () => ({
    status: 422,
    body: { error: { code: 'JOURNAL_TAKEN', message: 'Not yours.' } },
  })
  assert.equal(await session.exited, 64)
  assert.deepEqual([place.lastExit()?.reason, supervisor.events.length], ['Not yours.', 0])
  supervisor.answers.journal = () => ({ status: 200, body: {} })
  place.run(built.program)
  await until(() => supervisor.events.length === 1_200, 'it runs')
  assert.equal(new Set(supervisor.journals).size, 1, 'it took up what it had begun')
})

test('a session is told with its welcome what it may keep, and with a beat’s answer when that changes; nothing is lost at the border', async (t) => {
  const fills = { runModule: built.kind('scripted'), config: { act: 'fillsUp' }, maxRecordsBytes: 1_000 }
  const place = await makePlace(t, fills)
  let allowed = 1_000
  const supervisor = await place.supervisor({
    beat: () => ({ status: 200, body: beatAnswer({ maxRecordsBytes: allowed }) }),
  })
  const session = place.run(built.program)
  const full = await supervisor.beatWhere(({ state }) => state === 'degraded')
  assert.ok(full.counters.recordsBytes > 900 && full.counters.recordsBytes <= 1_000)
  allowed = 2_000
  const more = await supervisor.beatWhere(({ detail }) => Number(detail.kept) > Number(full.detail.kept))
  assert.ok(more.counters.recordsBytes > 1_900 && more.counters.recordsBytes <= 2_000)
  allowed = 10
  session.child.send('shutdown')
  assert.equal(await session.exited, 0)
  place.welcome.maxRecordsBytes = 10
  place.run(built.program)
  const smaller = await supervisor.beatWhere((beat) => beat !== more && beat.detail.kept === more.detail.kept)
  assert.equal(smaller.counters.recordsBytes, more.counters.recordsBytes, 'a smaller plan took something away')
})

test('a kind that does not look after what it may keep ends as over its plan, with the reason', async (t) => {
  const place = await makePlace(t, {
    runModule: built.kind('scripted'),
    config: { act: 'fillsOver' },
    maxRecordsBytes: 500,
  })
  await place.supervisor()
  assert.equal(await place.run(built.program).exited, 67)
  assert.match(place.lastExit()?.reason ?? '', /record orders\/o\d: .* its plan allows 500 \(maxRecords\)$/)
})
