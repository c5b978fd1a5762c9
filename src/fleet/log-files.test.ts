import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { readLogs } from './log-files.js'

const UNITS = [{ session: 'acme/a', name: 'acme.a' }]
const ALL = { tail: 50, since: null, grep: null, cursor: null }

function folder(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-logs-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  const log = join(dir, 'acme.a.jsonl')
  const crashes = join(dir, 'acme.a.crash.log')
  const say = (minute: string, msg: string) => appendFileSync(log, `${json(minute, msg)}\n`)
  const shown = (query = {}) =>
    readLogs(dir, UNITS, { ...ALL, ...query }).lines.map(({ line }) => /"msg":"(\w+)"/.exec(line)?.[1] ?? line.trim())
  return { dir, crashes, say, shown }
}

const at = (minute: string) => `2026-11-21T10:${minute}:00.000Z`
const json = (minute: string, msg: string) => JSON.stringify({ at: at(minute), level: 'info', session: 'acme/a', msg })

test('an old crash stands where it happened, and does not push newer lines off the end', (t) => {
  const { crashes, say, shown } = folder(t)
  say('01', 'before')
  writeFileSync(crashes, `${at('02')} acme/a crashed: Error: boom\n    at run (x.js:1)\n  {\n  code: 1\n}\n`)
  say('03', 'after')
  say('04', 'now')
  assert.deepEqual(shown(), [
    'before',
    `${at('02')} acme/a crashed: Error: boom`,
    'at run (x.js:1)',
    '{',
    'code: 1',
    '}',
    'after',
    'now',
  ])
  assert.deepEqual(shown({ tail: 2 }), ['after', 'now'])
  assert.deepEqual(shown({ since: new Date(at('03')) }), ['after', 'now'])
  assert.equal(shown({ since: new Date(at('02')) }).length, 7)
})

test('what a process cried without a time is as new as its file', (t) => {
  const { crashes, say, shown } = folder(t)
  say('01', 'before')
  writeFileSync(
    crashes,
    `${at('00')} acme/a crashed: Error: boom\n    at run (x.js:1)\nFATAL ERROR: out of memory\n 1: 0xb7\n`,
  )
  utimesSync(crashes, new Date(at('05')), new Date(at('05')))
  say('06', 'after')
  assert.deepEqual(shown().slice(2), ['before', 'FATAL ERROR: out of memory', '1: 0xb7', 'after'])
})

test('following shows each line once, also of a file that was not there before', (t) => {
  const { dir, crashes, say } = folder(t)
  say('01', 'one')
  const first = readLogs(dir, UNITS, ALL)
  say('02', 'two')
  writeFileSync(crashes, `${at('03')} acme/a crashed: Error: boom\n`)
  const second = readLogs(dir, UNITS, { ...ALL, cursor: first.cursor })
  assert.deepEqual([first.lines.length, second.lines.length], [1, 2])
  assert.equal(readLogs(dir, UNITS, { ...ALL, cursor: second.cursor }).lines.length, 0)
})
