import type { FleetClient } from '../../api/verbs.js'
import type { Config } from '../../config/config.js'
import { messageOf } from '../../core/errors.js'
import type { Admin } from '../doors.js'

export interface Finding {
  check: string
  level: 'ok' | 'warn' | 'fail'
  message: string
  /** What to do about it; '' when nothing needs doing. */
  advice: string
}

export interface Patient {
  config: Config
  admin: Admin
  checkout: string
  /** Null while the fleet is down. Nothing is made or changed by looking. */
  live: FleetClient | null
}

/** What can be checked without a valid configuration, and what cannot. */
export type Check = (patient: Patient) => Finding[] | Promise<Finding[]>

export const ok = (check: string, message: string, advice = ''): Finding => ({ check, level: 'ok', message, advice })
export const warn = (check: string, message: string, advice: string): Finding => {
  return { check, level: 'warn', message, advice }
}
export const fail = (check: string, message: string, advice: string): Finding => {
  return { check, level: 'fail', message, advice }
}

/** A check that breaks is a finding, not the end of the others. */
export async function examine(name: string, check: () => Finding[] | Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check()
  } catch (thrown) {
    const hint = thrown instanceof Error && 'hint' in thrown ? String(thrown.hint) : ''
    return [fail(name, messageOf(thrown), hint)]
  }
}
