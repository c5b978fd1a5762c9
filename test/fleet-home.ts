// A real home for tests with real processes: own FROTA_HOME, own PM2, own ports, the test kinds, a witness.
// Whatever happens in the test, everything is ended and removed; a process that is left over fails it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { connectToSupervisor } from '../src/api/client.js'
import type { FleetClient } from '../src/api/verbs.js'
import { canonicalPath, type HomePaths, homePaths } from '../src/config/home.js'
import { messageOf } from '../src/core/errors.js'
import type { RunId } from '../src/core/ids.js'
import type { JsonObject } from '../src/core/json.js'
import type { LsRow, StateName } from '../src/core/states.js'
import type { StatusView } from '../src/fleet/host.js'
import { killDaemon } from '../src/processes/pm2-daemon.js'
import { findMarked, isAlive, killMarked } from '../src/processes/proc.js'
import { processesOf, readText } from './processes-of.js'
import { openWitness, type Witness } from './witness.js'

export const ROOT = fileURLToPath(new URL('../', import.meta.url))
export const NODE = process.execPath
/** Only ever waited for; nothing is asserted of how long it took. */
const PATIENCE_MS = 90_000

export interface Ran {
  code: number
  stdout: string
  stderr: string
}

export interface FleetHome {
  readonly dir: string
  readonly paths: HomePaths
  readonly witness: Witness
  readonly env: Record<string, string>
  /** The real command; rejects unless it answers 0. */
  frota(...args: string[]): Promise<string>
  /** The real command, whatever it answers. */
  run(...args: string[]): Promise<Ran>
  /** The same with this on its standard input. */
  runWith(input: string, ...args: string[]): Promise<Ran>
  json<T>(...args: string[]): Promise<T>
  /** Adds a session of the probe. */
  add(ref: string, settings?: Record<string, string | number>, kind?: string): Promise<void>
  /** What `ls --json` says; undefined while no supervisor answers. */
  rows(): Promise<LsRow[] | undefined>
  row(ref: string): Promise<LsRow | undefined>
  /** Waits until all these are in the state, and answers their rows. */
  reached(state: StateName, ...refs: string[]): Promise<LsRow[]>
  until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>>
  /** What `status --json` says: over the control socket while a supervisor answers there. */
  status(): Promise<StatusView>
  /** One verb over the control socket: what the CLI calls, without its start-up. */
  call: FleetClient['call']
  /** A command of the session's kind. */
  command(ref: string, command: string, input?: JsonObject): Promise<JsonObject>
  events(type: string, ref?: string): StoredRow[]
  /** Every number that the probe counted is in the store, once and in order. */
  nothingLostOrDoubled(...refs: string[]): Promise<number>
  kill(pid: number | null | undefined, signal?: NodeJS.Signals): void
  /** Processes with this home in their environment: sessions with all their descendants, the supervisor, PM2. */
  processes(): { pid: number; command: string }[]
  logText(name: string): string
  /** After `frota down`, before the home is removed. */
  atEnd(work: () => unknown): void
}

export interface StoredRow {
  session: string
  type: string
  data: Record<string, unknown>
}

let homes = 0
const openHomes = new Set<Home>()

export async function fleetHome(t: TestContext, more: Record<string, string> = {}): Promise<FleetHome> {
  const { home, end } = await openFleetHome(more)
  t.after(async () => assert.deepEqual(await end(), []))
  return home
}

