import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { LsRow, StateName } from '../core/states.js'
import { lsTable, watchScreen } from './ls-table.js'
import { widthOf } from './width.js'

const row = (session: string, state: StateName = 'ready', reason: string | null = null): LsRow => ({
  session,
  tenant: session.split('/')[0] ?? '',
  name: session.split('/')[1] ?? '',
  kind: 'whatsapp',
  wanted: 'running',
  state,
  reason,
  since: null,
  pid: 4_194_304,
  port: 65_535,
  host: 'vm',
  rssBytes: 180 * 1024 * 1024,
  cpuPercent: 12.5,
  restarts: 0,
  lastBeatAt: null,
  outdated: false,
  oldProgram: false,
  detail: {},
})
const linesOf = (text: string) => stripVTControlCharacters(text).split('\n')

const LONG = 'a-customer-with-a-very-long-nam/a-session-with-quite-a-long-n'
const REASON = 'the login was refused by the other side three times: pair it again, then start it'

test('in 80 columns every row has its state and its whole reason, and long names stay apart', () => {
  const lines = linesOf(lsTable([row(`${LONG}-1`, 'failed', REASON), row(`${LONG}-2`)], 80))
  assert.ok(lines.every((line) => widthOf(line) <= 80))
  assert.match(lines[0] ?? '', /^SESSION +.*STATE .*REASON$/)
  assert.match(lines[1] ?? '', /…\S*-1 .* failed /)
  assert.match(lines.at(-1) ?? '', /…\S*-2 .* ready /)
  const reason = lines.slice(1, -1).map((line) => line.slice(lines[0]?.indexOf('REASON')))
  assert.equal(reason.join(' ').replace(/ +/g, ' ').trim(), REASON)
})

test('a wide window and a pipe lose no column', () => {
  const columns = 'SESSION KIND STATE MEM CPU PID PORT BEAT REASON'
  for (const room of [140, Number.POSITIVE_INFINITY]) {
    assert.equal(linesOf(lsTable([row('acme/p')], room))[0]?.replace(/ +/g, ' '), columns)
  }
  assert.ok(lsTable([row(`${LONG}-1`, 'failed', REASON)], Number.POSITIVE_INFINITY).includes(`${LONG}-1`))
})

test('the watched list fits its window, has trouble first and says what it does not show', () => {
  const plain = Array.from({ length: 30 }, (_, i) => row(`loja/p-${i + 1}`))
  const rows = [...plain, row('loja/q', 'failed', REASON), row('loja/r', 'waiting', REASON), row('loja/s', 'backoff')]
  const lines = linesOf(watchScreen(rows, { columns: 80, rows: 12 }))
  assert.equal(lines.length, 11) // the cursor has the last one
  assert.ok(lines.every((line) => widthOf(line) <= 80))
  assert.match(lines[0] ?? '', /^SESSION/)
  assert.deepEqual(
    lines.slice(1, 6).map((line) => line.split(' ')[0]),
    ['loja/q', 'loja/s', 'loja/r', 'loja/p-1', 'loja/p-2'],
  )
  assert.equal(lines.at(-1), '… and 24 more: 24 ready')
  assert.equal(linesOf(watchScreen(rows, { columns: 80, rows: 50 })).length, 34)
})
