// What the operator has set for host services, as last read from the store (or its mirror). What a service declares is
// asked for by name; a session is given none of it.
import { hash } from 'node:crypto'
import type { Snapshot } from '../store/store.js'
import type { Vault } from '../vault/vault.js'
import type { OperatorSecrets } from './parts.js'

const VERSION_CHARS = 16

export function operatorSecretsIn(
  { operator }: Pick<Vault, 'operator'>,
  snapshot: () => Snapshot | null,
): OperatorSecrets {
  const all = () => snapshot()?.operatorSecrets ?? []
  const of = (names: readonly string[]) => all().filter(({ name }) => names.includes(name))
  return {
    names: () => all().map(({ name }) => name),
    version(names) {
      const versions = of(names).map(
        ({ name, updatedAt, fingerprint }) => `${name}@${updatedAt.getTime()}:${fingerprint}`,
      )
      return versions.length === 0 ? '' : hash('sha256', versions.sort().join()).slice(0, VERSION_CHARS)
    },
    open: (names) => Object.fromEntries(of(names).map((secret) => [secret.name, operator.open(secret)])),
  }
}
