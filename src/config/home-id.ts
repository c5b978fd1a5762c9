import { randomUUID } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { UserError } from '../core/errors.js'
import type { HomeId } from '../core/ids.js'
import { hasCode } from '../node/codes.js'
import { readIfThere } from '../node/files.js'
import type { HomePaths } from './home.js'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** This home's name in a shared store. Made once; two callers at the same moment get the same one. */
export function homeId(config: { readonly paths: HomePaths }): HomeId {
  const { homeId: path, ledger } = config.paths
  const text = readIfThere(path)?.trim() ?? createUnlessLost(path, ledger)
  if (!UUID.test(text)) {
    throw new UserError(
      'HOME_ID_BROKEN',
      `${path} does not hold a home's id.`,
      'restore it from a backup: the sessions of this home are registered under it',
    )
  }
  return text as HomeId
}

/** Under a new id the home would take all its sessions for removed, and stop them. */
function createUnlessLost(path: string, ledger: string): string {
  if (!existsSync(ledger)) return createOnce(path)
  const hint = 'put it back from a backup: it is the "home" of the sessions in the store'
  throw new UserError('HOME_ID_GONE', `${path} is gone, but this home has had sessions.`, hint)
}

/** Written aside and linked into place: nobody sees half a file, and the first one stays. */
function createOnce(path: string): string {
  const aside = `${path}.${randomUUID()}`
  writeFileSync(aside, `${randomUUID()}\n`, { mode: 0o600, flush: true })
  try {
    linkSync(aside, path)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(aside, { force: true })
  }
  return readFileSync(path, 'utf8').trim()
}
