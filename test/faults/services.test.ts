// Host services with real processes: they are there while something wanted needs them, come back like sessions do, are
// adopted like sessions are, and stop after them. The witness judges that none is ever alive twice.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../src/core/json.js'
import type { Route } from '../../src/core/protocol.js'
import type { LsRow, StateName } from '../../src/core/states.js'
import { type FleetHome, fleetHome, NODE, ROOT } from '../fleet-home.js'

const SERVED = join(ROOT, 'test/kinds/served/kind.js')
const DESK = '_host/desk'

type Context = Parameters<typeof fleetHome>[0]

async function servedHome(t: Context, env: Record<string, string> = {}) {
  const home = await fleetHome(t, { FROTA_KINDS: SERVED, FROTA_GATEWAY: 'off', ...env })
  await home.frota('up')
  await home.call('tenants.add', { slug: 'acme' })
  await home.call('sessions.add', served('a', home))
  return home
}

const served = (name: string, home: FleetHome, config: JsonObject = {}) => ({
  ref: `acme/${name}`,
  kind: 'served',
  config: { witness: home.witness.socket, ...config },
})

async function upWithDesk(t: Context, env: Record<string, string> = {}) {
  const home = await servedHome(t, env)
  await home.call('sessions.start', { refs: ['acme/a'] })
  const [session] = await home.reached('ready', 'acme/a')
  return { home, session, desk: await desk(home, 'ready') }
}

/** The desk's row, once it is in the state. */
const desk = (home: FleetHome, state: StateName): Promise<LsRow> =>
  home.until(`the desk ${state}`, async () => {
    const rows = await home.call('host.services').catch(() => []) // between two supervisors nobody answers
    return rows.find((row) => row.session === DESK && row.state === state)
  })

const asks = (home: FleetHome, path = '/') => home.command('acme/a', 'ask', { path })

