import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finder, formsPrinted, secretsOfAllShapes, texts } from '../../test/secret-shapes.js'
import type { JsonObject } from '../core/json.js'
import { openLog } from './log.js'
import { openRedactor, redactedJson, redactorFor } from './redact.js'
import { statusOf } from './status.js'

test('a secret of any shape is found in any form in which it is printed, and in any piece of 16 characters', () => {
  for (let seed = 0; seed < 20; seed++) {
    const secrets = secretsOfAllShapes(`redact ${seed}`)
    const redact = redactorFor(Object.values(secrets))
    const look = finder(secrets)
    for (const [name, secret] of Object.entries(secrets)) {
      for (const [form, print] of Object.entries(formsPrinted)) {
        const text = `before ${print(secret)} after`
        assert.notDeepEqual(look(text), [], `${name} as ${form} is not even looked for`)
        assert.deepEqual(look(redact(text)), [], `${name} as ${form}, seed ${seed}: ${redact(text)}`)
      }
      const cut = secret.slice(Math.floor(secret.length / 4))
      assert.deepEqual(look(redact(`cut by a library: ${cut}`)), secret.length < 22 ? look(redact(cut)) : [])
      for (const line of secret.split('\n')) assert.deepEqual(look(redact(`| ${line} |`)), [], `a line of ${name}`)
    }
  }
})

test('what is no secret stays as it is, to the letter', () => {
  const { from } = texts('words')
  const redact = redactorFor(Object.values(secretsOfAllShapes('words')))
  for (let i = 0; i < 500; i++) {
    const text = from('abcdefghijklmnopqrstuvwxyz0123456789 .,:;/"\\$&%\n', 400)
    assert.equal(redact(text), text)
  }
  assert.equal(redactorFor([])('as it was'), 'as it was')
})

test('each secret leaves one word, also when it repeats itself or begins like another; short ones are left alone', () => {
  const redact = redactorFor(['line one\n"two"', 'a&b=c/d', 'abc', 'abcdef', 'abcdefgh', '$.*+[x]', 'xy'.repeat(2_000)])
  const text = `${JSON.stringify({ k: 'line one\n"two"' })} ${encodeURIComponent('a&b=c/d')} abcdefgh abcdef abc $.*+[x]`
  assert.equal(redact(text), '{"k":"[secret]"} [secret] [secret] [secret] abc [secret]')
  assert.equal(redact(`<${'xy'.repeat(50_000)}>`).replaceAll('[secret]', ''), '<>')
})

test('what is redacted is still JSON, with keys, values and numbers', () => {
  const redact = redactorFor(['123456789', 'back\\slash"quote', 'a-key-that-is-secret'])
  const value = { n: 123456789, m: 12, 'a-key-that-is-secret': ['back\\slash"quote', true, null], at: new Date(0) }
  assert.deepEqual(JSON.parse(redactedJson(value, redact)), {
    n: '[secret]',
    m: 12,
    '[secret]': ['[secret]', true, null],
    at: '1970-01-01T00:00:00.000Z',
  })
})

test('a line of the log, its fields and a reason are redacted before they are cut', () => {
  const secrets = secretsOfAllShapes('cut')
  const look = finder(secrets)
  const lines: string[] = []
  const redact = redactorFor(Object.values(secrets))
  const log = openLog({
    session: 'a/b',
    file: { append: (line) => lines.push(line) > 0, close: () => undefined },
    redact,
    now: () => new Date(0),
    monotonicMs: () => 0,
    debug: false,
  })
  const nothing = () => undefined
  const status = statusOf({
    now: () => new Date(0),
    redact,
    onChange: nothing,
    onNewState: nothing,
    onProblem: assert.fail,
  })
  for (const secret of Object.values(secrets)) {
    for (const ends of [7_985, 7_992, 7_999]) log.info(`${'x'.repeat(ends)}${secret}`)
    log.info('fields', { [secret]: [secret, { inner: JSON.stringify({ secret }) }] } as JsonObject)
    status.report('degraded', { reason: `${'x'.repeat(985)} ${secret}`, detail: { secret } })
    lines.push(JSON.stringify(status.current()))
  }
  assert.equal(lines.length, Object.keys(secrets).length * 5)
  for (const line of lines) assert.deepEqual(look(String(Object.values(JSON.parse(line)).join('\n'))), [], line)
  for (const line of lines) assert.doesNotMatch(line, partOf(secrets), 'a beginning of a secret stands at the cut')
})

/** The first 7 characters of those that are random from their beginning. */
const partOf = ({ TOKEN = '', HUGE = '', PREFIX = '' }: Record<string, string>) =>
  new RegExp([TOKEN, HUGE, PREFIX].map((secret) => secret.slice(0, 7)).join('|'))

test('a secret that is added is redacted from then on, and one that was replaced still is', () => {
  const { redact, hide } = openRedactor(['the-first-secret'])
  assert.equal(redact('the-first-secret the-second-one'), '[secret] the-second-one')
  hide(['the-second-one'])
  assert.equal(redact('the-first-secret the-second-one'), '[secret] [secret]')
})
