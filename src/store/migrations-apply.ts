// The schema straight into a project's database (SUPABASE_DB_URL), when the operator would rather not paste it.
import { messageOf, UserError } from '../core/errors.js'
import type { Secret } from '../core/secret.js'
import { within } from '../node/waits.js'

const CONNECT_WITHIN_S = 15

/** All of it or nothing, in one transaction. */
export async function applyMigrations(
  dbUrl: Secret,
  missingSql: string,
  connectWithinS = CONNECT_WITHIN_S,
): Promise<void> {
  if (missingSql === '') return
  const { default: postgres } = await import('postgres') // late: one verb needs it
  const address = new URL(dbUrl.reveal())
  const sql = postgres(dbUrl.reveal(), {
    max: 1,
    prepare: false, // Supabase's pooler on 6543 knows no prepared statements
    connect_timeout: connectWithinS,
    ssl: sslFor(address),
    connection: { application_name: 'frota' },
    onnotice: () => undefined,
  })
  try {
    await connected(sql`select 1`, connectWithinS)
    await sql.unsafe(missingSql).simple()
  } catch (thrown) {
    throw notMigrated(thrown, address)
  } finally {
    await sql.end({ timeout: 0 })
  }
}

/** The library itself tries again for ever when the other side hangs up. */
const connected = (first: PromiseLike<unknown>, withinS: number) =>
  within(withinS * 1000, first, () => new Error(`no connection within ${withinS} s`))

/** Only a database on this machine may be spoken to in clear. Exported for its test. */
export function sslFor(address: URL): 'require' | 'prefer' | 'verify-full' | false {
  const mode = address.searchParams.get('sslmode')
  switch (mode) {
    case 'disable':
      return false
    case 'verify-ca':
    case 'verify-full':
      return 'verify-full'
    case 'prefer':
    case 'allow':
      return 'prefer'
    case null:
      return ['localhost', '127.0.0.1', '[::1]'].includes(address.hostname) ? 'prefer' : 'require'
    default:
      return 'require'
  }
}

/** Never with the address: the password is in it. */
function notMigrated(thrown: unknown, { hostname, port, password }: URL): UserError {
  const said = messageOf(thrown).trim() || 'no word'
  const secret = decodeURIComponent(password)
  const why = secret === '' ? said : said.replaceAll(secret, '…').replaceAll(password, '…')
  const isRefused = thrown instanceof Error && thrown.name === 'PostgresError'
  return new UserError(
    'NOT_MIGRATED',
    `The database at ${hostname}:${port || 5432} ${isRefused ? 'did not take it' : 'did not answer'}: ${why.replace(/\.$/, '')}.`,
    isRefused
      ? 'nothing was changed'
      : 'nothing was changed; on a host without IPv6 take the project’s pooler address (Connect → Session pooler)',
  )
}
