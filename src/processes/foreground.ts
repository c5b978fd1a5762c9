// `frota run`: one session as a child of the operator's terminal, without PM2.
import { type ChildProcess, spawn } from 'node:child_process'
import type { RunId } from '../core/ids.js'
import type { ProcessDriver, Running } from './driver.js'
import { killMarked } from './proc.js'

/** @param show takes what the session says to its terminal, as it comes */
export function openForegroundDriver(show: (text: string) => void): ProcessDriver {
  const children = new Map<RunId, { name: string; child: ChildProcess }>()
  const hints: (() => void)[] = []
  return {
    async start(unit) {
      const env = { ...unit.env, FROTA_RUN: unit.run, FROTA_FOREGROUND: '1' }
      const child = spawn(unit.command, unit.args, {
        env,
        cwd: unit.cwd,
        stdio: ['ignore', 'pipe', 'pipe'],
        // A group of its own: Ctrl-C is for the supervisor, which then asks it to stop. Told by the terminal as well, it
        // would end before anybody asked, which is what a crash looks like.
        detached: true,
      })
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', show)
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve)
        child.once('error', reject)
      })
      children.set(unit.run, { name: unit.name, child })
      child.once('exit', () => {
        for (const hint of hints) hint()
      })
      return { pid: child.pid ?? 0 }
    },
    async signalStop(run) {
      children.get(run)?.child.kill('SIGTERM')
    },
    kill: (run) => killMarked([run]),
    async forget(run) {
      await killMarked([run])
      children.delete(run)
    },
    async list() {
      return [...children].map(([run, { name, child }]): Running => {
        const ended = child.exitCode !== null || child.signalCode !== null
        return { run, name, pid: ended ? null : (child.pid ?? null), exitCode: child.exitCode }
      })
    },
    onHint: (listener) => hints.push(listener),
    onLost: () => undefined,
    info: async () => null,
    close: async () => undefined,
  }
}
