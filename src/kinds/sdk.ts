// What a kind from outside imports: `import { defineKind, z } from 'frota'`.
import type { z } from 'zod'
import type { Kind } from './kind.js'

export { z } from 'zod'
export { SESSION_EXIT, SessionExit } from '../core/states.js'
export type {
  About,
  CommandSpec,
  Intent,
  Intents,
  Journal,
  Kind,
  Log,
  Records,
  RunModule,
  SessionContext,
  Table,
} from './kind.js'

/** Types the kind's config through to `claims`; checks nothing at run time (the loader does, with a clear error). */
export function defineKind<Config extends z.ZodObject>(kind: Kind<Config>): Kind<Config> {
  return kind
}
