// What was last read from an outside store, sealed on the local disk: with it a home boots, restarts and stops sessions
// while the store is away. It is a help, never the truth: trouble with it is told and otherwise changes nothing.
import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { readIfThere, replaceFile } from '../node/files.js'
import type { Snapshot } from './store.js'

/** The time of reading is kept at least this fresh, also when nothing changes. */
const REWRITE_AFTER_MS = 60_000
/**
 * Of all that a snapshot holds. One more whenever its form changes: one of another version, older or newer, is told of and
 * not used, since the store has it all. Runs that live go on meanwhile.
 */
export const MIRROR_VERSION = 4

export interface Mirrored {
  snapshot: Snapshot
  /** When it was read from the store, give or take a minute. */
  at: Date
}

export interface Mirror {
  save(snapshot: Snapshot): void
  load(): Mirrored | undefined
}

export interface MirrorOptions {
  /** The whole content goes through these: names, configs and phone numbers are nobody's business either. */
  box: { seal(text: string): string; open(sealed: string): string }
  onTrouble(error: Error): void
  now?: () => Date
}

export function openMirror(path: string, { box, onTrouble, now = () => new Date() }: MirrorOptions): Mirror {
  let written: { digest: string; atMs: number } | undefined
  return {
    save: (snapshot) => {
      const at = now()
      const content = serialize(snapshot)
      const digest = createHash('sha256').update(content).digest('base64')
      const fresh = written && Math.abs(at.getTime() - written.atMs) < REWRITE_AFTER_MS
      if (fresh && written?.digest === digest) return
      try {
        replaceFile(path, box.seal(serialize({ format: MIRROR_VERSION, at, snapshot }).toString('base64')), {
          flush: true,
        })
        written = { digest, atMs: at.getTime() }
      } catch (error) {
        onTrouble(new Error('the local mirror of the store could not be written', { cause: error }))
      }
    },
    load: () => {
      try {
        const sealed = readIfThere(path)
        return sealed === undefined ? undefined : parse(box.open(sealed))
      } catch (error) {
        onTrouble(new Error('the local mirror of the store cannot be read', { cause: error }))
        return undefined
      }
    },
  }
}

/** v8's own format, because dates, maps and hostile text come back exactly as they went in. */
function parse(text: string): Mirrored {
  const value = deserialize(Buffer.from(text, 'base64')) as Mirrored & { format: number }
  if (value.format !== MIRROR_VERSION)
    throw new Error(`it is of version ${value.format}, this program knows ${MIRROR_VERSION}`)
  return { snapshot: value.snapshot, at: value.at }
}
