// A session's check: what it needs, looked at before it is started or while it runs. Types only.
import type { Finding } from '../core/findings.js'
import type { JsonObject } from '../core/json.js'
import type { SessionContext } from './kind.js'

export type { Finding } from '../core/findings.js'

/** The module named by `Kind.check`. */
export interface CheckModule<Config = JsonObject, Limits = JsonObject> {
  /** Looks and changes nothing, inside or outside: one cheap question for each key or service. */
  check(ctx: CheckContext<Config, Limits>): Promise<Finding[]>
}

/** As `run` is given it, without lease and journal: the session itself may be running at the same time. */
export interface CheckContext<Config = JsonObject, Limits = JsonObject>
  extends Pick<SessionContext<Config, Limits>, 'signal' | 'config' | 'secrets' | 'limits' | 'log' | 'clock'> {
  readonly session: { id: string; tenant: string; name: string; ref: string }
  readonly dirs: SessionContext['dirs'] & {
    /** Its own, and gone when it ends. `data` is the session's: to be read only. */
    readonly tmp: string
  }
}
