// A session goes from one home to another on one Supabase project: asked for while both are up, and after its host was
// lost with much that it had not told. Judged by the witness of the one it came from: never two live copies.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import type { FleetHome } from '../fleet-home.js'
import { eventsIn, killHost, leftIn, supabaseHome } from '../supabase-home.js'
import { type SupabaseServer, startSupabase } from '../supabase-server.js'

interface Moved {
  journal: string
  records: number
  starts: boolean
  warnings: string[]
}

let server: SupabaseServer
/** All homes of one store have one master key. */
const key = randomBytes(32).toString('base64')

async function twoHomes(t: TestContext, tenant: string) {
  const other = await supabaseHome(t, server, key) // ended first: its sessions stand before the one's witness
  const one = await supabaseHome(t, server, key)
  await one.frota('up')
  await one.call('tenants.add', { slug: tenant })
  const ref = `${tenant}/a`
  await one.add(ref, { act: 'keeps', everyMs: 10 })
  await one.call('sessions.start', { refs: [ref] })
  await one.reached('ready', ref)
  await one.until('some counts', async () => (await counts(ref)).length > 10)
  return { one, other, ref }
}

const counts = async (ref: string) => (await eventsIn(server, 'count', ref)).map(({ n }) => Number(n))

/** How the counters stand in the project. */
async function standing(ref: string): Promise<Record<string, unknown>> {
  const rows = await server.query<{ key: string; data: unknown }>(
    `select r.key, r.data from frota_records r join frota_sessions s on s.id = r.session_id join frota_tenants t on t.id = s.tenant_id
     where t.slug || '/' || s.name = $1 and r.collection = 'counters' and r.data is not null`,
    [ref],
  )
  return Object.fromEntries(rows.map(({ key, data }) => [key, data]))
}

const journalOf = (home: FleetHome, ref: string) => join(home.paths.tokens, ref, 'journal.db')

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

describe('a session is moved to another home', { concurrency: true }, () => {
  before(async () => {
    server = await startSupabase()
  })
  after(() => server.close())

  test('asked for: refused while it is held there; stopped, it comes with all that it keeps, and is the other’s alone', async (t) => {
    const { one, other, ref } = await twoHomes(t, 'asked')
    await other.frota('up')
    const refused = await other.run('move', ref, '--yes', '--json')
    assert.equal(refused.code, 1)
    const { error } = JSON.parse(refused.stderr) as { error: { code: string; message: string } }
    assert.equal(error.code, 'LEASE_HELD')
    assert.match(error.message, new RegExp(`held by the home on \\S+ \\(${one.id().slice(0, 8)}\\) until 20\\S+Z`))
    assert.match((await other.run('show', ref)).stderr, /belongs to another home.*frota move asked\/a/s)
    assert.deepEqual([await other.rows(), one.witness.copies(ref)], [[], 1])

    await one.frota('stop', ref, '--wait')
    await one.until('its lease is let go', async () => (await other.run('move', ref)).code === 4) // asks, and nobody is there
    const counted = await counts(ref)
    const before = await standing(ref)
    const done = await other.json<Moved>('move', ref, '--yes')
    assert.deepEqual([done.journal, done.starts, done.warnings], ['new', false, []])
    assert.equal((await other.run('move', ref, '--yes')).code, 1, 'it is here already')
    await one.until('the one lets it go', async () => (await one.row(ref)) === undefined)
    assert.match((await one.run('start', ref)).stderr, /belongs to another home/)
    assert.ok(existsSync(journalOf(one, ref)), 'what it left is the old home’s until its clean')

    await other.frota('start', ref, '--wait')
    const [row] = await other.reached('ready', ref)
    assert.deepEqual(row?.detail.stood, before, 'its records were not there before it ran')
    const { n } = await other.command(ref, 'hush')
    await other.until('all of it', async () => (await counts(ref)).length === counted.length + Number(n))
    assert.deepEqual(await counts(ref), [...counted, ...upTo(Number(n))])
    await other.until('how it stands', async () => (await standing(ref)).n !== undefined)
    assert.deepEqual([(await standing(ref)).n, one.witness.copies(ref)], [{ n }, 2])
    const told = await other.json<{ action: string; subject: string }[]>('audit', 'asked')
    assert.equal(told.filter(({ action, subject }) => action === 'session.move' && subject === ref).length, 1)
    const { deleted, kept } = await one.json<{ deleted: string[]; kept: unknown[] }>('clean', '--yes')
    assert.deepEqual([deleted.includes(join(one.paths.tokens, ref)), kept], [true, []])
  })

  test('after its host was lost: once the lease has run out; what only that host knew arrives when it is back, and undoes nothing', async (t) => {
    const { one, other, ref } = await twoHomes(t, 'lost')
    await one.gate.shut('refuses')
    await one.until('much that only the journal has', () => leftIn(one, ref).length > 20)
    killHost(one)
    const left = leftIn(one, ref)
    const before = await standing(ref)
    const shipped = await counts(ref)
    assert.ok(!shipped.includes(left.at(-1) ?? 0), 'nothing was left: this test proves nothing')
    assert.match((await other.run('move', ref, '--yes')).stderr, /is held by the home on .* until 20/)
    const done = await other.until('its lease to run out', async () => {
      const ran = await other.run('move', ref, '--yes', '--json') // the fleet is down here
      return ran.code === 0 ? { ...(JSON.parse(ran.stdout) as Moved), said: ran.stderr } : undefined
    })
    assert.deepEqual([done.journal, done.starts], ['new', true])
    assert.match(done.said, /never said that it stopped it; .*make sure that host is off/)
    await other.frota('up')
    const [row] = await other.reached('ready', ref)
    assert.deepEqual(row?.detail.stood, before, 'its records were not there before it ran')
    const { n } = await other.command(ref, 'hush')
    await other.until('all of the new run', async () => (await counts(ref)).length === shipped.length + Number(n))
    const now = await standing(ref)
    assert.deepEqual(now.n, { n })

    await one.gate.open()
    const kept = await one.json<{ deleted: string[]; kept: { path: string }[] }>('clean', '--yes')
    assert.deepEqual(
      kept.kept.map(({ path }) => path),
      [join(one.paths.tokens, ref)],
    )
    await one.frota('up')
    const all = [...shipped, ...upTo(Number(n)), ...left.filter((count) => !shipped.includes(count))]
    await one.until('what it had left', async () => (await counts(ref)).length >= all.length)
    assert.deepEqual(await counts(ref), all)
    assert.deepEqual(await standing(ref), now, 'a late word took the place of a newer one')
    assert.deepEqual([await one.rows(), one.witness.copies(ref), one.witness.violations], [[], 2, []])
    await other.reached('ready', ref)
    const cleaned = await one.json<{ deleted: string[] }>('clean', '--yes')
    assert.ok(cleaned.deleted.includes(join(one.paths.tokens, ref)))
  })
})
