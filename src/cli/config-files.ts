// `--set instructions=./persona.md`: a file field is given as a path, from where the operator stands. The bytes are read
// here and go along; the supervisor may live in another directory, and later on another host.
import path from 'node:path'
import type { FleetClient } from '../api/verbs.js'
import { messageOf, usage } from '../core/errors.js'
import type { StoredFile, Uploads } from '../core/files.js'
import type { JsonObject } from '../core/json.js'
import type { Field } from '../kinds/config.js'
import { readRegularFile } from '../node/regular-file.js'
import { inUnits } from './units.js'

export interface Given {
  settings: string[]
  config?: JsonObject | undefined
}

/** Takes the paths out of what was given, and puts the files beside it. */
export function readFiles(fields: readonly Field[], { settings, config }: Given): Given & { files?: Uploads } {
  const ours = fields.filter(({ type }) => type === 'file')
  if (ours.length === 0) return { settings, config }
  const paths = new Map<string, string>()
  const values = { ...config }
  for (const { key } of ours) {
    const value = values[key]
    if (typeof value !== 'string') continue // as `frota config REF --json` shows one that is there
    paths.set(key, value)
    delete values[key]
  }
  const rest = settings.filter((setting) => {
    const field = ours.find(({ key }) => setting.startsWith(`${key}=`))
    if (field) paths.set(field.key, setting.slice(field.key.length + 1))
    return !field
  })
  const files = Object.fromEntries([...paths].map(([key, file]) => [key, readOne(key, file, ours)]))
  return { settings: rest, ...(config && { config: values }), ...(paths.size > 0 && { files }) }
}

function readOne(key: string, file: string, fields: readonly Field[]): Uploads[string] {
  const maxBytes = fields.find((field) => field.key === key)?.maxBytes ?? 0
  try {
    return { name: path.basename(file), base64: readRegularFile(file, maxBytes).bytes.toString('base64') }
  } catch (thrown) {
    const why = file === '' ? 'must be the path of a file' : `${file}: ${messageOf(thrown)}`
    throw usage('BAD_FILE', `${key}: ${why}.`, 'the path of a file, from this directory')
  }
}

/** `persona.md (2.1 KB)`. */
export const fileText = ({ name, bytes }: StoredFile): string => `${name} (${inUnits('fileBytes', bytes)})`

/** The same, with the fields asked for first. @param kind of a new session, or whose session it is */
export async function filesFor(
  call: FleetClient['call'],
  of: { kind: string } | { ref: string },
  given: Given,
): Promise<Given & { files?: Uploads }> {
  const name = 'kind' in of ? of.kind : (await call('sessions.show', of)).kind
  return readFiles((await call('kinds.show', { name })).fields, given)
}
