import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localTime, zoneLine } from './times.js'
import { documentText } from './units.js'

/** The zone is the process's: each test file is a process of its own. */
process.env.TZ = 'America/Sao_Paulo'

test('times are local, with their zone’s name once', () => {
  assert.equal(localTime('2026-11-21T02:03:04.567Z'), '2026-11-20 23:03:04')
  assert.equal(localTime('not a time'), 'not a time')
  const text = documentText({ createdAt: '2026-11-21T02:03:04.567Z', detail: { lastAt: '2026-11-21T12:00:00Z' } })
  assert.deepEqual(text.split('\n'), [
    zoneLine(),
    'createdAt: 2026-11-20 23:03:04',
    'detail:',
    '  lastAt: 2026-11-21 09:00:00',
  ])
  assert.equal(zoneLine(), 'Times are in America/Sao_Paulo.')
})

test('sizes and spans are said in units people read, by the unit in their names', () => {
  const document = {
    rssBytes: 188_743_680,
    diskBytes: 3.5 * 1024 ** 3,
    waitMs: 800,
    replyGapSeconds: 5400,
    graceMs: 300_000,
    keptSeconds: 7 * 86_400,
    cpuPercent: 12.5,
    restarts: 3,
    outdated: false,
    reason: null,
    tags: ['a', 'b'],
  }
  assert.deepEqual(documentText(document).split('\n'), [
    'rssBytes: 180 MB',
    'diskBytes: 3.5 GB',
    'waitMs: 800 ms',
    'replyGapSeconds: 90 min',
    'graceMs: 5 min',
    'keptSeconds: 7 days',
    'cpuPercent: 12.5 %',
    'restarts: 3',
    'outdated: no',
    'reason: –',
    'tags: a, b',
  ])
})

test('a list has a line for each, and no answer moves the cursor', () => {
  const text = documentText([{ id: 1, sizeBytes: 2048 }, { text: 'a\nb\u001b[2J' }])
  assert.deepEqual(text.split('\n'), ['id=1  sizeBytes=2 KB', 'text=a b\ufffd[2J'])
})
