// The demo's user: types `frota` commands into a home of their own and reads what they print.
import { execFile, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { UserError } from '../../core/errors.js'
import type { Cli } from '../cli.js'

export interface User {
  /** Shows the command and what it prints. */
  types(...args: string[]): Promise<void>
  quietly(...args: string[]): Promise<void>
  reads<T>(...args: string[]): Promise<T>
  /** Follows `frota pair --json`; each new code is handed to `scan`. Resolves when paired. */
  pair(ref: string, scan: (code: string) => Promise<unknown>): Promise<void>
}

const run = promisify(execFile)

export function asUser(cli: Cli, home: string): User {
  const program = path.join(cli.doors.checkout, 'bin/frota')
  const env = demoEnv(cli, home)
  const call = (args: string[]) =>
    run(process.execPath, [program, ...args, '--no-input'], { env, maxBuffer: 16 << 20 }).catch((thrown) => {
      const said = String(thrown.stderr ?? thrown).match(/^frota: (.*)$/m)?.[1] ?? String(thrown.stderr ?? thrown)
      throw new UserError('DEMO_FAILED', `frota ${args.map(quoted).join(' ')}: ${said}`, 'frota demo --down')
    })
  return {
    async types(...args) {
      cli.note(`$ frota ${args.map(quoted).join(' ')}`)
      const { stdout, stderr } = await call(args)
      for (const line of `${stdout}${stderr}`.trim().split('\n')) cli.note(`  ${line}`)
    },
    async quietly(...args) {
      await call(args)
    },
    async reads<T>(...args: string[]) {
      return JSON.parse((await call(args)).stdout) as T
    },
    async pair(ref, scan) {
      const child = spawn(process.execPath, [program, 'pair', ref, '--json', '--no-input'], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
      let scanned = false
      for await (const line of createInterface({ input: child.stdout })) {
        const said = JSON.parse(line) as { type: string; code?: string }
        if (said.type !== 'qr' || said.code === undefined || scanned) continue
        scanned = true
        await scan(said.code)
      }
      const code = await ended
      if (code !== 0) throw new UserError('DEMO_FAILED', `frota pair ${ref} ended with ${code}.`, 'frota demo --down')
    },
  }
}

/** The user's own settings do not reach the demo, but for what this machine needs of a browser. Its ports are away from theirs. */
export function demoEnv(cli: Cli, home: string): Record<string, string> {
  const { PATH = '', HOME = '', LANG = 'C.UTF-8', FROTA_CHROMIUM, FROTA_CHROMIUM_SANDBOX } = cli.doors.config().passedOn
  return {
    ...{ PATH, HOME, LANG, FROTA_HOME: home, FROTA_STORE: 'sqlite', PORT: '0', BASE_PORT: '3901' },
    ...(FROTA_CHROMIUM !== undefined && { FROTA_CHROMIUM }),
    ...(FROTA_CHROMIUM_SANDBOX !== undefined && { FROTA_CHROMIUM_SANDBOX }),
  }
}

const quoted = (word: string) => (/[\s!¿¡]/.test(word) ? `"${word}"` : word)
