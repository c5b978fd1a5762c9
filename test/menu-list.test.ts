// The live list on a screen of any size over a fleet that does what the test says.
import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReadStream, WriteStream } from 'node:tty'
import type { Doors } from '../src/cli/doors.js'
import { UserError } from '../src/core/errors.js'
import type { LsRow, StateName } from '../src/core/states.js'
import { openMenu } from '../src/menu/context.js'
import type { FleetLink } from '../src/menu/fleet.js'
import type { Frame } from '../src/menu/page.js'
import { Leave, openPrompts } from '../src/menu/prompts.js'
import { sessions } from '../src/menu/screens/sessions.js'
import { openTerminal } from '../src/menu/terminal.js'
import { openScreen } from './screen.js'

/** Only ever waited for. */
const PATIENCE_MS = 30_000
const ESC = '\x1b'

const aRow = (session: string, state: StateName, change: Partial<LsRow> = {}): LsRow => ({
  session,
  tenant: session.split('/')[0] ?? '',
  name: session.split('/')[1] ?? '',
  kind: 'whatsapp',
  wanted: state === 'stopped' ? 'stopped' : 'running',
  state,
  reason: null,
  since: null,
  pid: 7,
  port: 3001,
  host: 'one',
  rssBytes: 1024 * 1024,
  cpuPercent: 0,
  restarts: 0,
  lastBeatAt: null,
  outdated: false,
  oldProgram: false,
  detail: { phone: '5511990000001' },
  ...change,
})

type Answers = Record<string, (input: Record<string, unknown>) => unknown>

function listAt(t: TestContext, rows: LsRow[], more: Answers = {}, size = { columns: 80, rows: 24 }) {
  const input = new PassThrough()
  const output = Object.assign(new PassThrough(), size)
  let screen = openScreen(size.columns, size.rows)
  let written = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    written += text
    screen.write(text)
  })
  const terminal = openTerminal(input as unknown as ReadStream, output as unknown as WriteStream)
  const frame: Frame = { notice: null, state: () => '' }
  const asked: string[] = []
  const host = { memoryFreeBytes: 1e9, memoryTotalBytes: 4e9, cpuPercent: 3, diskFreeBytes: 1e9, name: 'one' }
  const answers: Answers = {
    'sessions.list': () => rows,
    'host.status': () => ({ host, store: { driver: 'sqlite', outage: null }, warnings: [] }),
    ...more,
  }
  const call = async (verb: string, given: Record<string, unknown> = {}) => {
    asked.push(verb)
    return answers[verb]?.(given)
  }
  const fleet = { isLive: () => true, call, callLive: call } as unknown as FleetLink
  const menu = openMenu(
    { doors: { program: () => 'frota' } as Doors, fleet, terminal, ask: openPrompts(terminal, frame) },
    frame,
  )
  const left = sessions(menu).catch((thrown: unknown) => {
    if (!(thrown instanceof Leave)) throw thrown
  })
  t.after(async () => {
    input.end() // as a terminal that hangs up: a failed test leaves no list that goes on
    await left
    terminal.close()
  })
  return {
    asked,
    left,
    text: () => screen.text(),
    broken: () => screen.broken(),
    takeWritten() {
      const taken = written
      written = ''
      return taken
    },
    async types(...keys: string[]) {
      for (const key of keys) {
        input.write(key)
        await sleep(60) // longer than Esc is waited upon
      }
    },
    resizes(columns: number, tall: number) {
      Object.assign(output, { columns, rows: tall })
      screen = openScreen(columns, tall)
      screen.write(`${ESC}[?1049h`)
      output.emit('resize')
    },
    async sees(what: RegExp): Promise<string> {
      const giveUpAt = performance.now() + PATIENCE_MS
      while (!what.test(screen.text())) {
        if (performance.now() > giveUpAt) assert.fail(`not seen: ${what}\n${screen.text()}`)
        await sleep(10)
      }
      return screen.text()
    },
  }
}

