// What may be set as a secret, and what is shown of one.
import { usage } from '../core/errors.js'
import { isSecretName } from '../core/secret-names.js'

const MAX_BYTES = 64 * 1024

export interface SecretView {
  /** Where it is set: `acme/vendas`, `acme` for one that all its sessions inherit, `operator` for host services. */
  scope: string
  name: string
  last4: string
  fingerprint: string
  updatedAt: string
  /** False: the session has one of its own by this name, which goes first. */
  used: boolean
}

export function throwIfBadSecret(name: string, value: unknown): void {
  if (!isSecretName(name)) throw usage('BAD_SECRET_NAME', `"${name}" is not a secret's name.`, 'e.g. OPENAI_API_KEY')
  // By its type too: Node's own complaint about a wrong one would quote it, in the answer and in the log.
  if (typeof value !== 'string') throw usage('BAD_SECRET', `${name}: the value is not a text.`)
  if (value === '') throw usage('EMPTY_SECRET', `${name}: the value is empty.`, 'it is read from standard input')
  if (Buffer.byteLength(value) > MAX_BYTES) throw usage('SECRET_TOO_LONG', `${name}: more than 64 KB.`)
}
