// A home of the benchmark's own, driven by the real `frota` command.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import type { LsRow } from '../src/core/states.js'

const run = promisify(execFile)
export const CHECKOUT = path.resolve(import.meta.dirname, '..')

export interface BenchHome {
  dir: string
  frota(...args: string[]): Promise<string>
  json<T>(...args: string[]): Promise<T>
  ls(): Promise<LsRow[]>
  env: Record<string, string>
  close(): Promise<void>
}

export async function openBenchHome(basePort: number): Promise<BenchHome> {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'frota-bench-')))
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? dir,
    FROTA_HOME: dir,
    FROTA_KINDS: path.join(CHECKOUT, 'bench/kinds/idle/kind.js'),
    PORT: '0',
    BASE_PORT: String(basePort),
  }
  const frota = async (...args: string[]) => {
    const main = [path.join(CHECKOUT, 'bin/frota'), ...args, '--no-input']
    return (await run(process.execPath, main, { env, maxBuffer: 64 << 20 })).stdout
  }
  const json = async <T>(...args: string[]) => JSON.parse(await frota(...args, '--json')) as T
  return {
    dir,
    env,
    frota,
    json,
    ls: () => json<LsRow[]>('ls'),
    async close() {
      await frota('down')
      rmSync(dir, { recursive: true, force: true })
      const name = createHash('sha256').update(dir).digest('hex').slice(0, 12)
      rmSync(`/tmp/frota-${process.getuid?.() ?? 0}-${name}`, { recursive: true, force: true })
    },
  }
}
