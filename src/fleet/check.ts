// `frota check`: whether a session has all that it needs, before it is started or while it runs. Nothing is changed.
import { UserError } from '../core/errors.js'
import type { Finding } from '../core/findings.js'
import { formatRef, parseRef } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import { missingSecrets, readsSecret } from '../core/secret-names.js'
import { checkConfig } from '../kinds/config.js'
import type { Kind } from '../kinds/kind.js'
import { limitsOf } from '../kinds/limits.js'
import { openTenantVault } from '../vault/vault.js'
import { throwIfPlanRefuses } from './checks.js'
import { type Acting, entitlementsOf, type Found, needSession } from './parts.js'
import { problemOf, targetOf } from './reach.js'
import { dataDir } from './removal.js'

const REACH_WITHIN_MS = 4_000

export interface CheckAnswer {
  session: string
  kind: string
  findings: Finding[]
}

export async function checkSession(parts: Acting, input: { ref: string }): Promise<CheckAnswer> {
  const found = await needSession(parts, parseRef(input.ref))
  const { session, tenant } = found
  const kind = parts.kinds.need(session.kind)
  const entitled = await entitlementsOf(parts, tenant)
  const checked = checkConfig(kind, session.config)
  const secrets = await secretsFor(parts, found, kind)
  const findings = [
    ...(checked.ok
      ? [ok('config', 'it is valid')]
      : checked.problems.map((problem) =>
          error('config', problem, `frota config set ${formatRef(found.ref)} key=value`),
        )),
    ...secrets.findings,
    await judged('plan', `the ${entitled.plan} plan allows it`, () => throwIfPlanRefuses(found, kind, entitled)),
  ]
  if (checked.ok) findings.push(...(await reachable(kind, checked.config)))
  const answer = { session: formatRef(found.ref), kind: kind.name }
  if (!kind.check || !checked.ok || secrets.opened === null) return { ...answer, findings }
  const its = await parts.runCheck({
    module: kind.check,
    session: { id: session.id, ...found.ref, ref: answer.session },
    config: checked.config,
    secrets: secrets.opened,
    limits: kind.limits ? limitsOf(kind, entitled) : {},
    dataDir: dataDir(parts, found.ref),
    maxMemoryBytes: Math.min(checked.maxMemoryBytes ?? entitled.maxMemoryBytes, entitled.maxMemoryBytes),
  })
  return { ...answer, findings: [...findings, ...its] }
}

const ok = (what: string, text: string): Finding => ({ level: 'ok', what, text })
const error = (what: string, text: string, hint: string): Finding => ({
  level: 'error',
  what,
  text,
  ...(hint !== '' && { hint }),
})

async function judged(what: string, fine: string, work: () => Promise<void>): Promise<Finding> {
  try {
    await work()
    return ok(what, fine)
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown
    return error(what, thrown.message, thrown.hint)
  }
}

/** As the session would be given them; null when it could not be started with them. */
async function secretsFor(
  parts: Acting,
  { store, session, tenant, ref }: Found,
  kind: Kind,
): Promise<{ findings: Finding[]; opened: Record<string, string> | null }> {
  const sealed = [...(await store.secrets(null)), ...(await store.secrets(session.id))].filter(({ name }) =>
    readsSecret(kind.secrets, name),
  )
  const missing = missingSecrets(
    kind.secrets,
    sealed.map(({ name }) => name),
  ).map((name) => error('secrets', `${name} is not set`, `frota secret set ${formatRef(ref)} ${name}`))
  const opened: Record<string, string> = {}
  const broken: Finding[] = []
  if (sealed.length > 0) {
    const vault = await openTenantVault(await parts.vault(), tenant.id, store)
    for (const secret of new Map(sealed.map((one) => [one.name, one])).values()) {
      const finding = await judged('secrets', `${secret.name} is set`, async () => {
        opened[secret.name] = vault.open(secret)
      })
      if (finding.level === 'error') broken.push(finding)
    }
  }
  const names = Object.keys(opened)
  const fine =
    names.length > 0 ? [ok('secrets', `${names.sort().join(', ')} ${names.length === 1 ? 'is' : 'are'} set`)] : []
  const wrong = [...missing, ...broken]
  return { findings: [...wrong, ...fine], opened: wrong.length > 0 ? null : opened }
}

/** By a connection, with nothing sent over it; all at once. */
async function reachable(kind: Kind, config: JsonObject): Promise<Finding[]> {
  let addresses: string[]
  try {
    addresses = [...new Set(kind.reaches?.(config) ?? [])]
    for (const address of addresses) targetOf(address)
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown)
    return [
      error('network', `the kind ${kind.name} does not say what it reaches: ${why}`, 'mend `reaches` of the kind'),
    ]
  }
  return Promise.all(
    addresses.map(async (address) => {
      const { host, port, ...rest } = targetOf(address)
      const problem = await problemOf({ host, port, ...rest }, REACH_WITHIN_MS)
      if (problem === null) return ok('network', `${host}:${port} can be reached`)
      return error('network', `${host}:${port} cannot be reached: ${problem}`, 'frota doctor looks at the network')
    }),
  )
}