/** `end` answers what was wrong: processes left over, sessions alive twice. */
export async function openFleetHome(
  more: Record<string, string> = {},
): Promise<{ home: FleetHome; end(): Promise<string[]> }> {
  const dir = canonicalPath(mkdtempSync(join(tmpdir(), 'frota-faults-')))
  const paths = homePaths(dir, process.getuid?.() ?? 0)
  const witness = await openWitness(join(dir, 'witness.sock'))
  const env = {
    PATH: `${join(ROOT, 'bin')}:${process.env.PATH ?? ''}`, // frota itself is on the path
    HOME: process.env.HOME ?? dir,
    FROTA_HOME: dir,
    FROTA_DEFAULT_PLAN: 'enterprise',
    FROTA_KINDS: ['probe', 'never-ready', 'deaf'].map((kind) => join(ROOT, 'test/kinds', kind, 'kind.js')).join(),
    PORT: '0',
    // Overlapping ranges would only mean that a session takes its second choice.
    BASE_PORT: String(20_000 + ((process.pid * 7) % 100) * 100 + (homes++ % 10) * 10),
    ...more,
  }
  const home = homeOf(dir, paths, witness, env)
  if (homes === 1) endOnSignals()
  openHomes.add(home)
  home.atEnd(() => openHomes.delete(home))
  return { home, end: () => cleanUp(home) }
}

/** A test run that is cut short (Ctrl-C, a time limit) leaves nothing either. All at once: the runner exits soon. */
function endOnSignals(): void {
  const end = () => {
    for (const home of openHomes) endNow(home)
    process.exit(1)
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.prependOnceListener(signal, end)
}

function endNow(home: Home): void {
  for (let left = home.processes(); left.length > 0; left = home.processes()) {
    for (const { pid } of left) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
  for (const close of home.closers) close()
  for (const dir of [home.paths.runDir, home.dir]) rmSync(dir, { recursive: true, force: true })
}

type Home = FleetHome & { closers: (() => unknown)[] }

function homeOf(dir: string, paths: HomePaths, witness: Witness, env: Record<string, string>): Home {
  const closers: (() => unknown)[] = []
  const home: Home = {
    closers,
    dir,
    paths,
    witness,
    env,
    run: (...args) => execute(NODE, [join(ROOT, 'bin/frota'), ...args], env),
    runWith: (input, ...args) => execute(NODE, [join(ROOT, 'bin/frota'), ...args], env, ROOT, input),
    async frota(...args) {
      const ran = await home.run(...args)
      assert.equal(ran.code, 0, `frota ${args.join(' ')}: ${ran.stderr}${ran.stdout}`)
      return ran.stdout
    },
    json: async (...args) => JSON.parse(await home.frota(...args, '--json')),
    async add(ref, settings = {}, kind = 'probe') {
      const config = kind === 'probe' ? { witness: witness.socket, ...settings } : settings
      await home.call('sessions.add', { ref, kind, config })
    },
    rows: () => asked(paths, (client) => client.call('sessions.list', {})),
    row: async (ref) => (await home.rows())?.find((row) => row.session === ref),
    reached: (state, ...refs) =>
      home.until(`${refs.join(', ')} ${state}`, async () => {
        const rows = (await home.rows())?.filter((row) => refs.includes(row.session)) ?? []
        return rows.length === refs.length && rows.every((row) => row.state === state) ? rows : undefined
      }),
    async until(what, look) {
      const giveUpAt = performance.now() + PATIENCE_MS
      for (;;) {
        const found = await look()
        if (found) return found
        if (performance.now() > giveUpAt) assert.fail(`not seen: ${what}\n${await portrait(home)}`)
        await sleep(100)
      }
    },
    call: (verb, ...input) =>
      connectToSupervisor(paths.controlSocket).then((client) => {
        assert.ok(client, `${verb}: no supervisor answers`)
        return client.call(verb, ...input).finally(() => client.close())
      }),
    command: async (ref, command, input = {}) =>
      (await home.call('sessions.command', { ref, command, input })) as JsonObject,
    status: async () => (await asked(paths, (client) => client.call('host.status'))) ?? home.json<StatusView>('status'),
    events: (type, ref) => readEvents(paths.db, type, ref),
    nothingLostOrDoubled: (...refs) => judgeCounts(home, refs),
    kill(pid, signal = 'SIGKILL') {
      assert.ok(pid, 'no pid to kill')
      process.kill(pid, signal)
    },
    processes: () => processesOf(dir, paths.pm2Home),
    logText: (name) => readText(join(paths.logs, name)),
    atEnd: (work) => void closers.push(work),
  }
  return home
}

/** What the supervisor answers; undefined while none does. */
async function asked<T>(paths: HomePaths, question: (client: FleetClient) => Promise<T>): Promise<T | undefined> {
  const client = await connectToSupervisor(paths.controlSocket).catch(() => undefined)
  try {
    return client && (await question(client))
  } catch {
    return undefined // it went away between two words; the next look decides
  } finally {
    await client?.close()
  }
}

/** A tenant and sessions of it, all ready. */
export async function upWith(home: FleetHome, sessions: Record<string, Record<string, string | number>>) {
  await home.frota('up')
  await home.call('tenants.add', { slug: 'acme' })
  const refs = Object.keys(sessions)
  for (const ref of refs) await home.add(ref, sessions[ref])
  await home.call('sessions.start', { refs })
  return home.reached('ready', ...refs)
}

export function execute(
  command: string,
  args: string[],
  env: Record<string, string>,
  cwd = ROOT,
  input = '',
): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { env, cwd, maxBuffer: 64 * 1024 * 1024, timeout: PATIENCE_MS }
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error ? 255 : 0
      resolve({ code, stdout, stderr })
    })
    // A program may end without having read what it was given; how it ended says whether that was right.
    child.stdin?.on('error', (error) => assert.equal((error as NodeJS.ErrnoException).code, 'EPIPE'))
    child.stdin?.end(input)
  })
}

