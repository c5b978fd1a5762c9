// A file at a path that an operator named, which may lie where others can write (/tmp). What is there is never written
// into: it may be somebody else's, or a link to anywhere. A new file takes its name.
// Sessions load this file: Node's modules are taken as built-ins.
const { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeFileSync, writeSync } =
  process.getBuiltinModule('node:fs')

const randomUUID = () => process.getBuiltinModule('node:crypto').randomUUID()

/** Whole or not at all, for its user only. */
export function putFile(path: string, content: string | Uint8Array): void {
  throwIfNotReplaceable(path)
  const draft = `${path}.${randomUUID()}`
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' }) // wx follows no link and opens nothing that is there
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

/** A file that is too big for memory, written piece by piece under another name beside its own. */
export interface Draft {
  write(text: string): void
  /** It is whole: now it takes its name. */
  keep(): void
  /** It is not wanted: nothing of it is left. Harmless once it was kept. */
  drop(): void
}

const DRAFT_CHARS = 256 * 1024

/** Throws what `putFile` would. */
export function openDraft(path: string): Draft {
  throwIfNotReplaceable(path)
  const draft = `${path}.${randomUUID()}`
  const file = openSync(draft, 'wx', 0o600)
  let [text, isOpen] = ['', true]
  const flush = () => {
    const bytes = Buffer.from(text)
    text = ''
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
  }
  const close = () => {
    isOpen = false
    closeSync(file)
  }
  return {
    write(more) {
      text += more
      if (text.length >= DRAFT_CHARS) flush()
    },
    keep() {
      flush()
      fsyncSync(file)
      close()
      renameSync(draft, path)
    },
    drop() {
      if (isOpen) close()
      rmSync(draft, { force: true })
    },
  }
}

/** Throws what `putFile` would, and changes nothing. */
export function throwIfNotPuttable(path: string): void {
  throwIfNotReplaceable(path)
  const draft = `${path}.${randomUUID()}`
  writeFileSync(draft, '', { mode: 0o600, flag: 'wx' })
  rmSync(draft)
}

/** Root could rename over anything, `/dev/null` included. */
function throwIfNotReplaceable(path: string): void {
  const seen = lstatSync(path, { throwIfNoEntry: false })
  if (!seen) return
  if (seen.isSymbolicLink()) throw new Error('it is a link: name the file itself')
  if (!seen.isFile()) throw new Error(seen.isDirectory() ? 'it is a directory' : 'it is not a regular file')
  if (seen.uid !== process.getuid?.()) throw new Error(`it belongs to another user (uid ${seen.uid})`)
}
