// `npm run soak:whatsapp -- --minutes 10`: WhatsApp sessions on the sim under message traffic, while session, Chromium,
// supervisor and PM2 daemon are killed at random, under plain `frota up`, and nobody helps. Every message must be
// answered once, recorded once, nothing may be alive twice or left over, and what died with supervisor and daemon in one
// moment must be back by itself within 40 s. Prints the figures; ends 1 when one of them is wrong.
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startWhatsappSim } from '../sims/whatsapp-web/server.js'
import { connectToSupervisor } from '../src/api/client.js'
import { canonicalPath, homePaths } from '../src/config/home.js'
import type { LsRow } from '../src/core/states.js'
import { readDaemonPid } from '../src/processes/pm2-daemon.js'
import { findMarked } from '../src/processes/proc.js'
import { runFrota } from './run-frota.js'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, sessions: { type: 'string', default: '4' } },
})
const minutes = Number(values.minutes)
const count = Number(values.sessions)
const MESSAGE_EVERY_MS = 700
const KILL_EVERY_MS = 9_000
const SETTLE_MS = 120_000
const BACK_WITHIN_MS = 40_000

const home = canonicalPath(mkdtempSync(join(tmpdir(), 'frota-soak-')))
const paths = homePaths(home, process.getuid?.() ?? 0)
const frota = runFrota({ FROTA_HOME: home, FROTA_DEFAULT_PLAN: 'enterprise', PORT: '0', BASE_PORT: '23001' })
const sim = await startWhatsappSim({})
const phones = new Map(
  Array.from({ length: count }, (_, i) => [`soak/s${i}`, `55119900002${String(i).padStart(2, '0')}`]),
)
const BOTH = 'supervisor and daemon'
const killed: Record<string, number> = { session: 0, chromium: 0, supervisor: 0, daemon: 0, [BOTH]: 0 }
/** Until all were ready again after both had died in one moment. */
const backAfterMs: number[] = []
const twice = new Set<string>()
const sent = new Set<string>()
const say = (text: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`)

try {
  await setUp()
  await Promise.all([traffic(), kills(), watchForTwins()])
  await settle()
  process.exitCode = (await report()) ? 0 : 1
} finally {
  await frota('down')
  await sim.close()
  const left = findMarked(home)
  if (left.length > 0) {
    say(`LEFT OVER: ${JSON.stringify(left)}`)
    process.exitCode = 1
  }
  rmSync(home, { recursive: true, force: true })
  rmSync(paths.runDir, { recursive: true, force: true })
}

async function setUp() {
  await frota('tenant', 'add', 'soak')
  for (const [ref, phone] of phones) {
    const settings = [`endpoint=${sim.endpoint}`, 'reply=fixed', 'replyText=Olá!', 'typingMaxMs=300']
    await frota('add', ref, '--kind', 'whatsapp', ...settings.flatMap((setting) => ['--set', setting]))
    await frota('start', ref)
    await until(`${ref} to be paired`, async () => {
      const answer = await frota('do', ref, 'pair', '--json').catch(() => '{}')
      const { paired, qr } = JSON.parse(answer) as { paired?: boolean; qr?: { code: string } }
      if (qr) await post('/scan', { code: qr.code, phone }).catch(() => undefined) // the code may have just changed
      return paired === true
    })
  }
  say(`${count} sessions are paired`)
}

/** Each message from a customer of its own, so that each answer belongs to one message. */
async function traffic() {
  const until = performance.now() + minutes * 60_000
  while (performance.now() < until) {
    const [, phone] = pick([...phones])
    const from = `5521${String(900_000_000 + sent.size)}`
    const id = createHash('sha256').update(`${home}${sent.size}`).digest('hex').slice(0, 32).toUpperCase()
    await post('/deliver', { to: phone, from, text: `mensagem ${sent.size}`, id })
    sent.add(from)
    await sleep(MESSAGE_EVERY_MS)
  }
}

async function kills() {
  const end = performance.now() + minutes * 60_000
  while (performance.now() < end) {
    await sleep(KILL_EVERY_MS * (0.5 + Math.random()))
    const what = pick(Object.keys(killed))
    const pids = await victims(what)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    if (pids.length > 0) killed[what] = (killed[what] ?? 0) + 1
    if (what === BOTH && pids.length > 1) backAfterMs.push(await untilAllAreReady())
  }
}

/** Not longer than the settling takes: what is not back then is told by the figures. */
async function untilAllAreReady(): Promise<number> {
  const killedAt = performance.now()
  for (;;) {
    await sleep(500)
    const afterMs = performance.now() - killedAt
    const rows = await liveRows()
    if (afterMs > SETTLE_MS || (rows.length > 0 && rows.every(({ state }) => state === 'ready'))) {
      say(`${BOTH} killed: all ready after ${seconds(afterMs)} s`)
      return afterMs
    }
  }
}

/** None while no supervisor answers: the states in the database are from before. */
async function liveRows(): Promise<LsRow[]> {
  const client = await connectToSupervisor(paths.controlSocket).catch(() => undefined)
  try {
    return (await client?.call('sessions.list', {})) ?? []
  } catch {
    return [] // it went away between two words; the next look decides
  } finally {
    await client?.close()
  }
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10
}

async function victims(what: string): Promise<number[]> {
  const marked = findMarked(home)
  const roots = marked.filter(({ pid }) => commandOf(pid).includes('session.js'))
  switch (what) {
    case 'session':
      return roots.length > 0 ? [pick(roots).pid] : []
    case 'chromium': {
      const browsers = marked.filter(({ pid }) => /chromium/.test(commandOf(pid)) && !/--type=/.test(commandOf(pid)))
      return browsers.length > 0 ? [pick(browsers).pid] : []
    }
    case 'supervisor':
      return [await supervisorPid()].filter((pid) => pid !== null)
    case 'daemon':
      return [readDaemonPid(paths.pm2Home)].filter((pid) => pid !== null)
    default:
      return [readDaemonPid(paths.pm2Home), await supervisorPid()].filter((pid) => pid !== null)
  }
}

async function supervisorPid(): Promise<number | null> {
  const status = await frota('status', '--json').catch(() => '{}')
  return (JSON.parse(status) as { supervisor?: { pid: number } | null }).supervisor?.pid ?? null
}

/** Two processes of one session, of different runs, at one moment: what must never be. */
async function watchForTwins() {
  const end = performance.now() + minutes * 60_000
  while (performance.now() < end) {
    const runs = new Map<string, Set<string>>()
    for (const { pid, session, run } of findMarked(home)) {
      if (!commandOf(pid).includes('session.js')) continue
      runs.set(session, (runs.get(session) ?? new Set()).add(run))
    }
    for (const [session, set] of runs) if (set.size > 1) twice.add(`${session}: ${[...set].join(' and ')}`)
    await sleep(100)
  }
}

async function settle() {
  say('the kills are over; waiting until all is answered and recorded')
  const giveUpAt = performance.now() + SETTLE_MS
  while (performance.now() < giveUpAt) {
    const rows = await liveRows()
    const { unanswered, recorded } = await counts()
    if (
      rows.length === count &&
      rows.every((row) => row.state === 'ready') &&
      unanswered.length === 0 &&
      recorded.in === sent.size
    )
      break
    await sleep(1_000)
  }
  await sleep(10_000) // whatever is doubled would show now
}

async function counts() {
  const messages = (await (await fetch(`${sim.controlUrl}/messages`)).json()) as { direction: string; to: string }[]
  const answers = new Map<string, number>()
  for (const { direction, to } of messages) if (direction === 'out') answers.set(to, (answers.get(to) ?? 0) + 1)
  const unanswered = [...sent].filter((from) => !answers.has(from))
  const doubled = [...answers].filter(([, times]) => times > 1)
  const db = new DatabaseSync(paths.db, { readOnly: true, timeout: 5000 })
  const one = (sql: string) => Number(db.prepare(sql).get()?.n)
  const recorded = {
    in: one(`select count(*) as n from events where type = 'message.in'`),
    distinctIn: one(`select count(distinct json_extract(data, '$.id')) as n from events where type = 'message.in'`),
    out: one(`select count(*) as n from events where type = 'message.out'`),
  }
  db.close()
  return { unanswered, doubled, recorded }
}

async function report(): Promise<boolean> {
  const { unanswered, doubled, recorded } = await counts()
  const figures = {
    minutes,
    sessions: count,
    killed,
    sent: sent.size,
    unanswered,
    doubled,
    recorded,
    twice: [...twice],
    backAfterS: backAfterMs.map(seconds),
  }
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
  return (
    unanswered.length === 0 &&
    doubled.length === 0 &&
    twice.size === 0 &&
    backAfterMs.every((ms) => ms <= BACK_WITHIN_MS) &&
    recorded.in === sent.size &&
    recorded.distinctIn === sent.size &&
    recorded.out === sent.size
  )
}

async function post(verb: string, body: object) {
  const answer = await fetch(`${sim.controlUrl}${verb}`, { method: 'POST', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${verb}: ${await answer.text()}`)
}

async function until(what: string, holds: () => Promise<boolean>) {
  const giveUpAt = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${what}`)
    await sleep(200)
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ESRCH')) return ''
    throw thrown
  }
}

function pick<T>(all: T[]): T {
  const one = all[Math.floor(Math.random() * all.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}