async function judgeCounts(home: FleetHome, refs: string[]): Promise<number> {
  let total = 0
  for (const ref of refs) {
    const n = Number((await home.command(ref, 'hush')).n)
    await home.until(`${n} events of ${ref}`, () => home.events('count', ref).length >= n)
    const counted = home.events('count', ref).map(({ data }) => data.n)
    assert.deepEqual(
      counted,
      Array.from({ length: n }, (_, i) => i + 1),
      `${ref}: an event was lost, doubled or out of order`,
    )
    total += n
  }
  return total
}

function readEvents(file: string, type: string, ref?: string): StoredRow[] {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 })
  try {
    const rows = db
      .prepare(
        `select t.slug || '/' || s.name as session, e.type, e.data from events e
         join sessions s on s.id = e.session_id join tenants t on t.id = e.tenant_id where e.type = ? order by e.seq`,
      )
      .all(type)
    return rows
      .filter((row) => ref === undefined || row.session === ref)
      .map((row) => ({ session: String(row.session), type: String(row.type), data: JSON.parse(String(row.data)) }))
  } finally {
    db.close()
  }
}

async function cleanUp(home: Home): Promise<string[]> {
  const problems: string[] = []
  try {
    const down = await home.run('down')
    if (down.code !== 0) problems.push(`frota down: ${down.stderr}`)
    const giveUpAt = performance.now() + 5_000
    while (home.processes().length > 0 && performance.now() < giveUpAt) await sleep(50)
    for (const { pid, command } of home.processes()) problems.push(`left over: ${pid} ${command}`)
    if (home.witness.live().length > 0) problems.push(`still standing: ${home.witness.live().join(', ')}`)
    problems.push(...home.witness.violations)
    if (problems.length > 0) problems.push(await portrait(home))
  } catch (thrown) {
    problems.push(messageOf(thrown))
  } finally {
    await endAll(home)
  }
  return problems
}

async function endAll(home: Home): Promise<void> {
  await killDaemon(home.paths.pm2Home)
  await killMarked(new Set(findMarked(home.dir).map(({ run }) => run as RunId)))
  for (const { pid } of home.processes()) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  for (const close of home.closers) await close()
  await home.witness.close()
  rmSync(home.paths.runDir, { recursive: true, force: true })
  rmSync(home.dir, { recursive: true, force: true, maxRetries: 5 })
}

/** For whoever must find out why: the last words of everybody. */
async function portrait(home: FleetHome): Promise<string> {
  const rows = (await home.rows()) ?? []
  const logs = ['supervisor.jsonl', 'supervisor.crash.log'].map((name) => tail(home.logText(name)))
  return [...rows.map((row) => JSON.stringify(row)), ...logs].join('\n')
}

const tail = (text: string) => text.split('\n').slice(-25).join('\n')
