// npm run soak:container [-- --image NAME] [--docker PROGRAM] [--build "more options of docker build"]     by hand
// The image under a real Docker: every way to end and to come back that a container knows, with WhatsApp sessions on the
// sim and their logins. Root on the engine's own machine: it kills processes inside. Prints what was seen; exits 1 when a
// promise was broken.
import { parseArgs } from 'node:util'
import type { LsRow } from '../src/core/states.js'
import { findMarked } from '../src/processes/proc.js'
import { containerFleet, SESSIONS, SIM, SIM_PORT } from './container-fleet.js'
import { type Container, openDocker } from './docker-machine.js'

const { values } = parseArgs({
  options: {
    image: { type: 'string' },
    docker: { type: 'string', default: 'docker' },
    build: { type: 'string', default: '' },
  },
})
const MOST_IMAGE_MB = 550
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
const { pair, ask, answered, pids, rowOf, allReady, afterKilling, status, chromiumOf } = containerFleet(
  docker,
  sim,
  fleet,
)

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
    await sim.start(HARDENED, image, ...SIM)
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
      const settings = [`endpoint=https://127.0.0.1:${SIM_PORT}`, 'reply=fixed', 'replyText=Olá!', 'replyGapSeconds=0']
      const set = settings.flatMap((setting) => ['--set', setting])
      await fleet.exec('frota', 'add', ref, '--kind', 'whatsapp', ...set)
      await fleet.exec('frota', 'start', ref)
      await pair(ref, phone)
    }
    await allReady()
    await ask()
    await answered()
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
  'kill -9 of a session': async () => {
    return within(BACK_WITHIN_MS.session, await afterKilling([(await rowOf('acme/vendas')).pid], true))
  },
  'kill -9 of its Chromium': async () => {
    return within(BACK_WITHIN_MS.session, await afterKilling([await chromiumOf('acme/suporte')], true))
  },
  'kill -9 of the PM2 daemon: the container ends and is started again': async () => {
    return within(BACK_WITHIN_MS.daemon, await afterKilling([(await status()).pm2?.pid]))
  },
  "kill -9 of the supervisor, PID 1's child": async () => {
    return within(BACK_WITHIN_MS.daemon, await afterKilling([(await status()).supervisor?.pid]))
  },
  'kill -9 of supervisor and PM2 in the same moment': async () => {
    const { supervisor, pm2 } = await status()
    return within(BACK_WITHIN_MS.both, await afterKilling([supervisor?.pid, pm2?.pid]))
  },
  'kill -9 of PID 1': async () => within(BACK_WITHIN_MS.both, await afterKilling([1])),
  'docker stop drains all sessions within its grace, and docker start finds the same logins': async () => {
    const at = performance.now()
    await docker.run('stop', '--time', '60', fleet.name)
    const ms = Math.round(performance.now() - at)
    same(await fleet.look('{{.State.ExitCode}}'), '0', 'exit code')
    same(findMarked('/data').length, 0, 'processes left')
    await docker.run('start', fleet.name)
    await allReady()
    await ask()
    await answered()
    return { ms, logs: (await fleet.logs()).split('\n').filter((line) => /leaves|did not stop/.test(line)) }
  },
  "so it does in Docker's own 10 seconds, which Easypanel gives": async () => {
    const at = performance.now()
    await docker.run('stop', fleet.name)
    const ms = Math.round(performance.now() - at)
    same(await fleet.look('{{.State.ExitCode}}'), '0', 'exit code')
    await docker.run('start', fleet.name)
    await allReady()
    await ask()
    await answered()
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
    await ask()
    await answered()
    return { told, health: JSON.parse(stdout), doctor: findings.match(/^.*supervisor.*$/m)?.[0] }
  },
  'it takes over when the first is stopped, and the first waits when it comes back': async () => {
    await docker.run('stop', '--time', '60', fleet.name)
    const at = performance.now()
    await allReady(second)
    const ms = Math.round(performance.now() - at)
    await ask()
    await answered()
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
    await ask()
    await answered()
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

function within(mostMs: number, { ms }: { ms: number }) {
  if (ms > mostMs) throw new Error(`back after ${ms} ms instead of ${mostMs}`)
  return { ms }
}

function same(found: unknown, wanted: unknown, what: string) {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return
  throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`)
}

/** Two runs of one session alive at once: what must never be, in whichever container. */
function watchForTwins() {
  const timer = setInterval(() => {
    const runs = new Map<string, Set<string>>()
    for (const { session, run } of findMarked('/data')) runs.set(session, (runs.get(session) ?? new Set()).add(run))
    for (const [session, its] of runs) if (its.size > 1) problems.push(`${session} alive twice: ${[...its].join(', ')}`)
  }, 250)
  return { stop: () => clearInterval(timer) }
}

await main()
