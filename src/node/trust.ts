// Who could change what we are about to obey, or answer where we are about to hand over a secret. The rule is ssh's: a
// file and every directory on the way to it belong to us or to root, and nobody else may write there. Sessions load this
// file, so Node's modules are taken as built-ins.
import { hasCode } from './codes.js'
import { isPrivateGroup } from './private-group.js'

const { lstatSync, readFileSync, realpathSync } = process.getBuiltinModule('node:fs')
const { dirname } = process.getBuiltinModule('node:path')

export interface Distrust {
  /** Another user's · ours, but others may write to it · not the kind of file it has to be. */
  readonly is: 'foreign' | 'open' | 'odd'
  /** One sentence that names the path. */
  readonly message: string
  /** What to type. */
  readonly remedy: string
}

interface Seen {
  readonly uid: number
  readonly gid: number
  readonly mode: number
}

const OTHERS_MAY_WRITE = 0o002
const GROUP_MAY_WRITE = 0o020
const STICKY = 0o1000
const ROOT = 0

const ourUid = () => process.getuid?.() ?? ROOT

/** Symlinks are resolved. What does not exist yet is judged by the directories it would lie in. */
export const distrustOf = (path: string): Distrust | null => judge(path, new Set([ROOT, ourUid()]))

/** Code may also belong to whoever owns this program: theirs is running already. */
export const distrustOfCode = (path: string): Distrust | null => judge(path, ownersOfTheWay())

/** A directory for us alone, such as one that sockets lie in; a symlink is none. Null too when nothing is there. */
export function distrustOfOwnDirectory(dir: string): Distrust | null {
  const seen = lstatSync(dir, { throwIfNoEntry: false })
  if (!seen) return null
  if (!seen.isDirectory()) return odd(dir, 'directory')
  return distrustOfOwn(dir, seen) ?? distrustOfWay(realpathSync(dirname(dir)))
}

/** A Unix socket and the directory it lies in. Null too when there is none: to connect will say so. */
export function distrustOfSocket(socket: string): Distrust | null {
  const dir = dirname(socket)
  const seen = lstatSync(socket, { throwIfNoEntry: false })
  const isSocket = seen?.isSocket() ?? true
  const found =
    distrustOfOwnDirectory(dir) ?? (seen && (isSocket ? distrustOfOwn(socket, seen) : odd(socket, 'socket'))) ?? null
  return found?.is === 'foreign' ? { ...found, remedy: removal(dir) } : found
}

/** For what is made anew when it is gone; never for a directory that keeps anything. */
export const removal = (path: string) => `let root remove it: rm -r ${path}; frota makes a new one`

function judge(path: string, owners: ReadonlySet<number>): Distrust | null {
  const real = realOf(path)
  if (real === undefined) return distrustOfWay(nearestDirectory(path))
  const seen = lstatSync(real)
  return owners.has(seen.uid) ? (distrustOfMode(real, seen) ?? distrustOfWay(dirname(real))) : foreign(real, seen)
}

/** Not even root's: what we make ourselves and find to be another's was made by somebody who was faster. */
const distrustOfOwn = (path: string, seen: Seen): Distrust | null =>
  seen.uid === ourUid() ? distrustOfMode(path, seen) : foreign(path, seen)

/** Whoever may write to one of them can put another file of the same name in our file's place. */
function distrustOfWay(realDir: string): Distrust | null {
  const owners = ownersOfTheWay()
  for (let dir = realDir; ; dir = dirname(dir)) {
    const seen = lstatSync(dir)
    // In a sticky directory (/tmp) others may add names, but neither rename nor remove ours.
    const mode = (seen.mode & STICKY) !== 0 ? null : distrustOfMode(dir, seen, `chmod +t ${dir}, or chmod go-w ${dir}`)
    const found = owners.has(seen.uid) ? mode : foreign(dir, seen)
    if (found || dir === dirname(dir)) return found
  }
}

function distrustOfMode(path: string, seen: Seen, remedy = closing(path, seen)): Distrust | null {
  if ((seen.mode & OTHERS_MAY_WRITE) !== 0) return open(path, seen, remedy)
  return (seen.mode & GROUP_MAY_WRITE) === 0 || isOurPrivateGroup(seen.gid) ? null : open(path, seen, remedy)
}

/** A sticky directory is for everybody by its purpose: not to be closed, but no place of ours. */
const closing = (path: string, { mode }: Seen) =>
  (mode & STICKY) === 0 ? `chmod go-w ${path}` : `use a directory of your own in ${path}`

let owners: ReadonlySet<number> | undefined

/** Us, root, and whoever owns a directory on the way to this program: they could have replaced the program itself. */
function ownersOfTheWay(): ReadonlySet<number> {
  if (owners) return owners
  const found = new Set([ROOT, ourUid()])
  let dir = realpathSync(import.meta.dirname)
  for (; dir !== dirname(dir); dir = dirname(dir)) found.add(lstatSync(dir).uid)
  owners = found
  return found
}

function isOurPrivateGroup(gid: number): boolean {
  const read = (file: string) => (realOf(file) === undefined ? '' : readFileSync(file, 'utf8'))
  return isPrivateGroup({ gid, uid: ourUid(), passwd: read('/etc/passwd'), group: read('/etc/group') })
}

/** Undefined when nothing is there. */
function realOf(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined
    throw error
  }
}

function nearestDirectory(path: string): string {
  const parent = dirname(path)
  return realOf(parent) ?? nearestDirectory(parent)
}

function foreign(path: string, { uid }: Seen): Distrust {
  const message = `${path} belongs to another user (uid ${uid}; you are ${ourUid()})`
  return { is: 'foreign', message, remedy: `run frota as that user, in a container by --user ${uid}, or chown it` }
}

function open(path: string, { mode }: Seen, remedy: string): Distrust {
  return { is: 'open', message: `other users may write to ${path} (mode ${(mode & 0o7777).toString(8)})`, remedy }
}

function odd(path: string, what: string): Distrust {
  return { is: 'odd', message: `${path} is not a ${what} of its own`, remedy: 'move it away; frota makes a new one' }
}
