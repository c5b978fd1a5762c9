// A journal that is gone, or an older copy of it: the session fails with the remedy, and nothing is done twice.
import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { type FleetHome, fleetHome, upWith } from '../fleet-home.js'

describe('journals', { concurrency: 2 }, () => {
  test('a journal that is gone fails its session before anything outward; recover begins a new one, and says what is lost', async (t) => {
    const home = await fleetHome(t)
    const [, other] = await upWith(home, { 'acme/a': { everyMs: 5 }, 'acme/b': {} })
    await home.until('some counts', () => home.events('count', 'acme/a').length > 5)
    await home.frota('stop', 'acme/a', '--wait')
    const dir = join(home.paths.tokens, 'acme/a')
    removeJournal(dir)
    for (let time = 0; time < 2; time++) {
      const start = await home.run('start', 'acme/a', '--wait')
      assert.equal(start.code, 1)
      assert.match(start.stderr, /its journal is gone; put \S+journal\.db back from a backup.*frota recover/)
    }
    assert.equal(home.witness.copies('acme/a'), 1, 'its kind was run without its memory')
    assert.ok(!existsSync(join(dir, 'journal.db')), 'an empty one was made')
    assert.equal((await home.row('acme/b'))?.pid, other?.pid)

    const asked = await home.run('recover', 'acme/a')
    assert.equal(asked.code, 4)
    assert.match(asked.stderr, /had not shipped is lost.*nobody is there to answer/)
    assert.match((await home.run('recover', 'acme/b', '--yes')).stderr, /acme\/b runs.*frota stop acme\/b/)
    await home.frota('recover', 'acme/a', '--yes')
    const [again] = await home.reached('ready', 'acme/a') // wanted all the time: it starts by itself
    await home.frota('stop', 'acme/a', '--wait')
    await home.frota('start', 'acme/a', '--wait')
    assert.notEqual((await home.row('acme/a'))?.pid, again?.pid)
    assert.deepEqual(query(home, `select subject from audit where action = 'session.recover'`), [{ subject: 'acme/a' }])
  })

  test('an older copy of a journal, put back by hand, fails its session; also after its supervisor was killed', async (t) => {
    const home = await fleetHome(t)
    const [row] = await upWith(home, { 'acme/a': { everyMs: 5 } })
    const { supervisor } = await home.status()
    home.kill(supervisor?.pid)
    await home.until('another supervisor', async () => {
      const now = (await home.rows()) && (await home.status()).supervisor
      return now && now.pid !== supervisor?.pid
    })
    assert.equal((await home.row('acme/a'))?.pid, row?.pid, 'the session was not adopted')
    await home.frota('stop', 'acme/a', '--wait')
    const dir = join(home.paths.tokens, 'acme/a')
    const copy = join(home.dir, 'copy')
    cpSync(dir, copy, { recursive: true })
    await home.frota('start', 'acme/a', '--wait')
    const before = ackedRow(home)
    await home.until('more counts', () => ackedRow(home) > before + 5)
    await home.nothingLostOrDoubled('acme/a')
    await home.frota('stop', 'acme/a', '--wait')
    const counted = home.events('count', 'acme/a').length
    rmSync(dir, { recursive: true })
    cpSync(copy, dir, { recursive: true })
    const start = await home.run('start', 'acme/a', '--wait')
    assert.match(start.stderr, /its journal is an older copy: it ends at row \d+, and row \d+ was acknowledged/)
    await home.frota('down')
    await home.frota('recover', 'acme/a', '--yes') // as well with the fleet down
    assert.ok(
      readdirSync(dir).some((name) => /^journal\.\d{8}T\d{6}Z\.db$/.test(name)),
      'the old one was not kept',
    )
    assert.equal(home.events('count', 'acme/a').length, counted, 'what the copy held was shipped a second time')
    await home.frota('up')
    await home.reached('ready', 'acme/a')

    await home.frota('rm', 'acme/a', '--keep-data', '--yes')
    await home.add('acme/a')
    await home.frota('start', 'acme/a', '--wait') // a new session of this name takes up what was kept for it
    await home.reached('ready', 'acme/a')
  })
})

function removeJournal(dir: string) {
  for (const suffix of ['', '-wal', '-shm']) rmSync(join(dir, `journal.db${suffix}`), { force: true })
}

const ackedRow = (home: FleetHome) => Number(query(home, 'select max(acked_row) as row from journals')[0]?.row ?? 0)

function query(home: FleetHome, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(home.paths.db, { readOnly: true, timeout: 5_000 })
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }))
  } finally {
    db.close()
  }
}
