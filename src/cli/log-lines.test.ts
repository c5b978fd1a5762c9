import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { logObject, logText } from './log-lines.js'

/** The zone is the process's: each test file is a process of its own. */
process.env.TZ = 'America/Sao_Paulo'

const line = JSON.stringify({
  at: '2026-11-21T05:02:03.796Z',
  level: 'warn',
  session: 'acme/a',
  msg: 'slow',
  ms: 12,
  why: 'net',
})

test('a log line is shown with its time, level, words and fields, and with its session when there are several', () => {
  const text = (prefix: boolean) => stripVTControlCharacters(logText({ session: 'acme/a', line }, prefix))
  assert.equal(text(false), '2026-11-21 02:02:03 warn  slow  ms=12  why=net')
  assert.equal(text(true), 'acme/a  2026-11-21 02:02:03 warn  slow  ms=12  why=net')
})

test('a message from outside cannot move the cursor, colour the screen or fake a second line', () => {
  const msg = 'a\u001b[2Jb\rc\nd\u0007\u202ee'
  const hostile = JSON.stringify({ at: '2026-11-21T05:02:03Z', level: 'info', session: 'a/b', msg, k: msg })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  assert.doesNotMatch(stripVTControlCharacters(logText({ session: 'a/b', line: hostile }, false)), /[\x00-\x1f\u202e]/)
  assert.ok(!stripVTControlCharacters(logText({ session: 'a/b', line: 'Error\u001b[2J' }, false)).includes('\u001b'))
  assert.ok(logText({ session: 'a/b', line: 'Error\u001b[2J' }, false).includes('Error\ufffd[2J'))
})

test('scripts get the line as it was written, and a crash in the same shape', () => {
  assert.equal(JSON.stringify(logObject({ session: 'acme/a', line })), line)
  for (const crash of ['Error: boom', '{"at":1}', '{broken']) {
    assert.deepEqual(logObject({ session: 'acme/a', line: crash }), {
      at: null,
      level: 'crash',
      session: 'acme/a',
      msg: crash,
    })
  }
})
