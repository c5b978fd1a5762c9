// What a kind keeps for higher roles: some of its commands, some of its config fields.
import { mayAct, throwIfBelow } from '../core/actors.js'
import type { JsonObject } from '../core/json.js'
import type { CommandSpec, Kind } from '../kinds/kind.js'
import type { Acting } from './parts.js'

/** @throws ROLE_TOO_LOW */
export const throwIfCommandIsForOthers = ({ actor }: Acting, command: string, spec: CommandSpec) =>
  throwIfBelow(actor, spec.role ?? 'member', command)

/** What stays as it was is nobody's change. @throws ROLE_TOO_LOW, naming the field */
export function throwIfFieldIsForOthers({ actor }: Acting, { setBy = {} }: Kind, changed: string[]) {
  const roles = new Map(Object.entries(setBy))
  for (const key of changed) {
    const lowest = roles.get(key)
    if (lowest !== undefined && !mayAct(actor, lowest)) throwIfBelow(actor, lowest, key)
  }
}

export const changedKeys = (before: JsonObject, after: JsonObject) =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  )
