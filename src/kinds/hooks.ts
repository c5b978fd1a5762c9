// What the world outside may call a session for: declared in the kind, handed over by the gateway, answered by the kind's
// code. Types, and what the loader checks.
import { HOOK_BYTES, HOOK_NAME, MAX_HOOK_BYTES } from '../core/hooks.js'

export interface HookSpec {
  help: string
  /** The largest body that is taken; 1 MB unless said. */
  maxBytes?: number
  /** How many calls a minute the gateway lets through; its own measure unless said. */
  perMinute?: number
}

export interface HookCall {
  method: string
  /** What follows the hook's name in the address, as it was sent: `''` or `/a%2Fb`. */
  path: string
  /** As it was sent, without `?`. */
  query: string
  /** By lower-case name; several of one name are joined with a comma. */
  headers: Readonly<Record<string, string>>
  /** Byte for byte what came: a signature is made over these. */
  rawBody: Buffer
}

export interface HookAnswer {
  status: number
  headers?: Readonly<Record<string, string | string[]>>
  body?: string | Uint8Array
}

export type HookHandler = (call: HookCall) => Promise<HookAnswer>

export const maxBytesOf = ({ maxBytes = HOOK_BYTES }: HookSpec): number => maxBytes

/** Throws what is wrong, in words for whoever wrote the kind. */
export function throwIfBadHooks(hooks: Readonly<Record<string, Partial<HookSpec>>> = {}): void {
  for (const [name, spec] of Object.entries(hooks)) {
    const { help, maxBytes = 1, perMinute = 1 } = spec ?? {}
    if (!HOOK_NAME.test(name)) throw new Error(`hooks: "${name}" must be lower-case letters, digits and "-"`)
    if (typeof help !== 'string') throw new Error(`\`hooks.${name}.help\` is missing`)
    if (!Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > MAX_HOOK_BYTES)
      throw new Error(`\`hooks.${name}.maxBytes\` must be a whole number from 1 to ${MAX_HOOK_BYTES}`)
    if (!Number.isInteger(perMinute) || perMinute < 1)
      throw new Error(`\`hooks.${name}.perMinute\` must be a whole number from 1`)
  }
}
