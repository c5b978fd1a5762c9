// Small files that are read and replaced whole. Sessions load this file: Node's modules are taken as built-ins, whose
// ESM faces cost memory a hundred times.
import { hasCode } from './codes.js'

const { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } =
  process.getBuiltinModule('node:fs')

/** Undefined when there is no such file. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * Readers see the old content or the new one, never half of it; mode 0600.
 * @param flush it must hold also after a power cut
 */
export function replaceFile(path: string, content: string | Uint8Array, { flush = false } = {}): void {
  const draft = `${path}.new`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeFileSync(file, content)
    if (flush) fsyncSync(file)
  } catch (error) {
    rmSync(draft, { force: true }) // on a full disk the rest of a draft would only fill it further
    throw error
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