describe('host services', { concurrency: 2 }, () => {
  test('a service runs while a wanted session needs it, whatever limits the sessions; its socket is where it says', async (t) => {
    const home = await servedHome(t, { MAX_SESSIONS: '1', FROTA_ONLY: 'acme/a,acme/b' })
    assert.deepEqual(
      (await home.json<LsRow[]>('ls', '--host')).map(({ session, state, wanted, reason }) => [
        session,
        state,
        wanted,
        reason,
      ]),
      [
        [DESK, 'stopped', 'stopped', 'nothing that is wanted needs it'],
        ['_host/gateway', 'stopped', 'stopped', 'switched off in the settings of the home'],
      ],
    )
    await home.call('sessions.start', { refs: ['acme/a'] })
    const { pid, tenant, kind, host } = await desk(home, 'ready')
    assert.deepEqual([tenant, kind, typeof host], ['_host', 'served', 'string'])
    await home.reached('ready', 'acme/a')
    assert.equal((await asks(home)).pid, pid)
    assert.deepEqual(await home.command('acme/a', 'services'), { desk: join(home.paths.hostSockets, 'desk.sock') })
    const status = await home.status()
    assert.deepEqual(
      [status.sessions.total, status.services.map(({ name, state }) => `${name} ${state}`)],
      [1, ['desk ready', 'gateway stopped']],
    )
    assert.match(await home.frota('status'), /^host services desk ready, gateway stopped$/m)
    assert.match(await home.frota('logs', DESK), /starts/)
    assert.match(await home.frota('clean', '--dry-run'), /Nothing to clean/)
    assert.doesNotMatch(await home.frota('doctor').catch(String), /have no supervisor/)

    await home.frota('restart', DESK)
    const again = await home.until('another desk', async () => {
      const row = await desk(home, 'ready')
      return row.pid === pid ? undefined : row
    })
    assert.deepEqual([(await asks(home)).pid, again.detail.runs], [again.pid, 2])
    const { stderr, code } = await home.run('restart', '_host/dsk')
    assert.deepEqual([code, /did you mean "desk"/.test(stderr)], [3, true])

    await home.frota('stop', 'acme/a', '--wait')
    assert.equal(
      (await desk(home, 'ready')).pid,
      again.pid,
      'a session that is stopped for a moment finds it as it was',
    )
    await desk(home, 'stopped')
    await home.until('its end', () => home.witness.live().length === 0)
    await home.call('sessions.start', { refs: ['acme/a'] })
    await home.reached('ready', 'acme/a')
    assert.equal((await desk(home, 'ready')).detail.runs, 3)
  })

  test('a killed service comes back and its socket works again; the session that uses it is not touched', async (t) => {
    const { home, session, desk: before } = await upWithDesk(t)
    for (const copy of [2, 3]) {
      home.kill((await desk(home, 'ready')).pid)
      await home.until(`copy ${copy}`, () => home.witness.copies(DESK) === copy)
      await desk(home, 'ready')
    }
    const after = await desk(home, 'ready')
    const said = await home.until('an answer of the desk', () => asks(home).catch(() => undefined))
    assert.deepEqual([said.pid, said.runs, after.restarts], [after.pid, 3, 2])
    assert.notEqual(after.pid, before.pid)
    assert.equal((await home.row('acme/a'))?.pid, session?.pid)
    assert.equal(home.events('session.ended').length, 0, 'no store hears of a host service')
    assert.match(home.logText('supervisor.jsonl'), /_host\/desk session\.ended/)

    await asks(home, '/leak')
    await home.until('one restarted for its memory', () => home.witness.copies(DESK) === 4)
    await desk(home, 'ready')
    assert.match(home.logText('supervisor.jsonl'), /_host\/desk is restarted.*of the 256 MB it may/)
  })

  test('a dead supervisor leaves the service working, and the next one adopts it; so does an `up` after everything died', async (t) => {
    const { home, session, desk: before } = await upWithDesk(t)
    home.kill((await home.status()).supervisor?.pid)
    await home.until('another supervisor', () => home.rows())
    const after = await desk(home, 'ready')
    assert.deepEqual([after.pid, after.restarts, home.witness.copies(DESK)], [before.pid, 0, 1])
    assert.equal((await home.row('acme/a'))?.pid, session?.pid)
    await home.until('routes of the new supervisor', async () => (await routesOf(home))?.length === 2)

    const { supervisor, pm2 } = await home.status()
    for (const pid of [supervisor?.pid, pm2?.pid, after.pid]) home.kill(pid)
    rmSync(home.paths.hostSockets, { recursive: true })
    await home.frota('up')
    await home.reached('ready', 'acme/a')
    assert.equal((await desk(home, 'ready')).detail.runs, 2)
    await home.until('an answer of the desk', () => asks(home).catch(() => undefined))
  })

  test('after the death of the PM2 daemon service and session are back by themselves, neither ever twice', async (t) => {
    const { home } = await upWithDesk(t)
    home.kill((await home.status()).pm2?.pid)
    await home.until('both once more', () => home.witness.copies(DESK) === 2 && home.witness.copies('acme/a') === 2)
    await home.reached('ready', 'acme/a')
    await desk(home, 'ready')
    await home.until('an answer of the desk', () => asks(home).catch(() => undefined))
  })

  test('`frota down` stops the services last, leaves no process, and `up` brings them back', async (t) => {
    const { home, desk: before } = await upWithDesk(t)
    assert.match(await home.frota('down'), /1 session was stopped/)
    assert.deepEqual([home.processes(), home.witness.live()], [[], []])
    await home.frota('up')
    await home.reached('ready', 'acme/a')
    await desk(home, 'ready')
    const [last] = home.events('last-ask', 'acme/a')
    assert.equal(last?.data.pid, before.pid, 'the session could still ask it while it stopped')
  })

  test('the service is told who has hooks and where they are, and that a session is down; by a credential nobody is let in', async (t) => {
    const { home } = await upWithDesk(t)
    const both = await home.until('both routes', async () => {
      const routes = await routesOf(home)
      return routes?.every(({ address }) => address !== null) ? routes : undefined
    })
    assert.deepEqual(
      both.map(({ session, kind, hooks }) => ({ session, kind, hooks })),
      [
        { session: DESK, kind: 'served', hooks: [{ name: 'ring', maxBytes: null, perMinute: 10 }] },
        { session: 'acme/a', kind: 'served', hooks: [{ name: 'knock', maxBytes: 1000, perMinute: null }] },
      ],
    )
    assert.equal(new Set(both.map(({ opaque }) => opaque)).size, 2)
    for (const { address } of both) assert.ok(existsSync(address ?? ''))
    await home.call('sessions.add', served('b', home))
    await home.until('the new one, without an address', async () => {
      const found = (await routesOf(home))?.find(({ session }) => session === 'acme/b')
      return found?.address === null && found.token === ''
    })
    const { status, body } = (await asks(home, '/call')) as { status: number; body: JsonObject }
    assert.deepEqual([status, (body.error as JsonObject).code], [401, 'UNAUTHORIZED'])
    assert.equal((await home.status()).supervisor !== null, true)
  })

  test('a service whose journal is gone waits for a person, who begins a new one; what nobody can say is in its log', async (t) => {
    const { home, desk: before } = await upWithDesk(t)
    await asks(home, '/unknown')
    await home.until('its own word', () => /intent\.unknown/.test(home.logText('_host.desk.jsonl')))
    for (const end of ['', '-wal', '-shm'])
      rmSync(join(home.paths.tokens, '_host/desk', `journal.db${end}`), { force: true })
    home.kill(before.pid)
    const failed = await desk(home, 'failed')
    assert.match(failed.reason ?? '', /its journal is gone.*frota recover _host\/desk/)
    await home.frota('recover', DESK, '--yes')
    assert.equal((await desk(home, 'ready')).detail.runs, 1)
    assert.match(await home.frota('audit'), /service\.recover.*_host\/desk/)
  })

  test('a service whose kind is gone is forgotten and may be cleaned away; not while a kind cannot be loaded', async (t) => {
    const { home } = await upWithDesk(t)
    await home.frota('down')
    home.env.FROTA_KINDS = '/nowhere/kind.js'
    assert.match(await home.frota('clean', '--dry-run'), /Nothing to clean/)
    home.env.FROTA_KINDS = join(ROOT, 'test/kinds/probe/kind.js')
    await home.frota('up')
    assert.deepEqual(
      (await home.json<LsRow[]>('ls', '--host')).map(({ name }) => name),
      ['gateway'],
    )
    await home.frota('clean', '--yes')
    assert.deepEqual(
      [join(home.paths.tokens, '_host/desk'), join(home.paths.logs, '_host.desk.jsonl')].filter((path) =>
        existsSync(path),
      ),
      [],
    )
  })

  test('a session in the foreground has the service that it needs, and leaves nothing of it behind', async (t) => {
    const home = await servedHome(t)
    await home.frota('down')
    const terminal = spawn(NODE, [join(ROOT, 'bin/frota'), 'run', 'acme/a'], { env: home.env, stdio: 'ignore' })
    home.atEnd(() => terminal.kill('SIGKILL'))
    const ended = once(terminal, 'exit')
    await home.until('both', () => home.witness.copies(DESK) === 1 && home.witness.copies('acme/a') === 1)
    terminal.kill('SIGINT')
    assert.deepEqual(await ended, [0, null])
    assert.deepEqual([home.witness.live(), home.processes()], [[], []])
  })

  test('a session that needs what nobody brings fails with the reason; others run', async (t) => {
    const home = await servedHome(t, { FROTA_KINDS: `${SERVED},${join(ROOT, 'test/kinds/unmet/kind.js')}` })
    await home.call('sessions.add', { ref: 'acme/u', kind: 'unmet' })
    await home.call('sessions.start', { refs: ['acme/a', 'acme/u'] })
    await home.reached('ready', 'acme/a')
    const [row] = await home.reached('failed', 'acme/u')
    assert.match(row?.reason ?? '', /needs the host service "dek", which no kind brings \(did you mean "desk"\?\)/)
    assert.match(await home.frota('kinds', 'served'), /Needs host services, by its config[\s\S]*desk {2}Desk/)
    assert.match(await home.frota('kinds', 'unmet'), /Needs the host services dek$/m)
    const { stderr } = await home.run('kinds')
    assert.match(stderr, /kind unmet: it needs the host service "dek"/)
  })
})

const routesOf = async (home: FleetHome) =>
  ((await asks(home, '/routes').catch(() => ({}))) as { routes?: Route[] | null }).routes ?? undefined
