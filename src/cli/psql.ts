// SQL straight into a project's database, by the `psql` of the host. The password goes by a file that only this user
// can read: neither argv nor the environment is private.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UserError } from '../core/errors.js'
import type { Secret } from '../core/secret.js'

const CONNECT_WITHIN_S = 15

export async function runSql(dbUrl: Secret, sql: string, env: Record<string, string>): Promise<void> {
  const { args, password, settings } = readDbUrl(dbUrl.reveal())
  const dir = mkdtempSync(join(tmpdir(), 'frota-psql-'))
  try {
    const file = join(dir, 'pgpass')
    writeFileSync(file, `*:*:*:*:${password.replace(/[\\:]/g, '\\$&')}\n`, { mode: 0o600 })
    const connect = { ...settings, PGPASSFILE: file, PGCONNECT_TIMEOUT: String(CONNECT_WITHIN_S) }
    await psql(args, sql, { ...env, ...connect })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Exported for its test. */
export function readDbUrl(text: string) {
  const url = new URL(text)
  const part = (value: string) => decodeURIComponent(value)
  const database = part(url.pathname.slice(1)) || 'postgres'
  const args = ['-h', url.hostname, '-p', url.port || '5432', '-U', part(url.username) || 'postgres', '-d', database]
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return {
    args,
    password: part(url.password),
    settings: { PGSSLMODE: url.searchParams.get('sslmode') ?? (isLocal ? 'prefer' : 'require') },
  }
}

function psql(args: string[], sql: string, env: Record<string, string>): Promise<void> {
  const child = spawn('psql', ['-X', '-q', '-w', '-v', 'ON_ERROR_STOP=1', ...args, '-f', '-'], {
    env,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-4_000)
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') return reject(error)
      const hint = 'install postgresql-client, or paste what "frota db sql" prints into the project’s SQL editor'
      reject(new UserError('NO_PSQL', 'SUPABASE_DB_URL is set, but this host has no psql to use it with.', hint))
    })
    child.stdin.on('error', () => undefined) // it ended early: its exit says why
    child.on('close', (code) => {
      if (code === 0) return resolve()
      const lines = said.trim().split('\n')
      const why = (lines.find((line) => /error|fatal/i.test(line)) ?? lines.at(-1) ?? '').replace(/^psql:\S*\s+/, '')
      reject(
        new UserError(
          'NOT_MIGRATED',
          `The database did not take it: ${why || `psql ended with ${code}`}.`,
          'nothing was changed',
        ),
      )
    })
    child.stdin.end(sql)
  })
}
