// The real `frota` command, for programs beside the tests.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const PROGRAM = path.resolve(import.meta.dirname, '../bin/frota')

/** Answers stdout; rejects when the command does. */
export function runFrota(env: Record<string, string>): (...args: string[]) => Promise<string> {
  const whole = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/', ...env }
  return async (...args) => {
    const { stdout } = await run(process.execPath, [PROGRAM, ...args, '--no-input'], {
      env: whole,
      maxBuffer: 64 << 20,
    })
    return stdout
  }
}
