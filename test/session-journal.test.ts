// A session process and its journal: damaged, gone, or the first it ever had. Its kind runs only when all is right.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { type BuiltSession, buildSession } from './built-session.js'
import { makePlace, until } from './fake-supervisor.js'

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
