// npm run soak:systemd [-- --base DIR]      by hand, as root; DIR keeps the Debian for the next time
// The unit of `frota startup --install` under a real systemd, in a container of its own: every way to end and to come
// back that systemd knows. Prints what was seen; exits 1 when a promise was broken.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { LsRow } from '../src/core/states.js'
import type { StatusView } from '../src/fleet/host.js'
import { bootMachine, COMMAND, type Machine } from './systemd-machine.js'
import { openWitness } from './witness.js'

const { values } = parseArgs({
  options: { base: { type: 'string', default: join(tmpdir(), 'frota-debian-bookworm') } },
})
const HOME = '/srv/frota'
/** Running, running, and one that is to stay stopped whatever happens. */
const RUNNING = ['acme/a', 'acme/b']
const STOPPED = 'acme/c'

const seen: Record<string, unknown> = {}
const problems: string[] = []

async function main() {
  const machine = await bootMachine(values.base)
  const witness = await openWitness(join(machine.root, 'witness.sock'))
  chmodSync(join(machine.root, 'witness.sock'), 0o666)
  try {
    await install(machine)
    await fillIn(machine)
    for (const [promise, keep] of Object.entries(PROMISES)) await look(machine, promise, keep)
    await machine.run('systemctl stop frota')
    seen.events = countsIn(join(machine.root, HOME, 'data/frota.db'))
    problems.push(...witness.violations)
  } finally {
    await witness.close()
    await machine.end()
  }
  console.log(JSON.stringify({ seen, problems }, null, 2))
  if (problems.length > 0) process.exitCode = 1
}

