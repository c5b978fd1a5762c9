// The whole product on a Supabase project: what a home does there, what an operator may do by hand, and what happens
// when the project is away. One project for all; each test has homes and a tenant of its own.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LsRow } from '../../src/core/states.js'
import { execute, type FleetHome, NODE, ROOT } from '../fleet-home.js'
import {
  beganAnew,
  dump,
  editLease,
  editSession,
  eventsIn,
  killHost,
  leftIn,
  nothingLostOrDoubled,
  supabaseHome,
} from '../supabase-home.js'
import { type SupabaseServer, startSupabase } from '../supabase-server.js'

const FROTA = join(ROOT, 'bin/frota')
const SECRET = 'canary/of a session+ü "quoted"'

let server: SupabaseServer
/** All homes of one store have one master key; the first to be made says which. */
let key: Promise<string>
let tellKey: (key: string) => void = () => undefined

async function upOn(t: TestContext, tenant: string, sessions: Record<string, Record<string, string | number>>) {
  const home = await supabaseHome(t, server, await key)
  await home.frota('up')
  await home.call('tenants.add', { slug: tenant })
  const refs = Object.keys(sessions)
  for (const ref of refs) await home.add(ref, sessions[ref])
  await home.call('sessions.start', { refs })
  const rows = await home.reached('ready', ...refs)
  return { home, rows }
}

function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** As an operator pipes it in: never in argv. */
function setSecret(home: FleetHome, ref: string, name: string, value: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile(NODE, [FROTA, 'secret', 'set', ref, name], { env: home.env }, (error) =>
      error ? reject(error) : resolve(),
    )
    child.stdin?.end(value)
  })
}

