// A core dump would hold every key that a process has opened: none of ours may leave one, whoever starts the fleet.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { execute, type FleetHome, fleetHome, NODE, ROOT } from '../fleet-home.js'

/** The caller's own shell allows core dumps, as far as this host lets it. */
const allowing = (...args: string[]) =>
  ['-c', 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"', 'sh', NODE, join(ROOT, 'bin/frota'), ...args] as const

async function limitsOf(home: FleetHome) {
  await home.call('tenants.add', { slug: 'acme' })
  await home.add('acme/a')
  await home.call('sessions.start', { refs: ['acme/a'] })
  const [session] = await home.reached('ready', 'acme/a')
  const { supervisor, pm2 } = await home.status()
  return Object.entries({ supervisor: supervisor?.pid, pm2: pm2?.pid, session: session?.pid }).map(([who, pid]) => {
    const limit = readFileSync(`/proc/${pid}/limits`, 'utf8').match(/^Max core file size +(\S+) +(\S+)/m)
    const filter = readFileSync(`/proc/${pid}/coredump_filter`, 'utf8')
    return [who, limit?.[1], limit?.[2], Number.parseInt(filter, 16)]
  })
}

const NONE = ['supervisor', 'pm2', 'session'].map((who) => [who, '0', '0', 0])

test('neither supervisor, PM2 nor session leaves a core dump under `frota up`, whatever the caller’s limits', async (t) => {
  const home = await fleetHome(t)
  const { code, stderr } = await execute('/bin/sh', [...allowing('up')], home.env)
  assert.equal(code, 0, stderr)
  assert.deepEqual(await limitsOf(home), NONE)
})

test('nor under `frota serve` in the foreground, which keeps its pid', async (t) => {
  const home = await fleetHome(t)
  const child = spawn('/bin/sh', allowing('serve'), { env: home.env, stdio: 'ignore' })
  home.atEnd(() => child.kill('SIGKILL'))
  await home.until('the supervisor', () => home.rows())
  assert.deepEqual(await limitsOf(home), NONE)
  assert.equal((await home.status()).supervisor?.pid, child.pid)
})
