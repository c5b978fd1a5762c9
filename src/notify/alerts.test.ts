import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { TenantId } from '../core/ids.js'
import { alertFile } from './alert-file.js'
import { type AlertMemory, type Alerts, COOLDOWN_MS, createAlerts } from './alerts.js'
import { MAX_ATTEMPTS } from './delivery.js'
import { type Alert, NotDelivered, type Notifier, type SessionAlert } from './notifier.js'

/** Time that moves only when told to. */
function fakeClock() {
  let nowMs = Date.parse('2026-01-01T00:00:00Z')
  let waits: { at: number; go: () => void }[] = []
  return {
    now: () => new Date(nowMs),
    wait: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        waits.push({ at: nowMs + ms, go: resolve })
        signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      }),
    waiting: () => waits.length,
    /** Timers do not fire. */
    passUnheard(ms: number) {
      nowMs += ms
    },
    async pass(ms: number) {
      const until = nowMs + ms
      for (;;) {
        await setImmediate()
        const next = waits.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
        if (!next) break
        nowMs = next.at
        waits = waits.filter((wait) => wait !== next)
        next.go()
      }
      nowMs = until
      await setImmediate()
    },
  }
}

let dir = ''
let memory: AlertMemory
let clock = fakeClock()
let sent: Alert[] = []
let problems: string[] = []
let failWith: (() => Error) | null = null
let opened: Alerts[] = []

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'frota-alerts-'))
  memory = alertFile(join(dir, 'alerts.json'))
  clock = fakeClock()
  ;[sent, problems, opened] = [[], [], []]
  failWith = null
})
afterEach(async () => {
  await Promise.all([...opened.map((alerts) => alerts.close()), clock.pass(10_000)])
  rmSync(dir, { recursive: true, force: true })
})

const channel: Notifier = {
  name: 'webhook',
  async send(alert) {
    if (failWith) throw failWith()
    sent.push(alert)
  },
}

function open(notifiers = [channel]): Alerts {
  const alerts = createAlerts({ notifiers, memory, clock, random: () => 0.5, onProblem: (said) => problems.push(said) })
  opened.push(alerts)
  return alerts
}

const trouble = (change: Partial<SessionAlert> = {}): SessionAlert => ({
  key: 'a',
  level: 'warning',
  title: 'It crashes',
  text: 'again',
  session: null,
  at: clock.now(),
  ...change,
})
const titles = () => sent.map(({ title }) => title)

test('a trouble is told once; repeats are counted and told when the cool-down ends, ever more rarely', async () => {
  const alerts = open()
  for (let i = 0; i < 5; i++) alerts.alert(trouble())
  await clock.pass(1000)
  assert.equal(sent.length, 1)
  await clock.pass(COOLDOWN_MS)
  assert.deepEqual(
    sent.map(({ text }) => text),
    ['again', 'again (4 more since the last message)'],
  )
  for (let minute = 0; minute < 60; minute++) {
    alerts.alert(trouble())
    await clock.pass(60_000)
  }
  assert.equal(sent.length, 3)
  assert.deepEqual(problems, [])
})

test('a worse level is told at once, and troubles do not hold each other back', async () => {
  const alerts = open()
  alerts.alert(trouble())
  alerts.alert(trouble({ level: 'critical', title: 'It failed' }))
  alerts.alert(trouble({ key: 'b', title: 'Another' }))
  await clock.pass(0)
  assert.deepEqual(titles(), ['It crashes', 'It failed', 'Another'])
})

test('what is told anew has its own cool-down: repeats are told when that one ends, and once', async () => {
  const alerts = open()
  alerts.alert(trouble())
  await clock.pass(60_000)
  alerts.alert(trouble({ level: 'critical', title: 'It failed' }))
  await clock.pass(0)
  assert.equal(sent.length, 2)
  const toldAt: string[] = []
  for (let minute = 1; minute < 30; minute++) {
    const before = sent.length
    alerts.alert(trouble({ level: 'critical', title: 'It failed' }))
    await clock.pass(60_000)
    if (sent.length > before) toldAt.push(`${minute} min: ${sent.length - before}`)
  }
  assert.deepEqual(toldAt, ['15 min: 1'])
})

test('the end of a trouble is told, but not that of a piece of information or of what nobody was told', async () => {
  const alerts = open()
  alerts.alert(trouble())
  alerts.clear('a')
  alerts.clear('a')
  alerts.alert(trouble({ key: 'b', level: 'info', title: 'Needs pairing' }))
  alerts.clear('b')
  alerts.clear('never raised')
  await clock.pass(0)
  assert.deepEqual(titles(), ['It crashes', 'Over: It crashes', 'Needs pairing'])
})

test('a trouble that comes and goes does not fill the chat, and is not lost when it stays', async () => {
  const alerts = open()
  for (let i = 0; i < 5; i++) {
    alerts.alert(trouble())
    await clock.pass(1000)
    alerts.clear('a')
  }
  assert.deepEqual(titles(), ['It crashes', 'Over: It crashes'])
  alerts.alert(trouble({ title: 'It stays' }))
  await clock.pass(COOLDOWN_MS)
  assert.deepEqual(titles(), ['It crashes', 'Over: It crashes', 'It stays'])
  alerts.clear('a')
  await clock.pass(3 * COOLDOWN_MS)
  alerts.alert(trouble({ title: 'A new day' }))
  await clock.pass(0)
  assert.equal(sent.at(-1)?.title, 'A new day')
})

