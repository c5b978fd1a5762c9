import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { LsRow } from '../core/states.js'
import { detailLines, listLines } from './list-lines.js'
import { widthOf } from './paint.js'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
const inS = (seconds: number) => new Date(NOW + seconds * 1000).toISOString()

const READY: LsRow = {
  session: 'acme/vendas',
  tenant: 'acme',
  name: 'vendas',
  kind: 'whatsapp',
  wanted: 'running',
  state: 'ready',
  reason: null,
  since: inS(-60),
  pid: 12_345,
  port: 3001,
  host: 'one',
  rssBytes: 180 * 1024 * 1024,
  cpuPercent: 1.5,
  restarts: 0,
  lastBeatAt: inS(-3),
  outdated: false,
  oldProgram: false,
  detail: { phone: '5511990000001', name: 'Loja da Ana' },
}
const BACKOFF: LsRow = {
  ...READY,
  session: 'acme/suporte',
  name: 'suporte',
  state: 'backoff',
  reason: 'it ended with exit code 1',
  pid: null,
  port: null,
  detail: { retryAt: inS(42) },
}

const shown = (rows: LsRow[], columns: number) => {
  const { head, lines } = listLines(rows, columns, NOW)
  return [head, ...lines].map(stripVTControlCharacters)
}

test('whose number a session speaks for is shown from 60 columns on, with the name where there is room', () => {
  assert.match(shown([READY], 60)[1] ?? '', /acme\/vendas +ready .*\+5511990000001/)
  assert.match(shown([READY], 160)[1] ?? '', /\+5511990000001 Loja da Ana/)
  assert.match(detailLines(READY, 80, NOW)[0] ?? '', /\+5511990000001 · Loja da Ana/)
  const nameless = { ...READY, detail: { phone: '5511990000001', name: '5511990000001' } }
  assert.doesNotMatch(detailLines(nameless, 120, NOW)[0] ?? '', /1 · 5511/, 'a number is not told twice')
  const hostile = { ...READY, detail: { phone: '\x1b[31m55', name: 'a\x1b[2Jb' } }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
  assert.doesNotMatch(listLines([hostile], 160, NOW).lines.join(), /\x1b\[2J/)
})

test('when a session in backoff is tried again stands before why, and pid and port give way to both', () => {
  const [head, ready, backoff] = shown([READY, BACKOFF], 80)
  assert.match(backoff ?? '', /backoff .*next try in 42/)
  assert.match(head ?? '', /REASON/)
  assert.doesNotMatch(head ?? '', /PORT/)
  assert.doesNotMatch(ready ?? '', /12345/)
  assert.match(detailLines(BACKOFF, 80, NOW)[1] ?? '', /next try in 42s; it ended with exit code 1/)
  const past = { ...BACKOFF, detail: { retryAt: inS(-1) } }
  assert.doesNotMatch(detailLines(past, 80, NOW)[1] ?? '', /next try/)
})

test('no line is wider than the window, and names are told apart in any of them', () => {
  const long = 'a-customer-with-a-very-long-name'.slice(0, 31)
  const names = ['a-bot-of-this-customer-no-001', 'a-bot-of-this-customer-no-002']
  const rows = [READY, BACKOFF, ...names.map((name) => ({ ...READY, session: `${long}/${name}`, tenant: long, name }))]
  for (let columns = 36; columns <= 200; columns++) {
    const lines = shown(rows, columns)
    for (const line of lines) assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
    const [, , , one, two] = lines
    assert.notEqual(one, two)
    assert.match(one ?? '', /001 +(whatsapp +)?ready/, `${columns} columns`)
  }
})
