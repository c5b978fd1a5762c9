// A Supabase project of a test's own: @supabase/lite on PGlite (a real Postgres), with our migrations, over HTTP on
// 127.0.0.1. stop() and start() are an outage: connections are refused, the data and the address stay.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { Secret } from '../src/core/secret.js'
import { listMigrations } from '../src/store/migrations.js'

export interface SupabaseServer {
  url: string
  secretKey: string
  publishableKey: string
  /** Straight to the database, past the API. */
  query<Row>(sql: string, parameters?: unknown[]): Promise<Row[]>
  execute(sql: string): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * A hosted project for the contract suite, when the operator of the test gives one. Its migrations are applied; views of
 * the suite's own are made by its database's address.
 */
export function hostedSupabase(): { url: string; key: string; dbUrl: Secret } | undefined {
  const { FROTA_TEST_SUPABASE_URL: url, FROTA_TEST_SUPABASE_KEY: key, FROTA_TEST_SUPABASE_DB_URL: dbUrl } = process.env
  return url && key && dbUrl ? { url, key, dbUrl: new Secret(dbUrl) } : undefined
}

export async function startSupabase({ migrated } = { migrated: true }): Promise<SupabaseServer> {
  process.env.LITE_TELEMETRY = '0'
  const [{ App }, { createPgliteConnection }] = await Promise.all([
    import('@supabase/lite'),
    import('@supabase/lite/pglite'),
  ])
  const hear = hushDatabaseErrors()
  const loadDataDir = await freshCluster()
  const connection = await createPgliteConnection({ pgliteOptions: { loadDataDir } })
  const keys = { secret_key: `sb_secret_${'s'.repeat(30)}`, publishable_key: `sb_publishable_${'p'.repeat(30)}` }
  const app = new App({
    connection,
    auth: { enabled: true, jwt_secret: 'only-for-tests-only-for-tests-only', ...keys },
  })
  const execute = async (sql: string) => {
    await connection.driver.exec(sql)
    await connection.introspect({ useCache: false }) // what `notify pgrst, 'reload schema'` does to a real project
  }
  await settle(app, execute, keys.secret_key)
  if (migrated) for (const { sql } of listMigrations()) await execute(sql)

  const handler = (request: IncomingMessage, response: ServerResponse) => {
    answer((web) => app.fetch(web), request, response).catch((error: unknown) => response.destroy(error as Error))
  }
  let server = await listen(handler, 0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    secretKey: keys.secret_key,
    publishableKey: keys.publishable_key,
    query: async <Row>(sql: string, parameters: unknown[] = []) =>
      (await connection.driver.query<Row>(sql, parameters)).rows,
    execute,
    stop: () => shut(server),
    start: async () => {
      server = await listen(handler, port)
    },
    close: async () => {
      await shut(server)
      await connection.close()
      hear()
    },
  }
}

const BUILD_DIR = fileURLToPath(new URL('../.build/', import.meta.url))

/**
 * What `initdb` makes, of which each start is a copy: to make it anew takes 3 s of CPU, to unpack it less than one. Kept
 * for the packages of this very lock file.
 */
async function freshCluster(): Promise<Blob> {
  const packages = createHash('sha256')
    .update(readFileSync(join(BUILD_DIR, '../package-lock.json')))
    .digest('hex')
  const name = `postgres-${packages.slice(0, 16)}.tar`
  const kept = join(BUILD_DIR, name)
  if (!existsSync(kept)) {
    const { createPgliteConnection } = await import('@supabase/lite/pglite')
    const connection = await createPgliteConnection({})
    const made = Buffer.from(await (await connection.driver.dumpDataDir('none')).arrayBuffer())
    await connection.close()
    mkdirSync(BUILD_DIR, { recursive: true })
    for (const old of readdirSync(BUILD_DIR)) {
      if (/^postgres-\w+\.tar$/.test(old) && old !== name) rmSync(join(BUILD_DIR, old), { force: true })
    }
    writeFileSync(`${kept}.${process.pid}`, made)
    renameSync(`${kept}.${process.pid}`, kept)
  }
  return new Blob([readFileSync(kept)])
}

/** The server prints every statement that Postgres refused, also where the refusal is what a test wants. */
function hushDatabaseErrors(): () => void {
  const print = console.error
  console.error = (...args: unknown[]) => {
    const [error] = args
    if (!(error instanceof Error && 'severity' in error)) print(...args)
  }
  return () => {
    console.error = print
  }
}

/**
 * A project as it is handed out: the three roles exist, and everything new in `public` is open to all of them. The
 * server sees to it at its first request to a database with row level security; what our migrations take back
 * afterwards stays taken back.
 */
async function settle(
  app: { fetch(request: Request): Response | Promise<Response> },
  execute: (sql: string) => Promise<void>,
  apikey: string,
): Promise<void> {
  await execute('create table public.settle (); alter table public.settle enable row level security')
  await app.fetch(new Request('http://127.0.0.1/rest/v1/settle', { headers: { apikey } }))
  await execute(`drop table public.settle;
    alter default privileges in schema public grant all on functions to anon, authenticated, service_role;
    alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
    alter default privileges in schema public grant all on sequences to anon, authenticated, service_role`)
}

async function answer(
  fetch: (request: Request) => Response | Promise<Response>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, String(value))
  }
  const body = await text(request)
  const answered = await fetch(
    new Request(`http://127.0.0.1${request.url}`, {
      method: request.method ?? 'GET',
      headers,
      ...(body === '' ? {} : { body }),
    }),
  )
  response.writeHead(answered.status, Object.fromEntries(answered.headers))
  response.end(Buffer.from(await answered.arrayBuffer()))
}

async function listen(handler: (request: IncomingMessage, response: ServerResponse) => void, port: number) {
  const server = createServer(handler).listen(port, '127.0.0.1')
  // As the proxies before real projects: on a busy machine 5 s end just when the next request is on its way.
  server.keepAliveTimeout = 120_000
  await once(server, 'listening')
  return server
}

async function shut(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
