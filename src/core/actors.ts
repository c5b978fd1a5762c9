// Who asks for something, and how far that may go.
import { notAllowed } from './errors.js'
import type { TenantId } from './ids.js'

/** Rising: each may all that those before it may. `owner` and below are of one tenant. */
export const ROLES = ['viewer', 'member', 'owner', 'admin', 'operator'] as const
export type Role = (typeof ROLES)[number]

export type Actor =
  /** Whoever can open the home's files and socket. */
  | { kind: 'operator'; name: OperatorDoor; role: 'operator'; tenant: null }
  | { kind: 'account'; name: string; role: 'admin'; tenant: null }
  | { kind: 'account'; name: string; role: 'viewer' | 'member' | 'owner'; tenant: TenantId }

/** Through what an operator asks; `socket`: a program of their own. */
const OPERATOR_DOORS = ['cli', 'menu', 'socket'] as const
export type OperatorDoor = (typeof OPERATOR_DOORS)[number]

/** @param door as it was told; whoever tells another one is a program of the operator's own */
export const operatorAt = (door: unknown): Actor => ({
  kind: 'operator',
  name: OPERATOR_DOORS.find((known) => known === door) ?? 'socket',
  role: 'operator',
  tenant: null,
})

/** As the audit names them: `operator:cli`. */
export const actorName = ({ kind, name }: Actor) => `${kind}:${name}`

export const isRole = (value: unknown): value is Role => ROLES.some((role) => role === value)

/** A role there is none of is nobody's. */
export const mayAct = ({ role }: Actor, lowest: Role) => isRole(lowest) && ROLES.indexOf(role) >= ROLES.indexOf(lowest)

/** @throws ROLE_TOO_LOW @param what was asked for, in the words of whoever asked */
export function throwIfBelow(actor: Actor, lowest: Role, what: string): void {
  if (mayAct(actor, lowest)) return
  throw notAllowed('ROLE_TOO_LOW', `${what} needs the role ${lowest}; yours is ${actor.role}.`)
}
