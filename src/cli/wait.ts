// --wait: until sessions are where they were sent, a person is needed, or time is up.
import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT, UserError } from '../core/errors.js'
import type { LsRow } from '../core/states.js'
import type { Cli } from './cli.js'
import { patiently } from './follow.js'

const ASK_EVERY_MS = 150

/** @throws WAITS_FOR_PERSON (8) when one reached pairing, SESSION_FAILED, TIMED_OUT (6) */
export async function waitUntilUp(cli: Cli, sessions: string[], timeoutMs: number, goal: 'up' | 'stopped' = 'up') {
  const wanted = new Set(sessions)
  const told = new Map<string, string>()
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const all = await patiently(() => cli.call('sessions.list', {}))
    const rows = all.filter((row) => wanted.has(row.session))
    tellChanges(cli, rows, told)
    if (goal === 'stopped' ? rows.every((row) => row.pid === null) : isSettled(rows)) return
    if (performance.now() > deadline) throw timedOut(rows, goal, timeoutMs)
    await sleep(ASK_EVERY_MS)
  }
}

function isSettled(rows: LsRow[]): boolean {
  const failed = rows.find((row) => row.state === 'failed')
  if (failed)
    throw new UserError('SESSION_FAILED', `${failed.session} failed: ${failed.reason}.`, `frota logs ${failed.session}`)
  if (rows.some((row) => row.state !== 'ready' && row.state !== 'pairing')) return false
  const pairing = rows.find((row) => row.state === 'pairing')
  if (!pairing) return true
  const message = `${pairing.session} waits for a person: it must be paired.`
  throw new UserError('WAITS_FOR_PERSON', message, `frota pair ${pairing.session}`, EXIT.waitsForPerson)
}

function tellChanges(cli: Cli, rows: LsRow[], told: Map<string, string>) {
  for (const row of rows) {
    const word = row.reason ? `${row.state}: ${row.reason}` : row.state
    if (told.get(row.session) === word) continue
    told.set(row.session, word)
    if (!cli.json) cli.note(`${row.session}  ${word}`)
  }
}

function timedOut(rows: LsRow[], goal: 'up' | 'stopped', timeoutMs: number): UserError {
  const late = rows.filter((row) => (goal === 'stopped' ? row.pid !== null : row.state !== 'ready'))
  const words = late.map((row) => `${row.session} is ${row.state}${row.reason ? ` (${row.reason})` : ''}`).join(', ')
  return new UserError('TIMED_OUT', `Not there after ${timeoutMs / 1000} s: ${words}.`, 'frota logs', EXIT.timeout)
}
