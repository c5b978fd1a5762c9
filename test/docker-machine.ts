// The image under a real Docker: containers of one soak, named after it, and everything of them removed at the end.
import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from './fleet-home.js'

const PATIENCE_MS = 120_000

export interface Said {
  code: number
  stdout: string
  stderr: string
}

export interface Docker {
  /** `docker …`; rejects unless it ends with 0. */
  run(...args: string[]): Promise<string>
  /** The same, whatever it ends with. */
  tryToRun(...args: string[]): Promise<Said>
  /** A container of this soak: its name here is made unique. */
  container(name: string): Container
  volume(name: string): string
  until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<NonNullable<T>>
  removeAll(): Promise<void>
}

export interface Container {
  readonly name: string
  start(options: string[], image: string, ...command: string[]): Promise<void>
  exec(...command: string[]): Promise<string>
  tryToExec(...command: string[]): Promise<Said>
  /** Each line that a command prints; ends with the command. */
  lines(...command: string[]): AsyncIterable<string>
  /** By a Go template of `docker inspect`. */
  look(template: string): Promise<string>
  logs(): Promise<string>
}

/** @param program the docker command; its own environment (DOCKER_HOST) says which engine */
export function openDocker(program: string): Docker {
  const prefix = `frota-soak-${process.pid}`
  const [containers, volumes] = [new Set<string>(), new Set<string>()]
  const env = { ...process.env, DOCKER_BUILDKIT: '1' }
  const docker: Docker = {
    async run(...args) {
      const { code, stdout, stderr } = await docker.tryToRun(...args)
      if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${code}: ${stderr}${stdout}`)
      return stdout.trim()
    },
    tryToRun: (...args) =>
      new Promise((resolve) => {
        execFile(program, args, { cwd: ROOT, env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? 255 : 0, stdout, stderr })
        })
      }),
    container(name) {
      const full = `${prefix}-${name}`
      containers.add(full)
      return containerOf(docker, full, (command) => spawn(program, ['exec', full, ...command], { env }))
    },
    volume(name) {
      volumes.add(`${prefix}-${name}`)
      return `${prefix}-${name}`
    },
    async until(what, look) {
      const giveUpAt = performance.now() + PATIENCE_MS
      for (;;) {
        const found = await look()
        if (found) return found
        if (performance.now() > giveUpAt) throw new Error(`not seen: ${what}\n${await portrait(docker, containers)}`)
        await sleep(200)
      }
    },
    async removeAll() {
      for (const name of containers) await docker.tryToRun('rm', '--force', '--volumes', name)
      for (const name of volumes) await docker.tryToRun('volume', 'rm', '--force', name)
    },
  }
  return docker
}

function containerOf(docker: Docker, name: string, begin: (command: string[]) => ReturnType<typeof spawn>): Container {
  return {
    name,
    start: async (options, image, ...command) => {
      await docker.run('run', '--detach', '--name', name, ...options, image, ...command)
    },
    exec: (...command) => docker.run('exec', name, ...command),
    tryToExec: (...command) => docker.tryToRun('exec', name, ...command),
    async *lines(...command) {
      const child = begin(command)
      try {
        if (child.stdout) yield* createInterface({ input: child.stdout })
      } finally {
        child.kill()
      }
    },
    look: (template) => docker.run('inspect', '--format', template, name),
    async logs() {
      const { stdout, stderr } = await docker.tryToRun('logs', '--tail', '60', name)
      return `${stdout}${stderr}`
    },
  }
}

async function portrait(docker: Docker, containers: ReadonlySet<string>): Promise<string> {
  const parts = [...containers].map(async (name) => {
    const { stdout, stderr } = await docker.tryToRun('logs', '--tail', '25', name)
    const { stdout: list } = await docker.tryToRun('exec', name, 'frota', 'ls')
    return `${name}:\n${stdout}${stderr}${list}`
  })
  return (await Promise.all(parts)).join('\n')
}
