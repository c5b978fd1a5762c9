// npm run soak:container [-- --image NAME] [--docker PROGRAM] [--build "more options of docker build"]     by hand
// The image under a real Docker: every way to end and to come back that a container knows, with WhatsApp sessions on the
// sim and their logins. Root on the engine's own machine: it kills processes inside. Prints what was seen; exits 1 when a
// promise was broken.
import { parseArgs } from 'node:util'
import type { LsRow } from '../src/core/states.js'
import type { StatusView } from '../src/fleet/host.js'
import { findMarked, isAlive } from '../src/processes/proc.js'
import { type Container, openDocker } from './docker-machine.js'

const { values } = parseArgs({
  options: {
    image: { type: 'string' },
    docker: { type: 'string', default: 'docker' },
    build: { type: 'string', default: '' },
  },
})
const MOST_IMAGE_MB = 550
const SESSIONS = [
  { ref: 'acme/vendas', phone: '5511990000001' },
  { ref: 'acme/suporte', phone: '5511990000002' },
]
const CUSTOMER = '5511988887777'
const HARDENED = [
  ...['--network', 'none', '--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL'],
  ...['--security-opt', 'no-new-privileges', '--security-opt', 'seccomp=docker/seccomp.json'],
]
/** As in the fault table, plus what Docker and a busy machine take to begin a container. */
const BACK_WITHIN_MS = { session: 10_000, daemon: 30_000, both: 40_000 }

const docker = openDocker(values.docker)
const image = values.image ?? 'frota:soak'
const seen: Record<string, unknown> = {}
const problems: string[] = []
const [sim, fleet, second] = ['sim', 'fleet', 'second'].map((name) => docker.container(name)) as [
  Container,
  Container,
  Container,
]
const volume = docker.volume('home')
let delivered = 0

async function main() {
  try {
    if (values.image === undefined) await look('the image is built', build)
    for (const [promise, keep] of Object.entries(PROMISES)) await look(promise, keep)
  } finally {
    await docker.removeAll()
  }
  console.log(JSON.stringify({ seen, problems }, null, 2))
  if (problems.length > 0) process.exitCode = 1
}

