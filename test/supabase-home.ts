// Real homes on one Supabase project of the test's own. Each reaches it through a gate of its own, so that the store can
// be away for one of them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { openOutbox } from '../src/journal/journal.js'
import { type FleetHome, fleetHome } from './fleet-home.js'
import type { SupabaseServer } from './supabase-server.js'

export interface Gate {
  url: string
  /** An outage: connections are refused (`refuses`), or taken and never answered (`hangs`). */
  shut(how: 'refuses' | 'hangs'): Promise<void>
  open(): Promise<void>
}

export interface SupabaseHome extends FleetHome {
  gate: Gate
  id(): string
}

export async function supabaseHome(t: TestContext, server: SupabaseServer, key?: string): Promise<SupabaseHome> {
  const home = await fleetHome(t)
  const gate = await openGate(new URL(server.url).port)
  home.atEnd(() => gate.shut('refuses'))
  const settings = { SUPABASE_URL: gate.url, SUPABASE_SECRET_KEY: server.secretKey }
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(home.paths.envFile, lines.join(''), { mode: 0o600 })
  if (key !== undefined) {
    mkdirSync(home.paths.data, { mode: 0o700 })
    mkdirSync(dirname(home.paths.keyFile), { mode: 0o700 })
    writeFileSync(home.paths.keyFile, key, { mode: 0o600 })
  }
  return Object.assign(home, { gate, id: () => readFileSync(home.paths.homeId, 'utf8').trim() })
}

async function openGate(target: string): Promise<Gate> {
  const sockets = new Set<Socket>()
  let hanging = false
  const take = (socket: Socket) => {
    keep(socket)
    if (hanging) return
    const through = connect(Number(target), '127.0.0.1')
    keep(through)
    socket.pipe(through).pipe(socket)
    socket.on('close', () => through.destroy())
    through.on('close', () => socket.destroy())
  }
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined) // either end may go at any time: that is what the gate is for
    socket.on('close', () => sockets.delete(socket))
  }
  let gate = createServer(take).listen(0, '127.0.0.1')
  await once(gate, 'listening')
  const { port } = gate.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async shut(how) {
      hanging = how === 'hangs'
      for (const socket of sockets) socket.destroy()
      if (hanging || !gate.listening) return
      gate.close()
      await once(gate, 'close')
    },
    async open() {
      hanging = false
      for (const socket of sockets) socket.destroy()
      if (gate.listening) return
      gate = createServer(take).listen(port, '127.0.0.1')
      await once(gate, 'listening')
    },
  }
}

export async function eventsIn(server: SupabaseServer, type: string, ref: string): Promise<Record<string, unknown>[]> {
  const rows = await server.query<{ data: Record<string, unknown> }>(
    `select e.data from frota_events e join frota_sessions s on s.id = e.session_id join frota_tenants t on t.id = e.tenant_id
     where e.type = $1 and t.slug || '/' || s.name = $2 order by e.seq`,
    [type, ref],
  )
  return rows.map(({ data }) => data)
}

/** Every number that the probe counted is in the project, once and in order. */
export async function nothingLostOrDoubled(server: SupabaseServer, home: FleetHome, ref: string): Promise<void> {
  const n = Number((await home.command(ref, 'hush')).n)
  await home.until(`${n} events of ${ref}`, async () => (await eventsIn(server, 'count', ref)).length >= n)
  const counted = (await eventsIn(server, 'count', ref)).map((data) => data.n)
  assert.deepEqual(
    counted,
    Array.from({ length: n }, (_, i) => i + 1),
    `${ref}: an event was lost, doubled or out of order`,
  )
}

/** The numbers counted that the store has not acknowledged. */
export function leftIn(home: FleetHome, ref: string): number[] {
  const outbox = openOutbox(join(home.paths.tokens, ref, 'journal.db'))
  try {
    const events = outbox?.pending(10_000).events ?? []
    return events.filter(({ type }) => type === 'count').map(({ data }) => Number(data.n))
  } finally {
    outbox?.close()
  }
}

/** Everything that Postgres holds of ours, as text. */
export async function dump(server: SupabaseServer): Promise<string> {
  const tables = await server.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  )
  const rows = await Promise.all(tables.map(({ name }) => server.query(`select * from public."${name}"`)))
  return JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value))
}

export function editSession(server: SupabaseServer, ref: string, assignment: string): Promise<unknown> {
  const [tenant, name] = ref.split('/')
  return server.query(
    `update frota_sessions set ${assignment} where name = $1 and tenant_id = (select id from frota_tenants where slug = $2)`,
    [name, tenant],
  )
}

export function editLease(server: SupabaseServer, ref: string, assignment: string): Promise<unknown> {
  const [tenant, name] = ref.split('/')
  return server.query(
    `update frota_leases set ${assignment} where session_id in (select s.id from frota_sessions s join frota_tenants t on t.id = s.tenant_id
     where s.name = $1 and t.slug = $2)`,
    [name, tenant],
  )
}

/** Its login and journal lie with the home it came from: the other must not begin without them by itself. */
export async function beganAnew(home: FleetHome, ref: string): Promise<void> {
  const [lost] = await home.reached('failed', ref)
  assert.match(lost?.reason ?? '', /its journal is gone.*frota recover/)
  await home.frota('recover', ref, '--yes')
  await home.reached('ready', ref)
}

/** As when the machine loses its power. */
export function killHost(home: SupabaseHome) {
  for (const { pid } of home.processes()) home.kill(pid)
  assert.ok(existsSync(home.paths.homeId))
}
