// A file at a path that an operator named, which may lie where others can write (/tmp). What is there is never written
// into: it may be somebody else's, or a link to anywhere. A new file takes its name.
// Sessions load this file: Node's modules are taken as built-ins.
const { lstatSync, renameSync, rmSync, writeFileSync } = process.getBuiltinModule('node:fs')

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
