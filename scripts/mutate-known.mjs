// What `npm run mutate` changes and may leave unnoticed.

const testsIn = (folder, ...names) => names.map((name) => `${folder}/${name}.test.ts`)

/** The files that decide something, each with the tests beside it. */
export const DECIDING = {
  'src/core/backoff.ts': testsIn('src/core', 'backoff'),
  'src/core/plans.ts': testsIn('src/core', 'plans'),
  'src/supervisor/plan.ts': testsIn('src/supervisor', 'plan'),
  'src/supervisor/wanted.ts': testsIn('src/supervisor', 'wanted'),
  'src/supervisor/wire.ts': testsIn('src/supervisor', 'wire'),
  'src/supervisor/tickets.ts': testsIn('src/supervisor', 'tickets'),
  'src/kinds/whatsapp/decide.ts': testsIn('src/kinds/whatsapp', 'decide'),
  'src/kinds/whatsapp/sender.ts': testsIn('src/kinds/whatsapp', 'sender-hand', 'lease', 'sender'),
  'src/kinds/whatsapp/inbox.ts': testsIn('src/kinds/whatsapp', 'inbox', 'sender'),
  'src/journal/intents.ts': testsIn('src/journal', 'intents', 'journal'),
  'src/journal/outbox.ts': testsIn('src/journal', 'records', 'left-events', 'journal'),
  'src/processes/proc.ts': testsIn('src/processes', 'proc'),
  'src/notify/alerts.ts': testsIn('src/notify', 'alerts'),
}

/**
 * Changes that no test can notice, each with why: `was` is the line as it stands, `is` the line as it was changed (of
 * what goes over several lines, the first).
 */
export const KNOWN = [
  {
    file: 'src/core/backoff.ts',
    was: 'export const NO_ATTEMPTS: Attempts = { recentExits: [], sinceReady: 0, flappingTold: false }',
    is: 'export const NO_ATTEMPTS: Attempts = { recentExits: [], sinceReady: 0, flappingTold: true }',
    why: 'The first end is never flapping, and writes its own.',
  },
  {
    file: 'src/supervisor/plan.ts',
    was: "if (wanted.should.do === 'stop' && wanted.should.reason === null) return markUnless(unit, 'stopped', null)",
    is: "if (true && wanted.should.reason === null) return markUnless(unit, 'stopped', null)",
    why: 'Nothing but a stop can be without a reason: the type says so.',
  },
  {
    file: 'src/supervisor/plan.ts',
    was: "if (life.state === 'failed' && life.clears === 'start' && !asked) return null",
    is: "if (true && life.clears === 'start' && !asked) return null",
    why: 'Only what failed has `clears`: the type says so.',
  },
  {
    file: 'src/kinds/whatsapp/sender.ts',
    was: 'for (let limit = LOOK_AT; inHand.size < AT_ONCE; limit *= 10) {',
    is: 'for (let limit = LOOK_AT; inHand.size <= AT_ONCE; limit *= 10) {',
    why: 'With four in hand it looks in vain: `begin` takes no fifth.',
  },
  {
    file: 'src/kinds/whatsapp/sender.ts',
    was: "if (ends.some((end) => end.status === 'rejected' && end.reason instanceof Refused)) return true",
    is: 'if (ends.some((end) => true && end.reason instanceof Refused)) return true',
    why: 'What was fulfilled has no reason.',
  },
  {
    file: 'src/journal/intents.ts',
    was: "record('intent.unknown', { key, type: String(find.get(key)?.type), why })",
    is: "record('intent.unknown', { key, type: String(find.get(key).type), why })",
    why: 'The row that was just moved is there.',
  },
  {
    file: 'src/journal/intents.ts',
    was: 'openCount: (type) => Number((type === undefined ? count.get() : countOfType.get(type))?.n ?? 0),',
    is: 'openCount: (type) => Number((type === undefined ? count.get() : countOfType.get(type)).n ?? 0),',
    why: 'SQLite answers a count with a row, always.',
  },
  {
    file: 'src/journal/outbox.ts',
    was: 'pendingCount: () => Number(count.get()?.n ?? 0),',
    is: 'pendingCount: () => Number(count.get().n ?? 0),',
    why: 'SQLite answers a count with a row, always.',
  },
  {
    file: 'src/processes/proc.ts',
    was: 'if (performance.now() > giveUpAt) throw new CannotKill(targets)',
    is: 'if (performance.now() >= giveUpAt) throw new CannotKill(targets)',
    why: 'It gives up a moment earlier, at most.',
  },
  {
    file: 'src/processes/proc.ts',
    was: "if (isAlive(pid, startTicks)) signalProcess(pid, 'SIGKILL')",
    is: "if (true) signalProcess(pid, 'SIGKILL')",
    why: 'No test can make the kernel use a pid again in the moment between the scan and the shot.',
  },
  {
    file: 'src/processes/proc.ts',
    was: "return environ.toString('utf8', at + key.length, end < 0 ? environ.length : end)",
    is: "return environ.toString('utf8', at + key.length, end <= 0 ? environ.length : end)",
    why: 'The end comes after a name: it is never 0.',
  },
  {
    file: 'src/notify/alerts.ts',
    was: 'if (say || before?.open !== next?.open) remember() // not at every repeat: some come each second',
    is: 'if (say || before.open !== next?.open) remember() // not at every repeat: some come each second',
    why: 'Of what is not told a trouble was known before.',
  },
]
