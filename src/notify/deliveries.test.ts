import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import type { ChannelState } from '../core/live.js'
import { createDeliveries, type DeliveryBook, type Waiting } from './deliveries.js'
import { LONGEST_QUEUE } from './delivery.js'
import { type Alert, NotDelivered, type Notifier } from './notifier.js'

const AT = new Date('2026-01-02T03:04:05Z')

/** A book in memory, and channels whose answer the test decides. */
function deliveries(book = aBook()) {
  const sent: string[] = []
  const told: string[] = []
  const answers = new Map<string, () => Promise<void>>()
  const waits: (() => void)[] = []
  const opened = createDeliveries({
    book,
    clock: { now: () => AT, wait: (_ms, signal) => untilToldOr(signal) },
    random: () => 0,
    onBroken: (channel, error) => told.push(`${channel} is broken: ${error}`),
    onWorks: (channel) => told.push(`${channel} works`),
  })
  const notifier = (channel: string): Notifier => ({
    name: 'webhook',
    async send(alert: Alert) {
      await answers.get(channel)?.()
      assert.deepEqual(Object.keys(alert).sort(), ['at', 'id', 'key', 'level', 'session', 'text', 'title', 'type'])
      sent.push(`${channel}: ${alert.title}`)
    },
  })
  const there = (...channels: string[]) =>
    opened.align(new Map(channels.map((one) => [one, { version: '1', open: () => notifier(one) }])))
  const say = (title: string, ...channels: string[]) => {
    const rows = channels.map((channel) => waiting(title, channel))
    book.rows.push(...rows)
    opened.deliver(rows)
  }
  return { ...opened, book, sent, told, answers, there, say, notifier, retry: () => waits.splice(0).map((go) => go()) }

  function untilToldOr(signal: AbortSignal) {
    return new Promise<void>((resolve, reject) => {
      waits.push(resolve)
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    })
  }
}

function aBook() {
  const rows: Waiting[] = []
  const errors = new Map<string, string | null>()
  const became = (channel: string, error: string | null) => {
    const changed = (errors.get(channel) ?? null) === null ? error !== null : error === null
    errors.set(channel, error)
    return changed
  }
  const book: DeliveryBook & { rows: Waiting[] } = {
    rows,
    waiting: (channel) => rows.filter((row) => row.channel === channel),
    ended({ id, channel }, error) {
      const at = rows.findIndex((row) => row.id === id)
      if (at >= 0) rows.splice(at, 1)
      return became(channel, error)
    },
    broken: became,
    drop(channel) {
      errors.delete(channel)
      rows.splice(0, rows.length, ...rows.filter((row) => row.channel !== channel))
    },
    states: () =>
      new Map([...errors].map(([one, error]): [string, ChannelState] => [one, { sentAt: null, error, waiting: 0 }])),
  }
  return book
}

const waiting = (title: string, channel: string): Waiting => ({
  id: `${title} ${channel}`,
  channel,
  message: { id: title, type: 'notice', key: 'k', level: 'info', title, text: '', session: 'acme/a', at: AT },
})

const settle = async () => {
  for (let i = 0; i < 10; i++) await turn()
}
const away = () => Promise.reject(new NotDelivered('away', true))
const refused = () => Promise.reject(new NotDelivered('no', false))

test('a channel that is broken, hangs or cannot be opened delays no other', async () => {
  const { opened, sent, answers, say, notifier, told } = withOpened()
  answers.set('away', away)
  answers.set('hangs', () => new Promise(() => undefined))
  const spec = (channel: string) => [channel, { version: '1', open: () => notifier(channel) }] as const
  const bad = () => {
    throw new Error('cannot be opened')
  }
  opened.align(new Map([spec('away'), spec('hangs'), spec('good'), ['bad', { version: '1', open: bad }]]))
  for (const title of ['one', 'two']) say(title, 'away', 'hangs', 'bad', 'good')
  await settle()
  assert.deepEqual(sent, ['good: one', 'good: two'])
  assert.deepEqual(told, ['bad is broken: cannot be opened'])
  assert.equal(await opened.test('bad', waiting('x', 'bad').message), 'cannot be opened')
  assert.match((await opened.test('none', waiting('x', 'none').message)) ?? '', /no such channel/)
})

test('that a channel is broken is told once, and so is that it works again; what was given up waits no longer', async () => {
  const { answers, there, say, book, told, sent } = deliveries()
  answers.set('a', refused)
  there('a')
  for (const title of ['one', 'two', 'three']) say(title, 'a')
  await settle()
  assert.deepEqual([told, book.rows], [['a is broken: no'], []])
  answers.delete('a')
  say('four', 'a')
  say('five', 'a')
  await settle()
  assert.deepEqual(told, ['a is broken: no', 'a works'])
  assert.deepEqual(sent, ['a: four', 'a: five'])
})

test('what waits is sent by the next process, and what was interrupted is no failure', async () => {
  const first = deliveries()
  first.answers.set('a', away)
  first.there('a')
  first.say('one', 'a')
  first.say('two', 'a')
  await settle()
  await first.close()
  await settle()
  assert.deepEqual([first.book.rows.length, first.told], [2, []])
  const next = deliveries(first.book)
  next.there('a')
  await settle()
  assert.deepEqual([next.sent, next.book.rows], [['a: one', 'a: two'], []])
})

test('a closing waits for what is being sent, and begins nothing new', async () => {
  const { answers, there, say, close, sent, book } = deliveries()
  let answer: () => void = () => undefined
  answers.set('a', () => new Promise((resolve) => (answer = resolve)))
  there('a')
  say('one', 'a')
  say('two', 'a')
  await settle()
  const closing = close()
  await settle()
  answers.delete('a')
  answer()
  await closing
  await settle()
  assert.deepEqual([sent, book.rows.map(({ id }) => id)], [['a: one'], ['two a']])
})

test('a changed channel goes on with what waits, by its new settings; one that is gone does not', async () => {
  const { opened, answers, say, sent, notifier, book, retry } = withOpened()
  answers.set('a', away)
  const spec = (version: string, to: string) => new Map([['a', { version, open: () => notifier(to) }]])
  opened.align(spec('1', 'a'))
  say('one', 'a')
  await settle()
  opened.align(spec('1', 'a'))
  opened.align(spec('2', 'b'))
  await settle()
  retry()
  await settle()
  assert.deepEqual([sent, book.rows], [['b: one'], []])
  answers.set('b', away)
  say('two', 'a')
  await settle()
  opened.align(new Map())
  await settle()
  assert.deepEqual([sent, book.rows], [['b: one'], []])
})

test('of too many that wait the oldest are given up', async () => {
  const { answers, there, say, book, sent } = deliveries()
  let answer: () => void = () => undefined
  answers.set('a', () => new Promise((resolve) => (answer = resolve)))
  there('a')
  for (let i = 0; i < LONGEST_QUEUE + 5; i++) say(`${i}`, 'a')
  await settle()
  assert.equal(book.rows.length, LONGEST_QUEUE)
  answers.delete('a')
  answer()
  await settle()
  assert.deepEqual([sent[0], sent[1], sent.length], ['a: 0', 'a: 6', LONGEST_QUEUE])
})

/** With the parts by name, so that a test may align by itself. */
function withOpened() {
  const all = deliveries()
  return { ...all, opened: all }
}
