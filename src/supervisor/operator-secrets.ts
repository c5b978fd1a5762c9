// What the operator has set for host services, as last read from the store (or its mirror). A service is given what it
// declares and nothing else; a session is given none of it.
import { hash } from 'node:crypto'
import { missingSecrets, readsSecret, type SecretNeeds } from '../core/secret-names.js'
import type { Context } from './context.js'

export interface OperatorSecrets {
  /** Another one when any of those that are declared is set, changed or removed; '' without any. */
  version: string
  /** Required and not set. */
  missing: string[]
  /** By their full names. @throws SEAL_BROKEN */
  open(): Record<string, string>
}

const VERSION_CHARS = 16

/** Cheap until it is opened: the loop may ask at every turn. @param needs as the service declares them */
export function operatorSecretsFor(
  { parts, wanted }: { parts: Pick<Context['parts'], 'vault'>; wanted: Pick<Context['wanted'], 'snapshot'> },
  needs: SecretNeeds | undefined,
): OperatorSecrets {
  const read = (wanted.snapshot()?.operatorSecrets ?? []).filter(({ name }) => readsSecret(needs, name))
  const versions = read.map(({ name, updatedAt, fingerprint }) => `${name}@${updatedAt.getTime()}:${fingerprint}`)
  return {
    version: versions.length === 0 ? '' : hash('sha256', versions.sort().join()).slice(0, VERSION_CHARS),
    missing: missingSecrets(
      needs,
      read.map(({ name }) => name),
    ),
    open: () => Object.fromEntries(read.map((secret) => [secret.name, parts.vault.operator.open(secret)])),
  }
}
