// The network, as far as the wanted sessions need it: each address that their kinds name is connected to, all at once and
// within a few seconds. Nothing is sent but what opens a connection.
import { existsSync } from 'node:fs'
import { homeId } from '../../config/home-id.js'
import { messageOf } from '../../core/errors.js'
import { formatRef } from '../../core/ids.js'
import type { JsonObject } from '../../core/json.js'
import { type Place, problemOf, targetOf } from '../../fleet/reach.js'
import { checkConfig } from '../../kinds/config.js'
import type { Kinds } from '../../kinds/load.js'
import { type Finding, ok, type Patient, warn } from './finding.js'

const REACH_WITHIN_MS = 4_000
const MOST_NAMES = 3

interface Wanted {
  session: string
  kind: string
  config: JsonObject
}

interface Target extends Place {
  /** Who needs it. */
  sessions: string[]
}

export async function checkNetwork(patient: Patient): Promise<Finding[]> {
  const { targets, problems } = targetsOf(await wantedSessions(patient), await patient.admin.openKinds())
  const found = await Promise.all(targets.map((target) => judge(target, REACH_WITHIN_MS)))
  const all = [...problems, ...found]
  return all.length > 0 ? all : [ok('network', 'no wanted session names an address that it needs')]
}

/** In one read, and without making anything: a home that has had no session has no id either. */
async function wantedSessions({ config, admin }: Patient): Promise<Wanted[]> {
  if (!existsSync(config.paths.homeId)) return []
  const store = await admin.openStore()
  try {
    const { current, latest } = await store.schema()
    if (current !== latest) return []
    const { tenants, sessions } = await store.home(homeId(config)).snapshot()
    const slugs = new Map(tenants.map(({ id, slug }) => [id, slug]))
    return sessions
      .filter(({ wanted }) => wanted === 'running')
      .map(({ tenantId, name, kind, config: its }) => ({
        session: formatRef({ tenant: slugs.get(tenantId) ?? '', name }),
        kind,
        config: its,
      }))
  } finally {
    await store.close()
  }
}

/** One target for each host and port, whoever needs it. A kind that answers nonsense is a finding. */
export function targetsOf(wanted: Wanted[], kinds: Pick<Kinds, 'get'>): { targets: Target[]; problems: Finding[] } {
  const targets = new Map<string, Target>()
  const problems = new Map<string, Finding>()
  for (const { session, kind: name, config } of wanted) {
    const kind = kinds.get(name)
    const checked = kind?.reaches && checkConfig(kind, config)
    if (!kind?.reaches || !checked?.ok) continue
    try {
      for (const address of kind.reaches(checked.config)) {
        const target = targetOf(address)
        const key = `${target.host}:${target.port}`
        const known = targets.get(key)
        if (known) known.sessions.push(session)
        else targets.set(key, { ...target, sessions: [session] })
      }
    } catch (thrown) {
      const message = `Kind ${name} does not say what ${session} reaches: ${messageOf(thrown)}.`
      problems.set(name, warn('network', message, 'mend `reaches` of the kind'))
    }
  }
  return { targets: [...targets.values()], problems: [...problems.values()] }
}

async function judge(target: Target, withinMs: number): Promise<Finding> {
  const { host, port, sessions } = target
  const more = sessions.length - MOST_NAMES
  const who = `${sessions.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  const problem = await problemOf(target, withinMs)
  if (problem === null) return ok('network', `${host}:${port} can be reached, for ${who}`)
  const advice = 'look at DNS (/etc/resolv.conf), at the firewall, and for a certificate at the clock'
  return warn('network', `${host}:${port} cannot be reached: ${problem}. Needed by ${who}.`, advice)
}