async function look(promise: string, keep: () => Promise<unknown>) {
  const at = performance.now()
  const watching = watchForTwins()
  try {
    seen[promise] = (await keep()) ?? 'ok'
  } catch (thrown) {
    problems.push(`${promise}: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
  watching.stop()
  const word = problems.some((problem) => problem.startsWith(promise)) ? '..' : 'ok'
  process.stderr.write(`${word} ${promise}: ${Math.round(performance.now() - at)} ms\n`)
}

async function build() {
  const at = performance.now()
  await docker.run('build', '--tag', image, ...values.build.split(' ').filter(Boolean), '.')
  return { seconds: Math.round((performance.now() - at) / 1000) }
}

const PROMISES: Record<string, () => Promise<unknown>> = {
  'the image is small enough, runs as an ordinary user and shows the gateway only': async () => {
    const mb = Math.round(Number(await docker.run('image', 'inspect', '--format', '{{.Size}}', image)) / 1e6)
    if (mb > MOST_IMAGE_MB) throw new Error(`it has ${mb} MB`)
    const template = '{{.Config.User}} {{.Config.StopSignal}} {{json .Config.ExposedPorts}} {{json .Config.Volumes}}'
    const said = await docker.run('image', 'inspect', '--format', template, image)
    same(said, 'frota SIGTERM {"3000/tcp":{}} {"/data":{}}', 'user, signal, ports, volumes')
    return { mb }
  },
  'an empty volume comes up by itself: read-only root, no capabilities, no new privileges': async () => {
    await sim.start(HARDENED, image, 'frota', 'sim', 'whatsapp', '--port', '8443', '--control-port', '8444')
    await fleet.start(fleetOptions(), image)
    const startedAt = performance.now()
    await docker.until('health', async () => (await fleet.tryToExec('frota', 'health')).code === 0)
    return { msToHealthy: Math.round(performance.now() - startedAt) }
  },
  'doctor finds nothing to repair, and Chromium in its own sandbox': async () => {
    const { stdout } = await fleet.tryToExec('frota', 'doctor', '--json')
    const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { check: string; level: string }[] }
    const sandbox = findings.find(({ check }) => check === 'sandbox')
    if (!ok || sandbox?.level !== 'ok') throw new Error(stdout)
    return findings.filter(({ level }) => level !== 'ok')
  },
  'two sessions are paired by their codes': async () => {
    await fleet.exec('frota', 'tenant', 'add', 'acme', '--plan', 'pro')
    for (const { ref, phone } of SESSIONS) {
      const settings = ['endpoint=https://127.0.0.1:8443', 'reply=fixed', 'replyText=Olá!', 'replyGapSeconds=0']
      const set = settings.flatMap((setting) => ['--set', setting])
      await fleet.exec('frota', 'add', ref, '--kind', 'whatsapp', ...set)
      await fleet.exec('frota', 'start', ref)
      await pair(ref, phone)
    }
    await allReady()
    await answersOnce()
    return (await docker.run('top', fleet.name)).split('\n').length - 1
  },
  'the demo runs inside, and its own sandbox holds': async () => {
    const told = await docker.tryToRun('exec', fleet.name, 'frota', 'demo', '--json')
    const downAgain = await docker.tryToRun('exec', fleet.name, 'frota', 'demo', '--down')
    if (told.code !== 0 || downAgain.code !== 0) throw new Error(`${told.stderr}${downAgain.stderr}`)
    return (JSON.parse(told.stdout) as { sessions: LsRow[] }).sessions.map(
      ({ session, state }) => `${session} ${state}`,
    )
  },
  'kill -9 of a session': () =>
    afterKilling(BACK_WITHIN_MS.session, async () => [(await rowOf('acme/vendas')).pid], { keepsContainer: true }),
  'kill -9 of its Chromium': () =>
    afterKilling(BACK_WITHIN_MS.session, async () => [await chromiumOf('acme/suporte')], { keepsContainer: true }),
  'kill -9 of the PM2 daemon: the container ends and is started again': () =>
    afterKilling(BACK_WITHIN_MS.daemon, async () => [(await status()).pm2?.pid]),
  "kill -9 of the supervisor, PID 1's child": () =>
    afterKilling(BACK_WITHIN_MS.daemon, async () => [(await status()).supervisor?.pid]),
  'kill -9 of supervisor and PM2 in the same moment': () =>
    afterKilling(BACK_WITHIN_MS.both, async () => {
      const { supervisor, pm2 } = await status()
      return [supervisor?.pid, pm2?.pid]
    }),
  'kill -9 of PID 1': () => afterKilling(BACK_WITHIN_MS.both, async () => [1]),
  'docker stop drains all sessions within its grace, and docker start finds the same logins': async () => {
    const at = performance.now()
    await docker.run('stop', '--time', '60', fleet.name)
    const ms = Math.round(performance.now() - at)
    same(await fleet.look('{{.State.ExitCode}}'), '0', 'exit code')
    same(findMarked('/data').length, 0, 'processes left')
    await docker.run('start', fleet.name)
    await allReady()
    await answersOnce()
    return { ms, logs: (await fleet.logs()).split('\n').filter((line) => /leaves|did not stop/.test(line)) }
  },
  "so it does in Docker's own 10 seconds, which Easypanel gives": async () => {
    const at = performance.now()
    await docker.run('stop', fleet.name)
    const ms = Math.round(performance.now() - at)
    same(await fleet.look('{{.State.ExitCode}}'), '0', 'exit code')
    await docker.run('start', fleet.name)
    await allReady()
    await answersOnce()
    return { ms }
  },
  'a second container on the volume waits, is well, and starts nothing': async () => {
    const before = await pids()
    await second.start(fleetOptions(), image)
    const told = await docker.until('its word', async () => (await second.logs()).match(/^frota: waits for .*$/m)?.[0])
    const { stdout, code } = await second.tryToExec('frota', 'health', '--json')
    same(code, 0, 'health')
    if (!/Waits for the home/.test(stdout)) throw new Error(stdout)
    const { stdout: findings } = await second.tryToExec('frota', 'doctor')
    same(await pids(), before, 'pids of the sessions')
    await answersOnce()
    return { told, health: JSON.parse(stdout), doctor: findings.match(/^.*supervisor.*$/m)?.[0] }
  },
  'it takes over when the first is stopped, and the first waits when it comes back': async () => {
    await docker.run('stop', '--time', '60', fleet.name)
    const at = performance.now()
    await allReady(second)
    const ms = Math.round(performance.now() - at)
    await answersOnce()
    await docker.run('start', fleet.name)
    await docker.until('the first to wait', async () =>
      /waits for the home/.test((await fleet.tryToExec('frota', 'health', '--json')).stdout.toLowerCase()),
    )
    return { msToReady: ms }
  },
  'it takes over from one that was killed': async () => {
    const at = performance.now()
    await docker.run('kill', second.name)
    await allReady()
    await answersOnce()
    await docker.run('rm', '--force', second.name)
    return { msToReady: Math.round(performance.now() - at) }
  },
  'a volume of another owner is refused, with what to type; typing it helps, and so does being that owner':
    async () => {
      const foreign = docker.volume('foreign')
      const at = (user: string) => [
        'run',
        '--rm',
        '--user',
        user,
        '--network',
        'none',
        '--volume',
        `${foreign}:/data`,
        image,
      ]
      await docker.run(...at('0'), 'sh', '-c', 'touch /data/there && chown -R 4321:4321 /data')
      const refused = await docker.tryToRun(...at('10001:10001'))
      same(refused.code, 4, 'exit code')
      if (!/belongs to uid 4321.*chown -R 10001:10001 .*--user 4321:4321/s.test(refused.stderr))
        throw new Error(refused.stderr)
      await docker.run(...at('4321:4321'), 'frota', 'tenant', 'add', 'acme')
      await docker.run(...at('0'), 'chown', '-R', '10001:10001', '/data')
      await docker.run(...at('10001:10001'), 'frota', 'tenant', 'show', 'acme')
      return refused.stderr.split('\n')
    },
  "with Docker's own seccomp profile it works without the sandbox, and doctor says so": async () => {
    const plain = docker.container('plain')
    await plain.start(['--network', 'none'], image)
    await docker.until('health', async () => (await plain.tryToExec('frota', 'health')).code === 0)
    const told = await plain.tryToExec('frota', 'demo', '--json')
    if (told.code !== 0) throw new Error(told.stderr)
    const { stdout } = await plain.tryToExec('frota', 'doctor')
    return stdout.match(/^.*without its own sandbox.*$/m)?.[0] ?? 'doctor found a sandbox'
  },
}

const fleetOptions = () => [
  ...HARDENED.map((option) => (option === 'none' ? `container:${sim.name}` : option)),
  ...['--restart', 'unless-stopped', '--volume', `${volume}:/data`],
]

async function pair(ref: string, phone: string) {
  for await (const line of fleet.lines('frota', 'pair', ref, '--json')) {
    const said = JSON.parse(line) as { type: string; code?: string }
    if (said.type === 'paired') return
    if (said.type === 'qr') await toSim('/scan', { code: said.code, phone })
  }
  throw new Error(`${ref} was not paired`)
}

async function toSim(verb: string, body?: object): Promise<unknown> {
  const options = body ? `{method:'POST',body:${JSON.stringify(JSON.stringify(body))}}` : '{}'
  const code = `const r=await fetch('http://127.0.0.1:8444${verb}',${options});process.stdout.write(await r.text());process.exitCode=r.ok?0:1`
  return JSON.parse(await sim.exec('node', '--input-type=module', '--eval', code))
}

/** One more question to each, and exactly as many answers as there were questions ever. */
async function answersOnce() {
  delivered++
  for (const { phone } of SESSIONS)
    await toSim('/deliver', { to: phone, from: CUSTOMER, text: `Pergunta ${delivered}` })
  await untilAnswered()
}

async function untilAnswered() {
  const answers = async () => {
    const messages = (await toSim('/messages')) as { phone: string; direction: string }[]
    return SESSIONS.map(({ phone }) => messages.filter((m) => m.phone === phone && m.direction === 'out').length)
  }
  await docker.until(`${delivered} answers each`, async () => {
    const counts = await answers()
    if (counts.some((count) => count > delivered))
      throw new Error(`answered ${counts.join(' and ')} times, asked ${delivered} times`)
    return counts.every((count) => count === delivered)
  })
}

/** Killed by this machine's own numbers, so that PID 1 can be too. A customer writes while they are gone. */
async function afterKilling(
  withinMs: number,
  which: () => Promise<(number | null | undefined)[]>,
  { keepsContainer = false } = {},
) {
  const startedAt = await fleet.look('{{.State.StartedAt}}')
  const inside = await which()
  const outside = await Promise.all(inside.map((pid) => pidOutside(Number(pid))))
  const before = await pids()
  const at = performance.now()
  for (const pid of outside) process.kill(pid, 'SIGKILL')
  await docker.until('their end', async () => outside.every((pid) => !isAlive(pid)))
  await docker.until(
    'what was killed to be replaced',
    async () =>
      JSON.stringify(await pids().catch(() => before)) !== JSON.stringify(before) ||
      (await fleet.look('{{.State.StartedAt}}')) !== startedAt,
  )
  await allReady()
  const ms = Math.round(performance.now() - at)
  const isSame = (await fleet.look('{{.State.StartedAt}}')) === startedAt
  if (isSame !== keepsContainer)
    throw new Error(keepsContainer ? 'the container was started again' : 'the container went on')
  await answersOnce()
  if (ms > withinMs) throw new Error(`back after ${ms} ms instead of ${withinMs}`)
  return { ms }
}

/** What this machine calls a process of the fleet's container. */
async function pidOutside(pid: number): Promise<number> {
  const init = await fleet.look('{{.State.Pid}}')
  if (pid === 1) return Number(init)
  const list = (await docker.run('top', fleet.name, '-o', 'pid')).split('\n').slice(1).map(Number)
  const { readFileSync } = await import('node:fs')
  const found = list.find(
    (one) => readFileSync(`/proc/${one}/status`, 'utf8').match(/^NSpid:.*\s(\d+)$/m)?.[1] === String(pid),
  )
  if (found === undefined) throw new Error(`the container has no process ${pid}`)
  return found
}

async function chromiumOf(ref: string): Promise<number> {
  const { pid } = await rowOf(ref)
  const code = `const fs=require('fs');for(const p of fs.readdirSync('/proc').filter(Number)){try{const e=fs.readFileSync('/proc/'+p+'/environ','utf8'),c=fs.readFileSync('/proc/'+p+'/cmdline','utf8');if(p!=='${pid}'&&e.includes('FROTA_SESSION=${ref}')&&c.includes('--user-data-dir')&&!c.includes('--type=')){console.log(p);break}}catch{}}`
  return Number(await fleet.exec('node', '--eval', code))
}

const rows = async (container = fleet) => JSON.parse(await container.exec('frota', 'ls', '--json')) as LsRow[]
const status = async () => JSON.parse(await fleet.exec('frota', 'status', '--json')) as StatusView
const pids = async () => (await rows()).map(({ session, pid }) => `${session} ${pid}`)

async function rowOf(ref: string): Promise<LsRow> {
  const row = (await rows()).find(({ session }) => session === ref)
  if (!row) throw new Error(`${ref} is missing`)
  return row
}

/** By a supervisor that answers: without one, states are those of the last heartbeats. */
const allReady = (container = fleet) =>
  docker.until('all ready', async () => {
    if ((await container.tryToExec('frota', 'health', '--json')).stdout.includes('"reason":null') === false)
      return false
    const { code, stdout } = await container.tryToExec('frota', 'ls', '--json')
    return code === 0 && (JSON.parse(stdout) as LsRow[]).every(({ state }) => state === 'ready')
  })

/** Two runs of one session alive at once: what must never be, in whichever container. */
function watchForTwins() {
  const timer = setInterval(() => {
    const runs = new Map<string, Set<string>>()
    for (const { session, run } of findMarked('/data')) runs.set(session, (runs.get(session) ?? new Set()).add(run))
    for (const [session, its] of runs) if (its.size > 1) problems.push(`${session} alive twice: ${[...its].join(', ')}`)
  }, 250)
  return { stop: () => clearInterval(timer) }
}

function same(found: unknown, wanted: unknown, what: string) {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return
  throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`)
}

await main()
