// Secrets that were set or removed while the session runs, for a kind that listens. A beat's answer says that there are
// some; they themselves are asked for here. The order counts: the redactor knows a value before the kind is given it.
import { messageOf } from '../core/errors.js'
import type { OpenedSecrets } from '../core/protocol.js'
import { Secret } from '../core/secret.js'
import { type Link, refusalIn } from './link.js'
import type { LiveValue } from './live-value.js'
import type { SessionLog } from './log.js'

const FETCH_TIMEOUT_MS = 10_000

export type SecretValues = Record<string, Secret>

export const asSecrets = (secrets: Record<string, string>): SecretValues =>
  Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, new Secret(value)]))

export interface NewSecretsOptions {
  link: Link
  log: SessionLog
  secrets: LiveValue<Readonly<SecretValues>, string>
  /** From now on these values are redacted. */
  hide(values: string[]): void
  /** The next beat is due: it says which secrets the session has. */
  onTaken(): void
  crash(error: unknown): void
}

/** Answers what is called with every beat that speaks of new ones; one question at a time is enough. */
export function secretsFetcher({ link, log, secrets, hide, onTaken, crash }: NewSecretsOptions): () => Promise<void> {
  let isAsking = false
  let told: string | undefined
  return async () => {
    if (isAsking || !secrets.isTakenLive()) return
    isAsking = true
    try {
      const { opened, version } = await ask(link)
      told = undefined
      hide(Object.values(opened))
      take(asSecrets(opened), version)
    } catch (error) {
      const reason = messageOf(error)
      // Every beat tries again.
      if (reason !== told) log.warn('there are new secrets, which could not be fetched', { error: reason })
      told = reason
    } finally {
      isAsking = false
    }
  }

  function take(values: SecretValues, version: string) {
    try {
      secrets.take(values, version)
      onTaken()
    } catch (error) {
      crash(error)
    }
  }
}

async function ask(link: Link): Promise<{ opened: Record<string, string>; version: string }> {
  const { status, body } = await link.post('/secrets', {}, FETCH_TIMEOUT_MS)
  if (status !== 200) throw new Error(`the supervisor answered ${status}${refusalIn(body)}`)
  const { secrets, version } = body as unknown as OpenedSecrets
  return { opened: secrets, version }
}
