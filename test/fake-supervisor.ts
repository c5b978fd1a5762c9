// The supervisor as one session sees it: a small HTTP server on a Unix socket that answers what the test tells it to.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { RunId, SessionId } from '../src/core/ids.js'
import type { JsonObject } from '../src/core/json.js'
import type { Beat, BeatAnswer, Welcome, WireEvent } from '../src/core/protocol.js'
import { type LastExit, readLastExit } from '../src/journal/last-exit.js'
import { freePort } from './free-port.js'

export interface Place {
  dir: string
  welcome: Welcome
  /** Where the session is to be found. */
  address: string
  /** Session processes started with `run`; all are dead when the test is over. */
  run(program: string, env?: Record<string, string>, stdio?: 'ipc' | 'plain'): SessionProcess
  supervisor(answers?: Partial<Answers>): Promise<FakeSupervisor>
  logLines(): Record<string, unknown>[]
  lastExit(): LastExit | undefined
}

export interface SessionProcess {
  child: ChildProcess
  stderr(): string
  exited: Promise<number | null>
}

export interface Answers {
  hello: () => { status: number; body: unknown }
  journal: () => { status: number; body: unknown }
  secrets: () => { status: number; body: unknown }
  beat: (beat: Beat) => { status: number; body: unknown }
  events: (events: WireEvent[]) => { status: number; body: unknown }
}

export interface FakeSupervisor {
  answers: Answers
  hellos: { wire: number; ticket: string; pid: number }[]
  /** Told by sessions that never had one. */
  journals: string[]
  beats: Beat[]
  events: WireEvent[]
  authorizations: Set<string>
  /** Resolves with the first beat, past or coming, that is so. */
  beatWhere(isSo: (beat: Beat) => boolean): Promise<Beat>
  close(): Promise<void>
}

interface TestLike {
  after(work: () => unknown): void
}

export async function makePlace(t: TestLike, change: Partial<Welcome> = {}): Promise<Place> {
  const dir = mkdtempSync(join(tmpdir(), 'frota-session-'))
  const children: ChildProcess[] = []
  const supervisors: FakeSupervisor[] = []
  t.after(async () => {
    for (const child of children) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    for (const supervisor of supervisors) await supervisor.close()
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  })
  const welcome = { ...(await welcomeIn(dir)), ...change }
  const socket = join(dir, 'sessions.sock')
  return {
    dir,
    welcome,
    address: addressIn(dir),
    run(program, env = {}, stdio = 'ipc') {
      const process = spawnSession(program, { ...sessionEnv(dir, socket), ...env }, stdio)
      children.push(process.child)
      return process
    },
    async supervisor(answers = {}) {
      const supervisor = await listen(socket, {
        hello: () => ({ status: 200, body: welcome }),
        journal: () => ({ status: 200, body: {} }),
        secrets: () => ({ status: 404, body: {} }),
        beat: () => ({ status: 200, body: beatAnswer() }),
        events: (events) => ({ status: 200, body: { acked: events.at(-1)?.seq ?? 0 } }),
        ...answers,
      })
      supervisors.push(supervisor)
      return supervisor
    },
    logLines: () => (existsSync(welcome.dirs.logFile) ? jsonLines(readFileSync(welcome.dirs.logFile, 'utf8')) : []),
    lastExit: () => readLastExit(welcome.dirs.data, welcome.run),
  }
}

export const beatAnswer = (change: Partial<BeatAnswer> = {}): BeatAnswer => ({
  lease: { epoch: 7, confirmedForMs: 30_000 },
  newer: null,
  newSecrets: false,
  maxRecordsBytes: null,
  ...change,
})

export const newer = (version: number, config: JsonObject, limitsVersion: string) => ({
  config: { value: config, version },
  limits: { value: { most: 20 }, version: limitsVersion },
  services: { market: '/run/other.sock' },
})

const jsonLines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

export async function until(isSo: () => boolean, what: string, withinMs = 20_000): Promise<void> {
  for (const end = Date.now() + withinMs; !isSo(); await delay(10)) {
    if (Date.now() > end) throw new Error(`waited in vain for: ${what}`)
  }
}

