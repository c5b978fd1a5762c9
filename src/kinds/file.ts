// A field that is a file: of a session's config, or of a job's input. Every door reads it where the operator stands and
// hands on what it is; a text in its place is a path that no door has read.
import { z } from 'zod'
import { type GivenFile, isStoredFile, pathOfFile, type StoredFile } from '../core/files.js'
import { sizeText } from '../core/sizes.js'

/** A job's: read where it lies. No JSON becomes one, so that no config can name a file of the host. */
export class FileInPlace implements GivenFile {
  readonly name: string
  readonly bytes: number
  readonly path: string
  constructor({ name, bytes, path }: GivenFile) {
    this.name = name
    this.bytes = bytes
    this.path = path
  }
}

export interface FileOptions {
  /** 1 MB unless said; at most 8 MB in a config. */
  maxBytes?: number
  help?: string
}

const MB = 1024 * 1024
const MARK = 'frotaFile'

export function file({ maxBytes = MB, help = '' }: FileOptions = {}) {
  return z
    .custom<StoredFile | FileInPlace>((value) => value instanceof FileInPlace || isStoredFile(value), {
      error: ({ input }) => (input === undefined ? 'is missing' : 'must be a file, given by its path'),
    })
    .refine(({ bytes }) => bytes <= maxBytes, `must not be larger than ${sizeText(maxBytes)}`)
    .transform((given): GivenFile => {
      if (!(given instanceof FileInPlace)) return { ...given, path: pathOfFile(given.sha256) }
      return { name: given.name, bytes: given.bytes, path: given.path }
    })
    .meta({ description: help, [MARK]: { maxBytes } })
}

/** Of a field's JSON schema: undefined when it is no file. */
export function fileIn(property: object): { maxBytes: number } | undefined {
  return MARK in property ? (property[MARK] as { maxBytes: number }) : undefined
}

/** @param most what fits there; 0: no file at all */
export function throwIfBadFiles(where: string, schema: z.ZodObject | undefined, most: number): void {
  for (const [key, field] of Object.entries(schema?.shape ?? {})) {
    const { maxBytes, isList } = markOf(field)
    if (maxBytes === undefined) continue
    if (isList) throw new Error(`${where}.${key}: a list of files is for jobs`)
    if (maxBytes <= most) continue
    const rule = most === 0 ? 'is for config and jobs' : `takes ${sizeText(most)} at most in a config`
    throw new Error(`${where}.${key}: file() ${rule}`)
  }
}

interface Inside {
  innerType?: z.core.$ZodType
  element?: z.core.$ZodType
}

/** Through what a schema may be wrapped in: optional, default, a list. */
function markOf(schema: z.core.$ZodType): { maxBytes?: number; isList?: boolean } {
  if (!schema._zod) return {} // a kind from outside may have put anything there
  const mark = z.globalRegistry.get(schema)
  if (mark && MARK in mark) return fileIn(mark) ?? {}
  const { innerType, element } = schema._zod.def as z.core.$ZodTypeDef & Inside
  if (element) return { ...markOf(element), isList: true }
  return innerType ? markOf(innerType) : {}
}
