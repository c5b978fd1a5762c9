// What `import … from 'frota'` is inside a session: the same names as sdk.ts, but zod is loaded when it is first used.
// Most run modules import SessionExit and nothing else, and zod would cost each of them 15 MB.
import type { z as Zod } from 'zod'
import type { openDraft as OpenDraft, putFile as PutFile } from '../node/put-file.js'
import type { file as File } from './file.js'
import type { sessionConfig as SessionConfigField } from './session-config.js'

export { BadInput } from '../core/bad-input.js'
export { SESSION_EXIT, SessionExit } from '../core/states.js'

export const defineKind = <Kind>(kind: Kind): Kind => kind

let loaded: typeof Zod | undefined

function load(module: string): unknown {
  return process.getBuiltinModule('node:module').createRequire(import.meta.url)(module)
}

function zod(): typeof Zod {
  loaded ??= load('zod') as typeof Zod
  return loaded
}

export const putFile: typeof PutFile = (path, content) =>
  (load('../node/put-file.js') as { putFile: typeof PutFile }).putFile(path, content)

export const openDraft: typeof OpenDraft = (path) =>
  (load('../node/put-file.js') as { openDraft: typeof OpenDraft }).openDraft(path)

export const file: typeof File = (options) => (load('./file.js') as { file: typeof File }).file(options)

export const sessionConfig: typeof SessionConfigField = (options) =>
  (load('./session-config.js') as { sessionConfig: typeof SessionConfigField }).sessionConfig(options)

export const z: typeof Zod = new Proxy(Object.create(null), {
  get: (_, name) => Reflect.get(zod(), name),
  has: (_, name) => Reflect.has(zod(), name),
})