async function welcomeIn(dir: string): Promise<Welcome> {
  return {
    token: 'the-token',
    session: { id: 's-1' as SessionId, tenant: 'acme', name: 'vendas' },
    run: 'run-1' as RunId,
    kind: 'test',
    runModule: '',
    config: {},
    configVersion: 1,
    secrets: {},
    secretsVersion: '',
    limits: { value: {}, version: '' },
    maxRecordsBytes: 5 * 1024 * 1024,
    lease: { epoch: 7, confirmedForMs: 30_000 },
    services: { market: '/run/market.sock' },
    journal: null,
    ports: [await freePort(), await freePort()],
    commands: [],
    commandToken: 'command-token',
    hooks: {},
    hookToken: 'hook-token',
    stopWithinMs: 4_000,
    dirs: {
      data: join(dir, 'tokens', 'acme', 'vendas'),
      logFile: join(dir, 'logs', 'acme.vendas.jsonl'),
      browser: null,
      browserLibs: null,
    },
    browserSandbox: true,
  }
}

const addressIn = (dir: string) => join(dir, 'run-1.sock')

const sessionEnv = (dir: string, socket: string) => ({
  PATH: '/usr/bin:/bin',
  HOME: dir,
  FROTA_HOME: dir,
  FROTA_RUN: 'run-1',
  FROTA_SESSION: 'acme/vendas',
  FROTA_SOCKET: socket,
  FROTA_ADDRESS: addressIn(dir),
  FROTA_TICKET: 'the-ticket',
})

function spawnSession(program: string, env: Record<string, string>, stdio: 'ipc' | 'plain'): SessionProcess {
  const pipes = ['ignore', 'ignore', 'pipe'] as const
  const child = spawn(process.execPath, [program], { env, stdio: stdio === 'ipc' ? [...pipes, 'ipc'] : [...pipes] })
  let text = ''
  child.stderr?.on('data', (chunk) => {
    text += String(chunk)
  })
  // Not the child's `close`: it never comes after a `disconnect` from here.
  const read = child.stderr ? once(child.stderr, 'close') : undefined
  const exited = once(child, 'exit').then(async ([code]) => {
    await read
    return code as number | null
  })
  return { child, stderr: () => text, exited }
}

async function listen(socket: string, answers: Answers): Promise<FakeSupervisor> {
  const waiting: { isSo: (beat: Beat) => boolean; resolve: (beat: Beat) => void }[] = []
  const fake: FakeSupervisor = {
    answers,
    hellos: [],
    journals: [],
    beats: [],
    events: [],
    authorizations: new Set(),
    beatWhere(isSo) {
      const past = fake.beats.find(isSo)
      return past ? Promise.resolve(past) : new Promise((resolve) => waiting.push({ isSo, resolve }))
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const server = createServer((request, response) => {
    readBody(request).then((body) => {
      const { status, body: answer } = take(request, body)
      const text = JSON.stringify(answer)
      // As the supervisor does, and as sessions rely on.
      const length = { 'content-length': Buffer.byteLength(text) }
      response.writeHead(status, { 'content-type': 'application/json', ...length }).end(text)
    }, console.error)
  })
  function take(request: IncomingMessage, body: unknown) {
    if (request.url === '/hello') {
      fake.hellos.push(body as { wire: number; ticket: string; pid: number })
      return fake.answers.hello()
    }
    fake.authorizations.add(String(request.headers.authorization))
    if (request.url === '/journal') {
      fake.journals.push((body as { id: string }).id)
      return fake.answers.journal()
    }
    if (request.url === '/secrets') return fake.answers.secrets()
    if (request.url === '/beat') return takeBeat(body as Beat)
    const { events } = body as { events: WireEvent[] }
    const answer = fake.answers.events(events)
    if (answer.status === 200) fake.events.push(...events)
    return answer
  }
  function takeBeat(beat: Beat) {
    fake.beats.push(beat)
    for (const { isSo, resolve } of waiting) if (isSo(beat)) resolve(beat)
    return fake.answers.beat(beat)
  }
  rmSync(socket, { force: true })
  server.listen(socket)
  await once(server, 'listening')
  return fake
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString())
}
