import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { LsRow } from '../core/states.js'
import { detailLines, listLines } from './list-lines.js'
import { move, type Scroll, show } from './live.js'
import { clip, widthOf, wrap } from './paint.js'

const row = (session: string, more: Partial<LsRow> = {}): LsRow => ({
  session,
  tenant: session.split('/')[0] ?? '',
  name: session.split('/')[1] ?? '',
  kind: 'whatsapp',
  wanted: 'running',
  state: 'ready',
  reason: null,
  since: '2026-11-21T04:00:00.000Z',
  pid: 4_194_304,
  port: 65_535,
  host: 'vm',
  rssBytes: 1200 * 1024 * 1024,
  cpuPercent: 99.9,
  restarts: 12,
  lastBeatAt: '2026-11-21T05:00:00.000Z',
  outdated: false,
  oldProgram: false,
  detail: {},
  ...more,
})
const NOW = Date.parse('2026-11-21T05:00:07.000Z')

test('what is cut fits, whatever letters it has', () => {
  assert.equal(clip('olá 💬💬💬', 7), 'olá 💬…')
  assert.equal(widthOf(clip('漢字漢字漢字', 6)), 5)
  assert.equal(clip('short', 10), 'short')
  assert.equal(clip('gone', 0), '')
})

test('long lines are broken between words, and nothing of them is lost', () => {
  const text = `some words and ${'x'.repeat(50)} and more`
  const lines = wrap(text, 20)
  assert.ok(lines.every((line) => widthOf(line) <= 20))
  assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''))
  assert.equal(wrap(text, 20, 2).length, 2)
})

test('a coloured text that is broken is whole in every line: nothing is lost, and no line colours what stands below', () => {
  const red = (text: string) => `\x1b[31m${text}\x1b[39m`
  assert.deepEqual(wrap(red('y'.repeat(30)), 20), [red('y'.repeat(20)), red('y'.repeat(10))])
  assert.deepEqual(wrap(`${red('株式会社 ready')} 👩‍👩‍👧 now`, 8), [red('株式会社'), `${red('ready')} 👩‍👩‍👧`, 'now'])
})

test('plain text is broken where the same text with a colour is', () => {
  const text = 'The plan of this customer ended: its sessions wait until it is paid, and nothing of  them is deleted.'
  const bare = (lines: string[]) => lines.map((line) => stripVTControlCharacters(line))
  for (let columns = 9; columns <= 110; columns++) {
    assert.deepEqual(wrap(text, columns), bare(wrap(`\x1b[2m${text}\x1b[22m`, columns)), String(columns))
  }
})

test('the list fits every width, and two sessions of one customer never look the same', () => {
  const long = 'a-customer-with-a-very-long-nam'
  const rows = [row(`${long}/a-session-with-quite-a-long-n-1`), row(`${long}/a-session-with-quite-a-long-n-2`)]
  for (const columns of [40, 58, 78, 100, 140]) {
    const { head, lines } = listLines(rows, columns, NOW)
    for (const line of [head, ...lines]) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
    assert.equal(new Set(lines).size, 2, `${columns}: ${lines.join('\n')}`)
  }
})

test('in 80 columns and in fewer, every session that has a reason shows it', () => {
  const rows = [
    row('acme/a-session-with-a-long-name', { state: 'failed', reason: 'credentials refused' }),
    row('acme/b'),
  ]
  for (const columns of [58, 78]) {
    const { head, lines } = listLines(rows, columns, NOW)
    assert.match(head, /STATE .*REASON/)
    assert.match(lines[0] ?? '', /failed .*credentials/)
    for (const line of [head, ...lines]) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
  }
})

test('in 80 columns the list says all there is; in a narrower window ports and pids give way to names', () => {
  const rows = [row('acme/a-session-with-a-name')]
  assert.equal(listLines(rows, 78, NOW).head.split(/ +/).join(' '), 'SESSION STATE MEM CPU PID PORT BEAT')
  assert.equal(listLines(rows, 58, NOW).head.split(/ +/).join(' '), 'SESSION STATE MEM CPU BEAT')
  assert.match(listLines(rows, 58, NOW).lines[0] ?? '', /^acme\/a-session-with-a-name /)
})

test('a reason is shown beside a session when there is room, and always under the list for the chosen one', () => {
  const failed = row('acme/sales', {
    state: 'failed',
    reason: 'credentials refused: log in again',
    pid: null,
    port: null,
  })
  assert.match(listLines([failed], 78, NOW).lines[0] ?? '', /credentials/)
  assert.match(detailLines(failed, 78, NOW).join('\n'), /acme\/sales .*\n.*credentials refused: log in again/)
  const hostile = row('acme/sales', { reason: 'a\x1b[2Jb\nc' })
  assert.ok(!listLines([hostile], 120, NOW).lines[0]?.includes('\n'))
})

test('the chosen line is always in sight, also when the list or the window shrinks', () => {
  const scroll: Scroll = { at: 0, top: 0 }
  for (let i = 0; i < 30; i++) move(scroll, { name: 'down' }, 100, 10)
  assert.deepEqual(scroll, { at: 30, top: 21 })
  move(scroll, { name: 'pageup' }, 100, 10)
  assert.deepEqual(scroll, { at: 20, top: 20 })
  move(scroll, { name: 'end' }, 100, 10)
  assert.deepEqual(scroll, { at: 99, top: 90 })
  show(scroll, 5, 10)
  assert.deepEqual(scroll, { at: 4, top: 0 })
  show(scroll, 100, 2)
  assert.ok(scroll.at >= scroll.top && scroll.at < scroll.top + 2)
})
