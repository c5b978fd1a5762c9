// One check of a session, from its order to its findings. What it says is redacted by whoever started it.
import type { JsonObject } from '../core/json.js'
import type { CheckContext, CheckModule } from '../kinds/check.js'
import { sleep } from '../node/waits.js'
import { withFiles } from './files.js'
import { asSecrets } from './new-secrets.js'
import { answerWith, lastWord, openOneShot } from './one-shot.js'
import { loadModule } from './run-module.js'

const { rmSync } = process.getBuiltinModule('node:fs')

export interface CheckOrder {
  /** file: URL of its module. */
  module: string
  session: CheckContext['session']
  /** Already validated. */
  config: JsonObject
  /** Opened: kept in memory only. */
  secrets: Record<string, string>
  limits: JsonObject
  dirs: CheckContext['dirs']
}

/** @param sdk what its module imports as `frota` */
export async function runCheck(sdk: URL): Promise<never> {
  let tmp: string | undefined
  const leave = () => {
    if (tmp !== undefined) rmSync(tmp, { recursive: true, force: true })
  }
  const door = await openOneShot(leave).catch(lastWord)
  const { module: url, session, config, secrets, limits, dirs } = door.order as unknown as CheckOrder
  tmp = dirs.tmp
  const { signal, log } = door
  const ctx: CheckContext = {
    signal,
    session,
    config: Object.freeze(withFiles(config, dirs.data)),
    secrets: Object.freeze(asSecrets(secrets)),
    limits: Object.freeze(limits),
    log,
    clock: { now: () => new Date(), sleep: (ms) => sleep(ms, signal) },
    dirs,
  }
  const work = async () => {
    const { check } = await loadModule<CheckModule>(url, sdk, 'check')
    const findings = await check(ctx)
    return { result: JSON.parse(JSON.stringify(findings ?? null)), text: null }
  }
  return answerWith(door, work, leave)
}
