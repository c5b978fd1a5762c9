// A Debian of its own, run by its own systemd: a container (systemd-nspawn) with this checkout in it, read-only.
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { NODE, ROOT } from './fleet-home.js'

const PACKAGES = 'systemd,systemd-sysv,dbus,procps'
const PATIENCE_MS = 120_000
/** Where the machine has this checkout. */
const CHECKOUT = '/opt/frota'
export const MACHINES_NODE = '/opt/node'
export const COMMAND = `${MACHINES_NODE} ${CHECKOUT}/bin/frota`

export interface Machine {
  /** Its files, seen from here. */
  readonly root: string
  /** By its shell, as root; rejects unless it ends with 0. */
  run(command: string): Promise<string>
  /** The same, whatever it ends with. */
  tryToRun(command: string): Promise<{ code: number; said: string }>
  until<T>(what: string, look: () => Promise<T>): Promise<NonNullable<T>>
  reboot(): Promise<void>
  /** What this host calls a process of the machine. */
  pidOutside(pid: number): number
  end(): Promise<void>
}

/** @param base a Debian root directory; made when there is none */
export async function bootMachine(base: string): Promise<Machine> {
  throwUnlessPossible()
  makeBase(base)
  const dir = mkdtempSync(join(tmpdir(), 'frota-machine-'))
  const root = join(dir, 'root')
  cpSync(base, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  const cgroups = ['systemd', 'unified', '.'].map((one) => join('/sys/fs/cgroup', one)).filter(hasProcesses)
  const own = cgroups.map((cgroup) => join(cgroup, `frota-machine-${process.pid}`))
  for (const cgroup of own) mkdirSync(cgroup)
  const container = containerOf(() => launch(root, own))
  const machine = machineOf(root, container, async () => {
    await container.end()
    for (const cgroup of own) removeCgroup(cgroup)
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => machine.end().finally(() => process.exit(1)))
  }
  try {
    await machine.until('systemd', () => isRunning(machine))
  } catch (thrown) {
    await machine.end()
    throw thrown
  }
  return machine
}

function throwUnlessPossible(): void {
  if (process.getuid?.() !== 0) throw new Error('Only root may boot a container.')
  const missing = ['debootstrap', 'systemd-nspawn', 'nsenter'].filter(
    (name) => !['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some((dir) => existsSync(join(dir, name))),
  )
  if (missing.length > 0)
    throw new Error(`${missing.join(', ')}: apt-get install debootstrap systemd-container util-linux`)
}

function makeBase(base: string): void {
  if (existsSync(base)) return
  process.stderr.write(`a Debian in ${base} (once; a minute or two)\n`)
  const unfinished = `${base}.new`
  rmSync(unfinished, { recursive: true, force: true })
  execFileSync('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, 'bookworm', unfinished], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  renameSync(unfinished, base)
}

const hasProcesses = (cgroup: string) => existsSync(join(cgroup, 'cgroup.procs'))

function launch(root: string, cgroups: string[]): ChildProcess {
  const join_ = cgroups.map((cgroup) => `echo $$ >${cgroup}/cgroup.procs;`).join(' ')
  // Without a systemd here there is none to register with.
  const unregistered = existsSync('/run/systemd/system') ? [] : ['--register=no', '--keep-unit']
  return spawn(
    '/bin/sh',
    [
      ...['-c', `${join_} exec "$@"`, 'sh', 'systemd-nspawn', '--quiet', ...unregistered, `--directory=${root}`],
      ...[`--machine=frota-${process.pid}`, '--private-network', '--boot', '--console=pipe'],
      ...[`--bind-ro=${ROOT}:${CHECKOUT}`, `--bind-ro=${NODE}:${MACHINES_NODE}`],
    ],
    { stdio: 'ignore', detached: true },
  )
}

interface Container {
  pid(): number | undefined
  /** Ends when the machine in it has shut down, as a reboot without a manager of containers does. */
  again(): Promise<void>
  end(): Promise<void>
}

function containerOf(launchOne: () => ChildProcess): Container {
  let child = launchOne()
  const ended = async (withinMs: number) => {
    const signal = AbortSignal.timeout(withinMs)
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit', { signal })
  }
  return {
    pid: () => child.pid,
    async again() {
      await ended(PATIENCE_MS)
      child = launchOne()
    },
    async end() {
      child.kill('SIGTERM')
      await ended(60_000).catch(() => child.kill('SIGKILL'))
      await ended(10_000)
    },
  }
}

function machineOf(root: string, container: Container, end: () => Promise<void>): Machine {
  const machine: Machine = {
    root,
    async run(command) {
      const { code, said } = await machine.tryToRun(command)
      if (code !== 0) throw new Error(`${command}: ${code}: ${said}`)
      return said.trim()
    },
    tryToRun(command) {
      const init = firstProcessOf(container)
      if (init === undefined) return Promise.resolve({ code: 255, said: 'the machine is down' })
      const args = ['--target', init, '--all', '/bin/sh', '-c', command]
      const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root', LANG: 'C.UTF-8' }
      return new Promise((resolve) => {
        execFile('nsenter', args, { env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
          const code = typeof error?.code === 'number' ? error.code : error ? 255 : 0
          resolve({ code, said: `${stdout}${stderr}` })
        })
      })
    },
    async until(what, look) {
      const giveUpAt = performance.now() + PATIENCE_MS
      for (;;) {
        const found = await look()
        if (found) return found
        if (performance.now() > giveUpAt) {
          const { said } = await machine.tryToRun(
            'systemctl status frota; journalctl -u frota -n 40 --no-pager; ps axf',
          )
          throw new Error(`not seen: ${what}\n${said}`)
        }
        await sleep(200)
      }
    },
    async reboot() {
      await machine.tryToRun('systemctl reboot')
      await container.again()
      await machine.until('another boot', () => isRunning(machine))
    },
    pidOutside: (pid) => pidOutside(pid, firstProcessOf(container) ?? ''),
    end,
  }
  return machine
}

async function isRunning(machine: Machine): Promise<boolean> {
  const { said } = await machine.tryToRun('systemctl is-system-running')
  return /^(running|degraded)$/m.test(said)
}

function pidOutside(pid: number, init: string): number {
  const namespace = namespaceOf(init)
  const found = readdirSync('/proc').find(
    (one) =>
      /^\d+$/.test(one) &&
      namespaceOf(one) === namespace &&
      readFileSync(`/proc/${one}/status`, 'utf8').match(/^NSpid:.*\s(\d+)$/m)?.[1] === String(pid),
  )
  if (found === undefined) throw new Error(`the machine has no process ${pid}`)
  return Number(found)
}

/** Undefined when it is gone, or is one that even root may not ask. */
function namespaceOf(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`)
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EACCES'].includes(String(error.code))) return undefined
    throw error
  }
}

function firstProcessOf(container: Container): string | undefined {
  const pid = container.pid()
  const file = `/proc/${pid}/task/${pid}/children`
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ')[0] || undefined : undefined
}

/** The deepest first; the kernel's own files in it need no removing. */
function removeCgroup(cgroup: string): void {
  const below = execFileSync('find', [cgroup, '-depth', '-type', 'd'], { encoding: 'utf8' }).trim().split('\n')
  for (const dir of below) rmdirSync(dir)
}