test('an order goes to the fleet for all that are marked, and what fails is told in the list, which goes on', async (t) => {
  const stops: unknown[] = []
  const refusal = { code: 'NO', message: 'it is being moved', hint: '' }
  const list = listAt(t, [aRow('acme/a', 'ready'), aRow('acme/b', 'ready'), aRow('acme/c', 'stopped')], {
    'sessions.stop'({ refs }) {
      stops.push(refs)
      return [
        { session: 'acme/a', error: null },
        { session: 'acme/b', error: refusal },
      ]
    },
    'sessions.start'() {
      throw new UserError('PLAN_LIMIT', 'The plan allows one.\x1b[2J', 'change the plan')
    },
    'sessions.restart': () => Promise.reject(new Error('boom')),
  })
  await list.sees(/❯ acme\/a/)
  await list.types(' ', ' ', 's')
  await list.sees(/Stop 2 sessions, 2 of them at work\? {2}y\/N/)
  assert.deepEqual(stops, [])
  await list.types('y')
  await list.sees(/✗ 1 of 2 failed: acme\/b: it is being moved/)
  assert.deepEqual(stops, [['acme/a', 'acme/b']])
  assert.match(list.text(), /^ {2}acme\/a/m, 'what is done is not marked any more')
  assert.match(list.text(), /^ ●acme\/b/m)
  await list.types(' ', ESC, 'G', 'k', 'j', 's')
  await list.sees(/✗ The plan allows one\..* \(change the plan\)/)
  await list.types('k', 'r', 'y')
  await list.sees(/✗ boom/)
  await list.types('q')
  await list.left
})

test('in any size of window every line fits, the chosen session is seen, and its number too', async (t) => {
  const long = 'a-customer-with-a-very-long-name'.slice(0, 31)
  const states: StateName[] = ['ready', 'backoff', 'failed', 'stopped', 'pairing']
  const rows = Array.from({ length: 60 }, (_, i) =>
    aRow(`${i % 7 === 0 ? long : 'acme'}/bot-${String(i).padStart(3, '0')}`, states[i % 5] ?? 'ready', {
      reason: i % 5 === 1 ? 'it ended with exit code 1, and said something very long about it before it did so' : null,
    }),
  )
  const list = listAt(t, rows)
  await list.sees(/bot-000/)
  await list.types('\x1b[F', 'k', 'k', 'k', 'k')
  for (const [columns, tall] of [
    [120, 40],
    [80, 24],
    [60, 15],
    [40, 8],
    [20, 6],
    [200, 60],
  ] as const) {
    list.resizes(columns, tall)
    const text = await list.sees(/❯/)
    assert.match(text, /^❯.*ot-055/m, `${columns}×${tall}`)
    assert.equal(list.broken(), 0, `${columns}×${tall}`)
    if (columns >= 60) assert.match(text, /\+5511990000001/, `${columns}×${tall}`)
    if (columns >= 40) assert.match(text, /\? keys · q back/, `${columns}×${tall}`)
    await list.types(' ', 's')
    await list.sees(columns < 40 ? /Stop acme/ : /Stop acme\/bot-055\?/)
    assert.equal(list.broken(), 0, `${columns}×${tall}, asked`)
    await list.types(ESC, ESC)
    await list.types('k')
  }
})

test('only what has changed is drawn again, one question a second brings it all, and Ctrl-L draws everything', async (t) => {
  const rows = Array.from({ length: 10 }, (_, i) => aRow(`acme/${i}`, 'ready'))
  const list = listAt(t, rows)
  await list.sees(/acme\/9/)
  list.takeWritten()
  const looked = () => list.asked.filter((verb) => verb === 'sessions.list').length
  const before = looked()
  const row = rows[4]
  assert.ok(row)
  Object.assign(row, { state: 'failed', reason: 'its key is refused' } satisfies Partial<LsRow>)
  await list.sees(/acme\/4 +failed/)
  const written = list.takeWritten()
  assert.ok(![`${ESC}[J`, `${ESC}[2J`].some((wipe) => written.includes(wipe)), 'nothing is wiped before it is drawn')
  assert.deepEqual(
    list.asked.filter((verb) => !['sessions.list', 'host.status'].includes(verb)),
    [],
    'no question for a single row',
  )
  while (looked() < before + 3) await sleep(20)
  assert.equal(list.takeWritten(), '', 'nothing has changed')
  await list.types('\x0c')
  assert.match(list.takeWritten(), /frota › Sessions/)
  await list.types('q')
  await list.left
})

test('a list that cannot be read says so, keeps what it showed, and a mistyped key does nothing to the fleet', async (t) => {
  let isAway = false
  const rows = [aRow('acme/a', 'ready')]
  const list = listAt(t, rows, {
    'sessions.list'() {
      if (isAway) throw new Error('the database is away')
      return rows
    },
  })
  await list.sees(/❯ acme\/a +ready/)
  isAway = true
  await list.sees(/✗ the database is away/)
  assert.match(list.text(), /❯ acme\/a +ready/)
  isAway = false
  list.asked.length = 0
  await list.types('x', 'S', 'R', '1', '\x1b[15~', 'é', 'y')
  assert.deepEqual(
    list.asked.filter((verb) => !['sessions.list', 'host.status'].includes(verb)),
    [],
  )
  await list.types('?')
  await list.sees(/mark all that are shown/)
  await list.types(ESC)
  await list.sees(/❯ acme\/a +ready/)
  await list.types(ESC)
  await list.left
})
