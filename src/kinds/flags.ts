// A job's input as a command line: `--take-profit 5 --symbol BTC --symbol ETH`. Loads no schema: completion and help are
// drawn from what `frota kinds` answers.
import type { z } from 'zod'
import { parseSize, SIZE_RULE } from '../core/sizes.js'
import type { Kind } from './kind.js'

/** `takeProfit` → `take-profit`. */
export const flagOf = (key: string): string =>
  key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()

/** Understood by every command, or taken by the command line itself. */
const RESERVED: ReadonlySet<string> = new Set(['json', 'input', 'help', 'yes', 'version'])
const NAME = /^[a-z][a-z0-9-]{0,30}$/

/** @param reserved names of commands: the first word of a line says what it is */
export function throwIfBadJobs({ name = '', jobs = {} }: Partial<Kind>, reserved: readonly string[]): void {
  if (reserved.includes(name)) throw new Error(`"${name}" is a command of frota: a kind needs another name`)
  for (const [job, spec] of Object.entries(jobs)) {
    const where = `jobs.${job}`
    if (!NAME.test(job)) throw new Error(`${where}: its name must be lower-case letters, digits and "-"`)
    if (typeof spec.input !== 'object' || !('shape' in spec.input))
      throw new Error(`\`${where}.input\` must be a z.object({ … })`)
    if (typeof spec.help !== 'string') throw new Error(`\`${where}.help\` is missing`)
    if (!(spec.run instanceof URL)) throw new Error(`\`${where}.run\` must be a URL`)
    if (spec.maxMemory !== undefined && parseSize(spec.maxMemory) === null)
      throw new Error(`\`${where}.maxMemory\` must be ${SIZE_RULE}`)
    throwIfBadFlags(where, Object.keys(spec.input.shape), spec.args ?? [])
    const list = spec.args?.slice(0, -1).find((key) => isList(spec.input.shape[key]))
    if (list !== undefined) throw new Error(`${where}: args: "${list}" is a list: it must be the last`)
  }
}

/** Through what a schema may be wrapped in. A kind from outside may have put anything there. */
function isList(schema: Partial<z.core.$ZodType> | undefined): boolean {
  const def = schema?._zod?.def as (z.core.$ZodTypeDef & { innerType?: z.core.$ZodType }) | undefined
  return def?.type === 'array' || (def?.innerType !== undefined && isList(def.innerType))
}

function throwIfBadFlags(where: string, keys: string[], args: string[]) {
  const seen = new Map<string, string>()
  for (const key of keys) {
    const flag = flagOf(key)
    const other = seen.get(flag)
    if (other !== undefined) throw new Error(`${where}: "${key}" and "${other}" are one flag, --${flag}`)
    // `--no-fees` says that there are no fees, whatever the kind would have meant by it.
    if (RESERVED.has(flag) || !NAME.test(flag) || flag.startsWith('no-'))
      throw new Error(`${where}: "${key}" cannot be a flag`)
    seen.set(flag, key)
  }
  for (const key of args) if (!keys.includes(key)) throw new Error(`${where}: args: its input has no "${key}"`)
}
