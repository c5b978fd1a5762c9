import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openLog } from './log.js'
import { type LogFile, openLogFile } from './log-file.js'
import { redactorFor } from './redact.js'

function folder(t: { after(work: () => void): void }) {
  const dir = mkdtempSync(join(tmpdir(), 'frota-log-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function logTo(file: LogFile, nowMs: () => number = () => 0) {
  const redact = redactorFor(['hunter2'])
  return openLog({ session: 'a/b', file, redact, now: () => new Date(0), monotonicMs: nowMs, debug: false })
}

test('a log never takes more than three files of its limit, and no line is torn', (t) => {
  const path = join(folder(t), 'logs', 'a.b.jsonl')
  const file = openLogFile(path, 1_000)
  for (let i = 0; i < 100; i++) assert.equal(file.append(`${JSON.stringify({ i, text: 'x'.repeat(80) })}\n`), true)
  file.close()
  assert.equal(existsSync(`${path}.3`), false)
  const last = []
  for (const name of [`${path}.2`, `${path}.1`, path]) {
    assert.ok(statSync(name).size <= 1_000)
    for (const line of readFileSync(name, 'utf8').trim().split('\n')) last.push((JSON.parse(line) as { i: number }).i)
  }
  assert.deepEqual(
    last,
    Array.from({ length: last.length }, (_, n) => 100 - last.length + n),
  )
})

test('a log that cannot be written counts its lines and throws nothing', (t) => {
  const dir = folder(t)
  writeFileSync(join(dir, 'logs'), 'a file where the folder should be')
  const log = logTo(openLogFile(join(dir, 'logs', 'a.b.jsonl')))
  log.error('lost')
  log.info('lost')
  assert.equal(log.dropped(), 2)
  log.close()
})

test('lines stay short, are always JSON, and cannot pretend to be others', () => {
  const lines: string[] = []
  const log = logTo({ append: (line) => lines.push(line) > 0, close: () => undefined })
  log.info('x'.repeat(100_000))
  log.info('many', { blob: 'y'.repeat(100_000) })
  log.info('line\nbreak', { level: 'error', session: 'other/one', at: 'never' })
  log.debug('not kept')
  const circular: Record<string, unknown> = {}
  circular.self = circular
  log.info('circular', circular as never)
  assert.ok(
    lines.every((line) => line.length < 16_100 && line.endsWith('\n') && line.indexOf('\n') === line.length - 1),
  )
  const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.equal(parsed.length, 4)
  assert.equal(parsed[1]?.truncated, true)
  assert.deepEqual(parsed[2], { at: '1970-01-01T00:00:00.000Z', level: 'info', session: 'a/b', msg: 'line\nbreak' })
  assert.match(String(parsed[3]?.fieldsError), /circular/)
})

test('a flood of talk leaves room for errors and is over when it is over', () => {
  const lines: string[] = []
  let nowMs = 0
  const file: LogFile = { append: (line) => lines.push(line) > 0, close: () => undefined }
  const log = logTo(file, () => nowMs)
  for (let i = 0; i < 5_000; i++) log.info('talk')
  log.error('trouble')
  assert.deepEqual([lines.length, log.dropped()], [1_001, 4_000])
  nowMs += 10_000
  log.info('calm again')
  log.close()
  assert.match(lines.at(-1) ?? '', /"msg":"4000 log lines dropped","dropped":4000/)
})