// Three homes at once: all six begin with a burst of processes, and the project, which this one serves, must answer in time.
describe('a fleet on Supabase', { concurrency: 3 }, () => {
  before(async () => {
    server = await startSupabase()
    key = new Promise((resolve) => {
      tellKey = resolve
    })
  })
  after(() => server.close())

  test('from the first key to the first event: all by commands, nothing secret in clear anywhere', async (t) => {
    const home = await supabaseHome(t, server)
    const keyless = await home.run('up')
    assert.equal(keyless.code, 1)
    assert.match(keyless.stderr, /key new/)
    const inShell = await execute(NODE, [FROTA, 'up'], { ...home.env, SUPABASE_SECRET_KEY: server.secretKey })
    assert.equal(inShell.code, 2)
    assert.match(inShell.stderr, /SUPABASE_SECRET_KEY is set only in this shell.*\.env/s)
    await home.frota('key', 'new')
    const masterKey = readFileSync(home.paths.keyFile, 'utf8')
    tellKey(masterKey)
    await home.frota('up')
    await home.frota('tenant', 'add', 'first', '--name', 'The Very First')
    const settings = ['--set', `witness=${home.witness.socket}`, '--set', 'act=echoes-secret']
    await home.frota('add', 'first/a', '--kind', 'probe', ...settings)
    await setSecret(home, 'first/a', 'PROBE_TOKEN', SECRET)
    await home.frota('start', 'first/a', '--wait')
    const [row] = await home.json<LsRow[]>('ls')
    assert.deepEqual([row?.session, row?.state], ['first/a', 'ready'])
    const status = await home.status()
    assert.equal(status.store.driver, 'supabase')
    await home.until('a heartbeat in the project', async () => {
      const beats = await server.query(`select 1 from frota_heartbeats where state = 'ready' and pid = $1`, [row?.pid])
      return beats.length === 1
    })
    await nothingLostOrDoubled(server, home, 'first/a')
    assert.ok((await home.json<unknown[]>('events', 'first/a', '--type', 'count')).length > 0)

    const mirror = join(home.paths.data, 'mirror.sealed')
    assert.equal(statSync(mirror).mode & 0o777, 0o600)
    assert.doesNotMatch(readFileSync(mirror, 'latin1'), /first|Very|witness/)
    const raw = Buffer.from(masterKey.trim(), 'base64')
    const forms = [SECRET, server.secretKey, masterKey.trim(), raw.toString('hex'), JSON.stringify(SECRET).slice(1, -1)]
    const rows = await dump(server)
    assert.match(rows, /The Very First/, 'the dump shows nothing: this test proves nothing')
    assert.match(home.logText('first.a.jsonl'), /the secret is /, 'nothing was logged: this test proves nothing')
    const places = [...filesOf(home.dir), ...filesOf(home.paths.runDir)]
      .filter((file) => file !== home.paths.envFile && file !== home.paths.keyFile)
      .map((file) => ({ where: file, text: readFileSync(file, 'latin1') }))
    for (const { where, text } of [{ where: 'Postgres', text: rows }, ...places]) {
      for (const form of forms) assert.ok(!text.includes(form) && !text.includes(latin(form)), `a key in ${where}`)
    }
  })

  test('away for a while: sessions work on and come back, a home boots from its mirror, all events arrive, once', async (t) => {
    const { home, rows } = await upOn(t, 'away', { 'away/a': { everyMs: 20 }, 'away/b': { everyMs: 20 } })
    const [a, b] = rows
    const { supervisor } = await home.status()
    await home.gate.shut('refuses')
    home.kill(a?.pid)
    await home.until('another copy without a store', () => home.witness.copies('away/a') === 2)
    home.kill(supervisor?.pid)
    const next = await home.until('a supervisor from the mirror', async () => {
      const rows = await home.rows()
      return rows?.length === 2 && rows.every(({ state }) => state === 'ready') ? rows : undefined
    })
    assert.deepEqual(
      [next[1]?.pid, home.witness.copies('away/b')],
      [b?.pid, 1],
      'a session that worked was touched because the store could not be read',
    )
    assert.ok((await home.status()).store.outage, 'status says nothing of the outage')
    const refused = await home.run('stop', 'away/b')
    assert.equal(refused.code === 0, false, 'a wish that could not be written was taken')
    assert.match(refused.stderr, /store did not answer/)
    const cleaned = await home.run('clean')
    assert.match(cleaned.stderr, /store did not answer/, 'logins were judged by what an absent store once said')
    await sleep(12_000) // longer than a reading, a renewal and a retry
    await home.frota('down')
    await home.frota('up')
    await home.reached('ready', 'away/a', 'away/b')
    await home.gate.open()
    for (const ref of ['away/a', 'away/b']) await nothingLostOrDoubled(server, home, ref)
    await home.until('the end of the outage', async () => !(await home.status()).store.outage)
    // Three starts of a, two of them uncounted by the store at their time.
    await home.until('the leases, with the epochs counted meanwhile', async () => {
      const leases = await server.query<{ epoch: number }>(
        `select l.epoch from frota_leases l join frota_sessions s on s.id = l.session_id join frota_tenants t on t.id = s.tenant_id
         where t.slug = 'away' and l.home = $1 order by s.name`,
        [home.id()],
      )
      return leases.length === 2 && Number(leases[0]?.epoch) >= 3 && Number(leases[1]?.epoch) >= 2
    })
    assert.deepEqual([home.witness.copies('away/a'), home.witness.copies('away/b')], [3, 2])
  })

  test('a store that takes calls and never answers is an outage too: the supervisor boots, sessions come back', async (t) => {
    const {
      home,
      rows: [a],
    } = await upOn(t, 'hung', { 'hung/a': { everyMs: 50 } })
    const { supervisor } = await home.status()
    await home.gate.shut('hangs')
    home.kill(supervisor?.pid)
    home.kill(a?.pid)
    await home.until('another copy', () => home.witness.copies('hung/a') === 2)
    await home.reached('ready', 'hung/a')
    await home.gate.open()
    await nothingLostOrDoubled(server, home, 'hung/a')
  })

  test('rows edited by hand: a good config is taken up, a bad one is refused with a reason and stops nothing', async (t) => {
    const { home, rows } = await upOn(t, 'hand', { 'hand/a': {} })
    await editSession(server, 'hand/a', `config = config || '{"everyMs": "as fast as you can"}'`)
    const refused = await home.until('the reason', async () => {
      const row = await home.row('hand/a')
      return row?.reason ? row : undefined
    })
    assert.match(refused.reason ?? '', /config refused: .*everyMs/)
    assert.deepEqual([refused.state, refused.pid], ['ready', rows[0]?.pid])
    await editSession(server, 'hand/a', `config = config || '{"everyMs": 10}'`)
    await home.until('the good one', async () => {
      const row = await home.row('hand/a')
      return row?.state === 'ready' && row.reason === null && !row.outdated
    })
    await nothingLostOrDoubled(server, home, 'hand/a')
    await editSession(server, 'hand/a', `wanted = 'stopped'`)
    await home.reached('stopped', 'hand/a')
    await editSession(server, 'hand/a', `wanted = 'running'`)
    await home.reached('ready', 'hand/a')
  })

  test('a row removed by hand: the session ends, what its journal held arrives, its login waits for a new row', async (t) => {
    const { home } = await upOn(t, 'gone', { 'gone/a': { everyMs: 20 } })
    const [row] = await server.query<Record<string, string>>(
      `select s.* from frota_sessions s join frota_tenants t on t.id = s.tenant_id where t.slug = 'gone' and s.name = 'a'`,
    )
    await home.gate.shut('refuses')
    await home.until('events that only the journal has', () => leftIn(home, 'gone/a').length > 10)
    await home.frota('down')
    const newest = leftIn(home, 'gone/a').at(-1)
    assert.ok(!(await countsOf('gone')).includes(newest ?? 0), 'nothing was left: this test proves nothing')
    await server.query(`delete from frota_sessions where id = $1`, [row?.id])
    await home.gate.open()
    await home.frota('up')
    const words = /gone\/a is not this home's any more/
    await home.until('the word about it', () => words.test(home.logText('supervisor.jsonl')))
    // Perhaps not as the last: on a busy machine the home may boot from its mirror, and the session count on.
    assert.ok((await countsOf('gone')).includes(newest ?? 0), 'what its journal held was not shipped')
    assert.equal(await home.row('gone/a'), undefined)
    const doctor = await home.run('doctor')
    assert.match(doctor.stdout, /warn +leftovers .*tokens\/gone\/a.*frota clean/)
    await server.query(
      `insert into frota_sessions (tenant_id, name, display_name, kind, config, wanted, home)
       values ($1, 'a', 'A', 'probe', $2, 'running', $3)`,
      [row?.tenant_id, JSON.stringify(row?.config), row?.home],
    )
    await home.reached('ready', 'gone/a')
    const { n } = await home.command('gone/a', 'hush')
    await home.until('all of both', async () => (await countsOf('gone')).length >= Number(n))
    assert.deepEqual(
      await countsOf('gone'),
      Array.from({ length: Number(n) }, (_, i) => i + 1),
      'an event was lost, doubled or out of order',
    )
  })

  /** Also those of rows that are gone. */
  async function countsOf(tenant: string) {
    const rows = await server.query<{ n: number }>(
      `select (e.data ->> 'n')::int as n from frota_events e join frota_tenants t on t.id = e.tenant_id
       where t.slug = $1 and e.type = 'count' order by e.seq`,
      [tenant],
    )
    return rows.map(({ n }) => n)
  }

  test('a lease that is lost ends the session as fenced; it comes back when the lease is free', async (t) => {
    const { home } = await upOn(t, 'lost', { 'lost/a': {}, 'lost/b': {} })
    await editLease(server, 'lost/a', 'epoch = epoch + 5')
    await editLease(
      server,
      'lost/b',
      `epoch = epoch + 5, home = 'another', run = 'theirs', expires_at = now() + interval '25 s'`,
    )
    await home.reached('fenced', 'lost/a')
    await home.until('b waits', async () =>
      (await home.row('lost/b'))?.reason?.includes('another home (another) holds'),
    )
    assert.ok(!home.witness.live().includes('lost/b'), 'it works on without its lease')
    await home.reached('ready', 'lost/a', 'lost/b')
    for (const ref of ['lost/a', 'lost/b']) {
      assert.equal(home.witness.copies(ref), 2)
      const ended = await eventsIn(server, 'session.ended', ref)
      assert.match(String(ended[0]?.reason), /lease was lost \(exit 66\)/)
      await nothingLostOrDoubled(server, home, ref)
    }
  })

  test('two homes: a session moved by hand is let go by one and started by the other, also when the one is dead', async (t) => {
    const other = await supabaseHome(t, server, await key) // ended first: its sessions stand before the one's witness
    const { home: one } = await upOn(t, 'two', { 'two/moves': {}, 'two/orphan': {}, 'two/stays': {} })
    await other.frota('up')
    assert.deepEqual(await other.rows(), [], 'another home’s sessions are not its own')
    await editSession(server, 'two/moves', `home = '${other.id()}'`)
    await beganAnew(other, 'two/moves')
    assert.equal(await one.row('two/moves'), undefined)
    assert.equal(one.witness.copies('two/moves'), 2)
    await one.reached('ready', 'two/orphan', 'two/stays')
    killHost(one)
    await editSession(server, 'two/orphan', `home = '${other.id()}'`)
    await other.until('it waits for the dead home’s lease', async () =>
      (await other.row('two/orphan'))?.reason?.includes(`another home (${one.id().slice(0, 8)}) holds its lease`),
    )
    await beganAnew(other, 'two/orphan')
    await other.reached('ready', 'two/moves', 'two/orphan')
    await one.frota('up')
    await one.reached('ready', 'two/stays')
    assert.deepEqual(one.witness.live().sort(), ['two/moves', 'two/orphan', 'two/stays'])
    assert.deepEqual(
      (await one.rows())?.map(({ session }) => session),
      ['two/stays'],
    )
    assert.deepEqual(one.witness.violations, [])
  })
})

const latin = (text: string) => Buffer.from(text).toString('latin1')
