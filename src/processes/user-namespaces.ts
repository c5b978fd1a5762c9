// Whether the kernel, and whatever stands between it and us (seccomp in a container, AppArmor, a sysctl), lets an ordinary
// user make the namespaces that Chromium's own sandbox is made of. To make them is the only answer there is.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { messageOf } from '../core/errors.js'
import { hasCode } from '../node/codes.js'

const TRY_WITHIN_MS = 5_000
/** What Chromium does: a user of its own in it, processes and network of their own, and then another root directory. */
const AS_CHROMIUM_DOES = ['--user', '--pid', '--net', '--fork', '--root=/', 'true']

/** Null: they can be had, or it cannot be tried here. Else why not, as the beginning of a sentence. */
export function closedUserNamespaces(): string | null {
  try {
    execFileSync('unshare', AS_CHROMIUM_DOES, { stdio: ['ignore', 'ignore', 'pipe'], timeout: TRY_WITHIN_MS })
    return null
  } catch (thrown) {
    if (hasCode(thrown, 'ENOENT')) return null // a host without util-linux's unshare
    return knownReason() ?? `User namespaces cannot be made (${lastLineOf(thrown)})`
  }
}

function knownReason(): string | null {
  const value = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : null)
  if (value('/proc/sys/kernel/unprivileged_userns_clone') === '0') return 'kernel.unprivileged_userns_clone is 0'
  if (value('/proc/sys/user/max_user_namespaces') === '0') return 'user.max_user_namespaces is 0'
  if (value('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return 'AppArmor restricts user namespaces'
  }
  return null
}

function lastLineOf(thrown: unknown): string {
  const said = typeof thrown === 'object' && thrown !== null && 'stderr' in thrown ? String(thrown.stderr).trim() : ''
  return said.split('\n').at(-1) || messageOf(thrown)
}
