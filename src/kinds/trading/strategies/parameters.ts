// A strategy's parameters: judged by its own schema, and described for forms, flags and the optimiser. The schema library is
// loaded when it is first needed: a session is given parameters that were checked before, and never needs it.
import { BadInput } from '../../../core/bad-input.js'
import type { AnyStrategy } from '../core/strategy.js'

/** One parameter as the optimiser, a form or a help text needs it. */
export interface ParameterField {
  name: string
  type: 'number' | 'integer' | 'boolean' | 'choice' | 'text'
  default: unknown
  help: string
  /** Of numbers; null where the schema has none. */
  least: number | null
  most: number | null
  /** Of a choice. */
  choices: readonly string[]
}

/** @returns all parameters, defaults filled in; BadInput that names each field and says what is wrong with it */
export async function readParameters(strategy: AnyStrategy, given: Record<string, unknown>): Promise<object> {
  const schema = await schemaOf(strategy)
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'parameters'}: ${message}`)
    throw new BadInput(`${strategy.name}: ${problems.join('; ')}`, `it has ${Object.keys(schema.shape).join(', ')}`)
  }
  const refusals = strategy.refuses?.(parsed.data) ?? []
  if (refusals.length > 0) throw new BadInput(`${strategy.name}: ${refusals.join('; ')}`)
  return parsed.data
}

/** The fields in the order in which the strategy names them. */
export async function parameterFields(strategy: AnyStrategy): Promise<ParameterField[]> {
  const { z } = await import('zod')
  const schema = await schemaOf(strategy)
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as { properties?: Record<string, JsonField> }
  return Object.entries(properties).map(([name, field]) => fieldOf(name, field))
}

async function schemaOf(strategy: AnyStrategy) {
  const { z } = await import('zod')
  return z.strictObject(strategy.parameters(z))
}

interface JsonField {
  type?: string
  enum?: string[]
  default?: unknown
  description?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
}

/** What zod writes where an integer has no bound of its own. */
const isBound = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER

function fieldOf(name: string, field: JsonField): ParameterField {
  const [least, most] = [field.minimum ?? field.exclusiveMinimum, field.maximum ?? field.exclusiveMaximum]
  return {
    name,
    type: field.enum ? 'choice' : (TYPES[field.type ?? ''] ?? 'text'),
    default: field.default ?? null,
    help: field.description ?? '',
    least: isBound(least) ? least : null,
    most: isBound(most) ? most : null,
    choices: field.enum ?? [],
  }
}

const TYPES: Readonly<Record<string, ParameterField['type']>> = {
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
}