async function look(machine: Machine, promise: string, keep: Keep) {
  const at = performance.now()
  try {
    seen[promise] = await keep(machine)
  } catch (thrown) {
    problems.push(`${promise}: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    await machine.tryToRun('systemctl reset-failed frota; systemctl start frota')
  }
  process.stderr.write(`${problems.length === 0 ? 'ok' : '..'} ${promise}: ${Math.round(performance.now() - at)} ms\n`)
}

type Keep = (machine: Machine) => Promise<unknown>

const PROMISES: Record<string, Keep> = {
  'systemd reads the unit as it is meant': async (machine) => {
    await machine.run('systemd-analyze verify /etc/systemd/system/frota.service')
    const names = 'Restart,KillMode,OOMPolicy,TimeoutStopUSec,LimitCORE,LimitNOFILE,User,NRestarts'
    return (await machine.run(`systemctl show frota -p ${names}`)).split('\n')
  },
  'kill -9 of the supervisor alone leaves the sessions as they are': async (machine) => {
    const before = await allReady(machine)
    const { supervisor } = await status(machine)
    await machine.run(`kill -9 ${supervisor?.pid}`)
    await anotherSupervisor(machine, supervisor?.pid)
    const after = await allReady(machine)
    same(pids(after), pids(before), 'pids of the sessions')
    return { pids: pids(after), restartsBySystemd: await restarts(machine) }
  },
  'so does systemctl kill of the supervisor alone': async (machine) => {
    const before = await allReady(machine)
    const { supervisor } = await status(machine)
    await machine.run('systemctl kill -s KILL --kill-who=main frota')
    await anotherSupervisor(machine, supervisor?.pid)
    same(pids(await allReady(machine)), pids(before), 'pids of the sessions')
  },
  'kill -9 of a session brings it back': async (machine) => {
    const [first] = await allReady(machine)
    await machine.run(`kill -9 ${first?.pid}`)
    await machine.until('another copy', async () => (await rows(machine)).some((row) => row.restarts > 0 && row.pid))
    await allReady(machine)
  },
  'kill -9 of PM2: the supervisor leaves with 70 and systemd starts the next one': async (machine) => {
    const before = await status(machine)
    await machine.run(`kill -9 ${before.pm2?.pid}`)
    await anotherSupervisor(machine, before.supervisor?.pid)
    await allReady(machine)
  },
  'kill -9 of supervisor and PM2 in the same moment': async (machine) => {
    const before = await status(machine)
    await machine.run(`kill -9 ${before.supervisor?.pid} ${before.pm2?.pid}`)
    await anotherSupervisor(machine, before.supervisor?.pid)
    await allReady(machine)
  },
  'the kernel takes a session for its memory: the unit goes on, all others as they are': async (machine) => {
    const [first, second] = await allReady(machine)
    await machine.run(`choom -p ${first?.pid} | grep -q 500`)
    const outcome = await oomKill(machine, Number(first?.pid))
    await machine.until('another copy', async () => (await rows(machine))[0]?.pid !== first?.pid)
    same((await allReady(machine))[1]?.pid, second?.pid, 'pid of the other session')
    same(await machine.run('systemctl is-active frota'), 'active', 'the unit')
    return outcome
  },
  'systemctl restart drains and brings back what was wanted': async (machine) => {
    const before = await allReady(machine)
    await machine.run('systemctl restart frota')
    const after = await allReady(machine)
    if (pids(after).some((pid) => pids(before).includes(pid))) throw new Error('a session was not restarted')
  },
  'systemctl stop drains: nothing is left': async (machine) => {
    await machine.run('systemctl stop frota')
    await nothingLeft(machine)
    return { result: await machine.run('systemctl show frota -p Result,ExecMainStatus,ActiveState') }
  },
  'systemctl start brings back what was wanted': startAgain,
  'frota down stays down, and is not taken for a crash': async (machine) => {
    const said = await frota(machine, 'down')
    await sleep(5_000)
    await nothingLeft(machine)
    same(await unitState(machine), 'inactive', 'the unit')
    await startAgain(machine)
    return said
  },
  'systemctl stop of a supervisor that hangs: what it leaves is ended all the same': async (machine) => {
    const { supervisor } = await status(machine)
    await machine.run(`kill -STOP ${supervisor?.pid}`)
    await machine.run('systemctl stop frota')
    await nothingLeft(machine)
    await startAgain(machine)
  },
  'systemctl stop while the supervisor boots': async (machine) => {
    await machine.run('systemctl restart frota; sleep 0.3; systemctl stop frota')
    await nothingLeft(machine)
    await startAgain(machine)
  },
  'systemctl stop in the second after a crash leaves the sessions to whoever comes next': async (machine) => {
    const before = await allReady(machine)
    const { supervisor } = await status(machine)
    await machine.run(`kill -9 ${supervisor?.pid}; sleep 0.2; systemctl stop frota`)
    const state = await unitState(machine)
    const left = await processes(machine)
    const ended = await frota(machine, 'down')
    await nothingLeft(machine)
    await startAgain(machine)
    return { state, leftOf: before.length, left, 'then frota down': ended }
  },
  'a reboot brings back what was wanted, and nothing else': async (machine) => {
    await machine.reboot()
    await allReady(machine)
    return { restartsBySystemd: await restarts(machine) }
  },
}

async function startAgain(machine: Machine) {
  await machine.run('systemctl start frota')
  await allReady(machine)
}

async function install(machine: Machine) {
  mkdirSync(join(machine.root, HOME))
  await machine.run(`useradd --home-dir ${HOME} frota && chown frota ${HOME} && chmod 700 ${HOME}`)
  const env = [
    'PORT=0',
    'BASE_PORT=4000',
    'FROTA_DEFAULT_PLAN=enterprise',
    'FROTA_KINDS=/opt/frota/test/kinds/probe/kind.js',
  ]
  writeFileSync(join(machine.root, HOME, '.env'), `${env.join('\n')}\n`)
  await machine.run(`chown frota ${HOME}/.env && chmod 600 ${HOME}/.env`)
  seen.installed = await machine.run(`FROTA_HOME=${HOME} ${COMMAND} startup --install`)
}

async function fillIn(machine: Machine) {
  await machine.until('the supervisor', async () => (await machine.tryToRun(asFrota('ls'))).code === 0)
  await frota(machine, 'tenant add acme')
  for (const ref of [...RUNNING, STOPPED]) await frota(machine, `add ${ref} --kind probe --set witness=/witness.sock`)
  await frota(machine, `start ${RUNNING.join(' ')} --wait`)
}

const asFrota = (command: string) =>
  `setpriv --reuid frota --regid frota --init-groups env HOME=${HOME} FROTA_HOME=${HOME} ${COMMAND} ${command} --no-input`
const frota = (machine: Machine, command: string) => machine.run(asFrota(command))
const json = async <T>(machine: Machine, command: string) => JSON.parse(await frota(machine, `${command} --json`)) as T

async function rows(machine: Machine): Promise<LsRow[]> {
  const { code, said } = await machine.tryToRun(asFrota('ls --json'))
  return code === 0 ? (JSON.parse(said.replace(/^The fleet is down.*$/m, '')) as LsRow[]) : []
}

/** What is wanted runs, and nothing else. */
const allReady = (machine: Machine) =>
  machine.until('all ready', async () => {
    const { code, said } = await machine.tryToRun(asFrota('status --json'))
    if (code !== 0 || !(JSON.parse(said) as StatusView).supervisor) return undefined
    const all = await rows(machine)
    const isRight = (row: LsRow) => row.state === (row.session === STOPPED ? 'stopped' : 'ready')
    return all.length === 3 && all.every(isRight) ? all.slice(0, 2) : undefined
  })

const status = (machine: Machine) => json<StatusView>(machine, 'status')
const pids = (all: LsRow[]) => all.map(({ pid }) => pid)
const restarts = (machine: Machine) => machine.run('systemctl show frota -p NRestarts --value')
const unitState = (machine: Machine) => machine.run('systemctl show frota -p ActiveState --value')

const anotherSupervisor = (machine: Machine, before: number | undefined) =>
  machine.until('another supervisor', async () => {
    const { code, said } = await machine.tryToRun(asFrota('status --json'))
    const pid = code === 0 ? (JSON.parse(said) as StatusView).supervisor?.pid : undefined
    return pid !== undefined && pid !== before
  })

const processes = async (machine: Machine) =>
  (await machine.tryToRun('ps -u frota -o args=')).said
    .trim()
    .split('\n')
    .filter((line) => line !== '')

async function nothingLeft(machine: Machine) {
  same(await processes(machine), [], 'processes of the fleet')
}

/** A memory cgroup of its own, too small for the next page it asks for. */
async function oomKill(machine: Machine, pid: number) {
  const memory = '/sys/fs/cgroup/memory'
  if (!existsSync(memory)) {
    await machine.run(`kill -9 ${pid}`)
    return 'no memory cgroups of version 1 here: killed by hand instead'
  }
  const cgroup = join(memory, `frota-oom-${process.pid}`)
  mkdirSync(cgroup)
  try {
    const outside = machine.pidOutside(pid)
    writeFileSync(join(cgroup, 'memory.limit_in_bytes'), '1M')
    writeFileSync(join(cgroup, 'cgroup.procs'), String(outside))
    await machine.until('the kernel to kill it', async () => !existsSync(`/proc/${outside}`))
    return readFileSync(join(cgroup, 'memory.oom_control'), 'utf8').match(/oom_kill \d+/)?.[0]
  } finally {
    rmdirSync(cgroup)
  }
}

function same(found: unknown, wanted: unknown, what: string) {
  if (JSON.stringify(found) === JSON.stringify(wanted)) return
  throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`)
}

/** Every number that the probe counted is in the store, once and in order. */
function countsIn(file: string) {
  const db = new DatabaseSync(file)
  try {
    return RUNNING.map((ref) => {
      const [, name = ''] = ref.split('/')
      const found = db
        .prepare(
          `select e.data from events e join sessions s on s.id = e.session_id where s.name = ? and e.type = 'count' order by e.seq`,
        )
        .all(name)
        .map(({ data }) => JSON.parse(String(data)).n as number)
      if (found.some((n, i) => n !== i + 1)) problems.push(`${ref}: an event was lost, doubled or out of order`)
      return { ref, counted: found.length }
    })
  } finally {
    db.close()
  }
}

await main()
