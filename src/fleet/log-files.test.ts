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
  const shown = async (query = {}) =>
    (await readLogs(dir, UNITS, { ...ALL, ...query })).lines.map(
      ({ line }) => /"msg":"(\w+)"/.exec(line)?.[1] ?? line.trim(),
    )
  return { dir, crashes, say, shown }
}

const at = (minute: string) => `2026-11-21T10:${minute}:00.000Z`
const json = (minute: string, msg: string) => JSON.stringify({ at: at(minute), level: 'info', session: 'acme/a', msg })

test('an old crash stands where it happened, and does not push newer lines off the end', async (t) => {
  const { crashes, say, shown } = folder(t)
  say('01', 'before')
  writeFileSync(crashes, `${at('02')} acme/a crashed: Error: boom\n    at run (x.js:1)\n  {\n  code: 1\n}\n`)
  say('03', 'after')
  say('04', 'now')
  assert.deepEqual(await shown(), [
    'before',
    `${at('02')} acme/a crashed: Error: boom`,
    'at run (x.js:1)',
    '{',
    'code: 1',
    '}',
    'after',
    'now',
  ])
  assert.deepEqual(await shown({ tail: 2 }), ['after', 'now'])
  assert.deepEqual(await shown({ since: new Date(at('03')) }), ['after', 'now'])
  assert.equal((await shown({ since: new Date(at('02')) })).length, 7)
})

test('what a process cried without a time is as new as its file', async (t) => {
  const { crashes, say, shown } = folder(t)
  say('01', 'before')
  writeFileSync(
    crashes,
    `${at('00')} acme/a crashed: Error: boom\n    at run (x.js:1)\nFATAL ERROR: out of memory\n 1: 0xb7\n`,
  )
  utimesSync(crashes, new Date(at('05')), new Date(at('05')))
  say('06', 'after')
  assert.deepEqual((await shown()).slice(2), ['before', 'FATAL ERROR: out of memory', '1: 0xb7', 'after'])
})

test('following shows each line once, also of a file that was not there before', async (t) => {
  const { dir, crashes, say } = folder(t)
  say('01', 'one')
  const first = await readLogs(dir, UNITS, ALL)
  say('02', 'two')
  writeFileSync(crashes, `${at('03')} acme/a crashed: Error: boom\n`)
  const second = await readLogs(dir, UNITS, { ...ALL, cursor: first.cursor })
  assert.deepEqual([first.lines.length, second.lines.length], [1, 2])
  assert.equal((await readLogs(dir, UNITS, { ...ALL, cursor: second.cursor })).lines.length, 0)
})

test('of a hundred sessions the newest lines of all are shown, and followed each once', async (t) => {
  const { dir } = folder(t)
  const units = Array.from({ length: 100 }, (_, i) => ({ session: `acme/s${i}`, name: `acme.s${i}` }))
  const long = 'x'.repeat(1_000)
  for (const [i, { name }] of units.entries()) {
    const lines = Array.from({ length: 200 }, (_, n) => json(String(n % 60).padStart(2, '0'), `${long} ${i}`))
    writeFileSync(join(dir, `${name}.jsonl`), `${lines.sort().join('\n')}\n`)
  }
  writeFileSync(join(dir, 'acme.s42.jsonl'), `${json('59', 'older')}\n${at('59').replace('59:00', '59:01')} newest\n`)
  const first = await readLogs(dir, units, { ...ALL, tail: 3 })
  assert.equal(first.lines.length, 3)
  assert.deepEqual(first.lines.at(-1), { session: 'acme/s42', line: '2026-11-21T10:59:01.000Z newest' })
  const again = await readLogs(dir, units, { ...ALL, cursor: first.cursor })
  assert.deepEqual(again.lines, [])
  appendFileSync(join(dir, 'acme.s7.jsonl'), `${json('59', 'more')}\n`)
  const third = await readLogs(dir, units, { ...ALL, cursor: again.cursor })
  assert.deepEqual(
    third.lines.map(({ session }) => session),
    ['acme/s7'],
  )
})

test('of a long log only what is asked for is read: not what is older than --since', async (t) => {
  const { dir, shown } = folder(t)
  const old = Array.from({ length: 20_000 }, () => json('01', 'old'))
  writeFileSync(join(dir, 'acme.a.jsonl'), `${[...old, json('30', 'new')].join('\n')}\n`)
  assert.deepEqual(await shown({ since: new Date(at('30')) }), ['new'])
  assert.deepEqual(await shown({ since: new Date(at('01')), tail: 20_002, grep: 'new' }), ['new'])
  assert.equal((await shown({ since: new Date(at('00')), tail: 20_002 })).length, 20_001)
})
