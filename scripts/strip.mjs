// Every *.ts of the repository without its types, in .build/stripped: made once for a whole run of the tests, because a
// test file that compiles for itself pays for it anew, 0.2 s of CPU in each of 260. Types become blanks: lines and
// columns of an error are those of the source.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
// Not by its name: an older Node lacks it, and begins this program only to hand over to the right one.
import nodeModule from 'node:module'
import { dirname, join, relative } from 'node:path'

const DIRS = ['src', 'sims', 'bench', 'test', 'scripts']

/** @param root the repository */
export function stripAll(root) {
  const into = join(root, '.build', 'stripped')
  withoutWarnings(() => {
    for (const file of DIRS.flatMap((dir) => sourcesIn(root, dir))) {
      const stripped = strippedOf(join(root, file))
      if (stripped === undefined) rmSync(join(into, file), { force: true })
      else put(join(into, file), stripped)
    }
  })
}

/** Undefined for what does not parse: Node itself says so, to the test that imports it, and the others run. */
function strippedOf(path) {
  try {
    return nodeModule.stripTypeScriptTypes(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ERR_INVALID_TYPESCRIPT_SYNTAX' || error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX')
      return undefined
    throw error
  }
}

function sourcesIn(root, dir) {
  return readdirSync(join(root, dir), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
}

/** In one rename: another run of the tests may be reading it. */
function put(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  const fresh = `${path}.${process.pid}`
  writeFileSync(fresh, text)
  renameSync(fresh, path)
}

/** Node calls this experimental at its first use; nobody who runs the tests can do anything about it. */
function withoutWarnings(work) {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    work()
  } finally {
    process.emitWarning = emitWarning
  }
}
