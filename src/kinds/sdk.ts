// What a kind from outside imports: `import { defineKind, z } from 'frota'`.
import type { z } from 'zod'
import type { Kind } from './kind.js'

export { z } from 'zod'
export { BadInput } from '../core/bad-input.js'
export type { GivenFile } from '../core/files.js'
export { SESSION_EXIT, SessionExit } from '../core/states.js'
export type { ColumnType, EventsView, RecordsView, ViewColumn, ViewSpec } from '../core/views.js'
export { type Draft, openDraft, putFile } from '../node/put-file.js'
export type { CheckContext, CheckModule, Finding } from './check.js'
export { file } from './file.js'
export type { HookAnswer, HookCall, HookHandler, HookSpec } from './hooks.js'
export type { JobContext, JobDirs, JobModule, JobModules, JobScreen, JobSpec } from './job.js'
export type {
  About,
  Asked,
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
export type { HostServiceContext, HostServiceModule, HostServiceSpec } from './service.js'
export { type SessionConfig, sessionConfig } from './session-config.js'

/** Types the kind's config and limits through to its functions; checks nothing at run time (the loader does, clearly). */
export function defineKind<Config extends z.ZodObject, Limits extends z.ZodObject = z.ZodObject>(
  kind: Kind<Config, Limits>,
): Kind<Config, Limits> {
  return kind
}
