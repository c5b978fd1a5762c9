// --wait: until sessions are where they were sent, cannot get there, or need a person; or time is up.
import { setTimeout as sleep } from 'node:timers/promises'
import { EXIT, UserError } from '../core/errors.js'
import type { LsRow } from '../core/states.js'
import type { Outcome } from '../fleet/wanted.js'
import type { Cli } from './cli.js'
import { patiently } from './follow.js'

const ASK_EVERY_MS = 150
/** Each answer holds a row of everybody, and costs who starts them: with hundreds on their way it is asked less often. */
const MORE_FOR_EACH_LATE_MS = 2

export type Goal = 'up' | 'stopped'

/**
 * What became of each. One that was waited for alone throws its problem.
 * @throws WAITS_FOR_PERSON (8) when all others are ready and one must be paired, TIMED_OUT (6)
 */
export async function waitUntilUp(
  cli: Cli,
  sessions: string[],
  timeoutMs: number,
  goal: Goal = 'up',
): Promise<Outcome[]> {
  const told = new Map<string, string>()
  const asked = new Set(sessions)
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const all = await patiently(() => cli.call('sessions.list', {}))
    const rows = new Map(all.filter((row) => asked.has(row.session)).map((row) => [row.session, row]))
    tellChanges(cli, [...rows.values()], told)
    const verdicts = sessions.map((session) => judge(session, rows.get(session), goal))
    const late = sessions.filter((_, i) => verdicts[i] === 'not yet')
    if (late.length === 0) return settle(sessions, verdicts)
    if (performance.now() > deadline) throw await timedOut(cli, late, rows, timeoutMs)
    await sleep(ASK_EVERY_MS + MORE_FOR_EACH_LATE_MS * late.length)
  }
}

type Verdict = 'there' | 'waits for a person' | 'not yet' | UserError

/** Another terminal may have other plans for it: then nobody waits for what will not come. */
function judge(session: string, row: LsRow | undefined, goal: Goal): Verdict {
  if (goal === 'stopped') {
    if (!row || row.pid === null) return 'there'
    return row.wanted === 'stopped' ? 'not yet' : crossed(`${session} was started again meanwhile.`)
  }
  if (!row) return crossed(`${session} was removed meanwhile.`)
  if (row.wanted === 'stopped') return crossed(`${session} was stopped meanwhile.`)
  if (row.state === 'ready') return 'there'
  if (row.state === 'pairing') return 'waits for a person'
  if (row.state !== 'failed') return 'not yet'
  return new UserError('SESSION_FAILED', `${session} failed: ${row.reason}.`, `frota logs ${session}`)
}

const crossed = (message: string) => new UserError('CROSSED', message, 'somebody else said so: frota ls')

function settle(sessions: string[], verdicts: Verdict[]): Outcome[] {
  const outcomes = sessions.map((session, i) => {
    const verdict = verdicts[i]
    return { session, error: verdict instanceof UserError ? verdict : null }
  })
  const problem = outcomes.find(({ error }) => error !== null)?.error
  if (problem && sessions.length === 1) throw problem
  const waiting = sessions.filter((_, i) => verdicts[i] === 'waits for a person')
  if (!problem && waiting.length > 0) throw waitsForPerson(waiting)
  return outcomes.map(({ session, error }) => {
    return { session, error: error && { code: error.code, message: error.message, hint: error.hint } }
  })
}

export function waitsForPerson(sessions: string[]): UserError {
  const [first = ''] = sessions
  const message =
    sessions.length === 1
      ? `${first} waits for a person: it must be paired.`
      : `${sessions.join(', ')} wait for a person: they must be paired.`
  return new UserError('WAITS_FOR_PERSON', message, `frota pair ${first}`, EXIT.waitsForPerson)
}

function tellChanges(cli: Cli, rows: LsRow[], told: Map<string, string>) {
  for (const row of rows) {
    const word = row.reason ? `${row.state}: ${row.reason}` : row.state
    if (told.get(row.session) === word) continue
    told.set(row.session, word)
    if (!cli.json) cli.note(`${row.session}  ${word}`)
  }
}

async function timedOut(cli: Cli, late: string[], rows: Map<string, LsRow>, timeoutMs: number): Promise<UserError> {
  const words = late.map((session) => {
    const row = rows.get(session)
    return `${session} is ${row?.state}${row?.reason ? ` (${row.reason})` : ''}`
  })
  const hint = (await cli.isLive()) ? `frota logs ${late[0]}` : 'the fleet is down: frota up'
  return new UserError('TIMED_OUT', `Not there after ${timeoutMs / 1000} s: ${words.join(', ')}.`, hint, EXIT.timeout)
}
