// A field of a job's input whose value is what a session is set to do, given by its name (`acme/bot`). The command line looks
// it up where it stands, by the verb that `frota config` uses; a job itself has no store.
import { z } from 'zod'
import { isJsonObject, type JsonObject } from '../core/json.js'

export interface SessionConfig {
  /** `acme/bot`. */
  ref: string
  kind: string
  /** As it stands, with the kind's defaults. */
  config: JsonObject
}

const MARK = 'frotaSession'

/** No text becomes one: only a door that asked the store makes it. */
export class LookedUpSession implements SessionConfig {
  readonly ref: string
  readonly kind: string
  readonly config: JsonObject
  constructor({ ref, kind, config }: SessionConfig) {
    this.ref = ref
    this.kind = kind
    this.config = config
  }
}

/** @param kind which sessions may be named */
export function sessionConfig({ kind, help = '' }: { kind: string; help?: string }) {
  return z
    .custom<LookedUpSession>((value) => value instanceof LookedUpSession, {
      error: ({ input }) => (input === undefined ? 'is missing' : 'must be a session, given by its name'),
    })
    .refine((one) => one.kind === kind, {
      error: ({ input }) => `must be a session of the kind ${kind}${kindOf(input)}`,
    })
    .transform(({ ref, kind: itsKind, config }): SessionConfig => ({ ref, kind: itsKind, config }))
    .meta({ description: help, [MARK]: true })
}

const kindOf = (value: unknown) => (value instanceof LookedUpSession ? `: ${value.ref} is of ${value.kind}` : '')

/** Of a field's JSON schema. */
export const isSessionIn = (property: object): boolean => isJsonObject(property) && property[MARK] === true