test('what is over is forgotten when its cool-down has passed, in whichever order the two come', async () => {
  const alerts = open()
  alerts.alert(trouble())
  await clock.pass(COOLDOWN_MS)
  alerts.clear('a')
  assert.deepEqual(memory.load(), [])
  alerts.alert(trouble())
  alerts.clear('a')
  await clock.pass(COOLDOWN_MS)
  assert.deepEqual(memory.load(), [])
  alerts.alert(trouble())
  clock.passUnheard(COOLDOWN_MS) // a busy host: its timers are late
  alerts.clear('a')
  await clock.pass(0)
  assert.deepEqual(memory.load(), [])
})

test('what happens each second is neither written nor waited for each second; an end that nobody is told of is written', async () => {
  let saved = 0
  const { save } = memory
  memory.save = (troubles) => {
    saved++
    save(troubles)
  }
  const alerts = open()
  for (let i = 0; i < 5; i++) alerts.alert(trouble({ level: 'info' }))
  assert.deepEqual([saved, clock.waiting()], [1, 1])
  alerts.clear('a')
  assert.deepEqual([saved, memory.load()[0]?.[1].open], [2, false])
})

test('a restarted supervisor does not tell again what was told, and tells its end', async () => {
  const before = open()
  before.alert(trouble())
  await clock.pass(0)
  await before.close()
  const after = open()
  after.alert(trouble())
  await clock.pass(1000)
  assert.equal(sent.length, 1)
  after.clear('a')
  await clock.pass(0)
  assert.equal(sent.at(-1)?.title, 'Over: It crashes')
})

test('a channel that is away is tried again with growing pauses, then given up with a word', async () => {
  let attempts = 0
  failWith = () => {
    attempts++
    return new NotDelivered('away', true)
  }
  const alerts = open()
  alerts.alert(trouble())
  await clock.pass(60 * 60_000)
  assert.equal(attempts, MAX_ATTEMPTS)
  assert.match(problems[0] ?? '', /"It crashes" did not get through by webhook: away/)
  failWith = null
  alerts.alert(trouble({ key: 'b', title: 'Later' }))
  await clock.pass(0)
  assert.deepEqual(titles(), ['Later'])
})

test('what a channel refuses is not tried again, and it waits as long as it is told to', async () => {
  let attempts = 0
  failWith = () => (attempts++ === 0 ? new NotDelivered('slow down', true, 7000) : new NotDelivered('no', false))
  open().alert(trouble())
  await clock.pass(6999)
  assert.equal(attempts, 1)
  await clock.pass(2)
  assert.equal(attempts, 2)
  await clock.pass(60 * 60_000)
  assert.equal(attempts, 2)
})

test('a channel that asks for a month is asked again within the hour', async () => {
  let attempts = 0
  failWith = () => {
    attempts++
    return new NotDelivered('come back next month', true, 31 * 24 * 60 * 60_000)
  }
  open().alert(trouble())
  await clock.pass(2.5 * 60 * 60_000)
  assert.equal(attempts, 3)
})

test('a channel that is away does not hold back another', async () => {
  const away: Notifier = { name: 'telegram', send: () => Promise.reject(new NotDelivered('away', true)) }
  open([away, channel]).alert(trouble())
  await clock.pass(0)
  assert.deepEqual(titles(), ['It crashes'])
})

test('a memory that cannot be used is told, and alerts go out all the same', async () => {
  memory = alertFile('/proc/no/such/file')
  open().alert(trouble())
  await clock.pass(0)
  assert.equal(sent.length, 1)
  assert.match(problems[0] ?? '', /could not be remembered/)
})

test('whoever else is to be told hears the same as often, in words of its own', async () => {
  const heard: string[] = []
  const customer = { tenant: 'acme' as TenantId, title: 'Vendas has stopped', text: 'Be patient.' }
  const alerts = createAlerts({
    notifiers: [channel],
    memory,
    clock,
    random: () => 0.5,
    onProblem: (said) => problems.push(said),
    onSay: ({ title, customer: said }) => heard.push(`${title} / ${said?.title} / ${said?.text}`),
  })
  opened.push(alerts)
  for (let i = 0; i < 3; i++) alerts.alert(trouble({ customer }))
  await clock.pass(COOLDOWN_MS)
  alerts.clear('a')
  await clock.pass(0)
  assert.deepEqual(heard, [
    'It crashes / Vendas has stopped / Be patient.',
    'It crashes / Vendas has stopped / Be patient. (2 more since the last message)',
    'Over: It crashes / Over: Vendas has stopped / It is well again.',
  ])
  assert.deepEqual(titles(), ['It crashes', 'It crashes', 'Over: It crashes'])
  assert.ok(
    sent.every((alert) => !('customer' in alert)),
    'the operator’s channels are sent the customer’s words',
  )
})

test('a test goes through every channel and says which failed', async () => {
  const broken: Notifier = { name: 'telegram', send: () => Promise.reject(new NotDelivered('wrong token', false)) }
  assert.deepEqual(await open([channel, broken]).test(), [
    { channel: 'webhook', error: null },
    { channel: 'telegram', error: 'wrong token' },
  ])
})
