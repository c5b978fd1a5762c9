// What a session must pass before it is written or started: its kind's schema, its plan, its secrets.
import { notAllowed, usage } from '../core/errors.js'
import { formatRef } from '../core/ids.js'
import type { JsonObject } from '../core/json.js'
import type { Entitlements } from '../core/plans.js'
import { missingSecrets } from '../core/secret-names.js'
import { sizeText } from '../core/sizes.js'
import { badConfig, checkConfig } from '../kinds/config.js'
import type { Kind } from '../kinds/kind.js'
import { throwIfStartIsOverPlan } from './over-plan.js'
import type { Found } from './parts.js'

/**
 * BAD_CONFIG, or OVER_PLAN for a limit that is being raised over the plan's: one that a downgrade left behind is capped
 * where it runs, and keeps nobody from changing something else.
 */
export function throwIfRefused(kind: Kind, config: JsonObject, entitled: Entitlements, before: JsonObject = {}) {
  const checked = checkConfig(kind, config)
  if (!checked.ok) throw badConfig(kind, checked.problems)
  const { maxMemoryBytes } = checked
  if (maxMemoryBytes === null || maxMemoryBytes <= entitled.maxMemoryBytes || config.maxMemory === before.maxMemory)
    return
  const most = sizeText(entitled.maxMemoryBytes)
  throw notAllowed('OVER_PLAN', `maxMemory: the ${entitled.plan} plan allows ${most} at most.`, 'frota tenant set-plan')
}

/** PLAN_ENDED, PLAN_FULL, BAD_CONFIG, SECRET_MISSING or OVER_PLAN: what would keep it from running is said to whoever asks for it. */
export async function throwIfItCannotRun(found: Found, kind: Kind, entitled: Entitlements) {
  const { session } = found
  throwIfPlanEnded(found, entitled)
  await throwIfPlanIsFull(found, entitled)
  throwIfRefused(kind, session.config, entitled, session.config)
  await throwIfSecretMissing(found, kind)
  await throwIfStartIsOverPlan({ ...found, kind, entitled }, session)
}

/** PLAN_ENDED, PLAN_FULL or OVER_PLAN: the same, as far as it is the plan's. */
export async function throwIfPlanRefuses(found: Found, kind: Kind, entitled: Entitlements) {
  throwIfPlanEnded(found, entitled)
  await throwIfPlanIsFull(found, entitled)
  await throwIfStartIsOverPlan({ ...found, kind, entitled }, found.session)
}

function throwIfPlanEnded({ ref, tenant }: Found, entitled: Entitlements) {
  if (!entitled.mayRun.yes) {
    const hint =
      tenant.status === 'cancelled' || tenant.planExpiresAt === null
        ? `frota tenant set-status ${tenant.slug} active`
        : `frota tenant set-plan ${tenant.slug} ${tenant.plan} --until DATE`
    throw notAllowed('PLAN_ENDED', `${formatRef(ref)}: ${entitled.mayRun.reason}.`, hint)
  }
}

/** After a downgrade there may be more sessions than may run: started, an older one would push a newer one out. */
async function throwIfPlanIsFull({ session, ref, store }: Found, { plan, sessions: most }: Entitlements) {
  if (most === null || session.wanted === 'running') return
  const wanted = (await store.sessions()).filter((one) => one.wanted === 'running').map(({ name }) => name)
  if (wanted.length < most) return
  const message = `${formatRef(ref)}: the ${plan} plan runs ${most} of its sessions at once, and ${wanted.slice(0, 3).join(', ')} ${wanted.length === 1 ? 'is' : 'are'} wanted already.`
  throw notAllowed('PLAN_FULL', message, `frota stop another, or frota tenant set-plan ${ref.tenant} PLAN`)
}

async function throwIfSecretMissing({ session, ref, store }: Found, kind: Kind) {
  if (missingSecrets(kind.secrets, []).length === 0) return
  const have = [...(await store.secrets(session.id)), ...(await store.secrets(null))]
  const missing = missingSecrets(
    kind.secrets,
    have.map((secret) => secret.name),
  )
  if (missing.length === 0) return
  const name = formatRef(ref)
  throw usage(
    'SECRET_MISSING',
    `${name} needs the secret ${missing.join(', ')}.`,
    `frota secret set ${name} ${missing[0]}`,
  )
}
