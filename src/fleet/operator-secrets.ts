// The operator's own secrets: for host services, of no tenant and read by no session.
import { throwIfBelow } from '../core/actors.js'
import { notFound, usage } from '../core/errors.js'
import { didYouMean, OPERATOR } from '../core/ids.js'
import { naturally } from '../core/order.js'
import type { OperatorSecret } from '../store/store.js'
import { type Acting, entryOf, wake } from './parts.js'
import { type SecretView, throwIfBadSecret } from './secret-values.js'

const MOST = 100

export function operatorSecretVerbs(parts: Acting) {
  const { store } = parts
  return { set, list, remove }

  async function set({ name, value }: { name: string; value: string }): Promise<SecretView> {
    throwIfBelow(parts.actor, 'operator', 'secrets.set')
    throwIfBadSecret(name, value)
    const others = (await store.operatorSecrets()).filter((secret) => secret.name !== name)
    if (others.length >= MOST)
      throw usage('TOO_MANY_SECRETS', `The operator has ${MOST} secrets already.`, 'remove one')
    const sealed = { ...(await parts.vault()).operator.seal(name, value), updatedAt: parts.now() }
    await store.putOperatorSecret(sealed, entryOf(parts, 'secret.set', OPERATOR, { name }))
    await wake(parts)
    return view(sealed)
  }

  async function list(): Promise<SecretView[]> {
    throwIfBelow(parts.actor, 'operator', 'secrets.list')
    return (await store.operatorSecrets()).map(view).sort((a, b) => naturally(a.name, b.name))
  }

  async function remove({ name }: { name: string }): Promise<void> {
    throwIfBelow(parts.actor, 'operator', 'secrets.remove')
    const audit = entryOf(parts, 'secret.remove', OPERATOR, { name })
    if (!(await store.removeOperatorSecret(name, audit))) {
      const names = (await store.operatorSecrets()).map((secret) => secret.name)
      const hint = didYouMean(name, names) || `frota secret ls ${OPERATOR}`
      throw notFound('SECRET_UNKNOWN', `The operator has no secret "${name}".`, hint)
    }
    await wake(parts)
  }
}

const view = ({ name, last4, fingerprint, updatedAt }: OperatorSecret): SecretView => ({
  scope: OPERATOR,
  name,
  last4,
  fingerprint,
  updatedAt: updatedAt.toISOString(),
  used: true,
})
