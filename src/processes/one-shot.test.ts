import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type TestContext, test } from 'node:test'
import { UserError } from '../core/errors.js'
import { type OneShot, runOneShot } from './one-shot.js'

const PROGRAM = path.join(import.meta.dirname, '../../test/fixtures/one-shot.cjs')

function aShot(t: TestContext, act: string, more: Partial<OneShot> = {}) {
  const tmpRoot = mkdtempSync(path.join(tmpdir(), 'frota-one-shot-test-'))
  t.after(() => rmSync(tmpRoot, { recursive: true, force: true }))
  const run = () =>
    runOneShot({
      what: 'chat look',
      program: PROGRAM,
      order: (tmp) => ({ act, tmp }),
      env: { NAMED: 'yes' },
      cwd: '/',
      tmpRoot,
      signal: new AbortController().signal,
      graceMs: 100,
      withinMs: null,
      maxMemoryBytes: 1024 ** 3,
      niceness: 0,
      onLog: () => undefined,
      ...more,
    })
  return { run, left: () => readdirSync(tmpRoot) }
}

test('it has the environment that it is given, a marker, no home, and a directory for as long as it runs', async (t) => {
  const { run, left } = aShot(t, 'answers')
  const { result, text } = await run()
  const { env, tmp, cwd } = result as { env: Record<string, string>; tmp: string; cwd: string }
  assert.equal(text, 'drawn')
  assert.equal(cwd, '/')
  assert.deepEqual(
    Object.keys(env)
      .filter((name) => !['PWD', '_', 'SHLVL', 'OLDPWD'].includes(name))
      .sort(),
    ['FROTA_RUN', 'NAMED'],
  )
  assert.equal(existsSync(tmp), false)
  assert.deepEqual(left(), [])
})

test('one that takes longer than it may is ended', async (t) => {
  const { run, left } = aShot(t, 'hangs', { withinMs: 50 })
  await assert.rejects(run(), { code: 'TIMED_OUT', exit: 6 })
  assert.deepEqual(left(), [])
})

test('one that is aborted is ended after its grace, with the reason; before it began it is not begun', async (t) => {
  const controller = new AbortController()
  const why = new UserError('INTERRUPTED', 'no more')
  const { run, left } = aShot(t, 'hangs', { signal: controller.signal })
  const ended = assert.rejects(run(), why)
  controller.abort(why)
  await ended
  await assert.rejects(run(), why)
  assert.deepEqual(left(), [])
})

test('one that ends without an answer is no answer', async (t) => {
  await assert.rejects(aShot(t, 'ends').run(), { code: 'NO_ANSWER', message: /ended without an answer \(exit 3\)/ })
  await assert.rejects(aShot(t, 'ends', { program: '/nowhere.cjs' }).run(), { code: 'NO_ANSWER', message: /it said: / })
})

test('one that says more than it may has not answered, and what is told of that is short', async (t) => {
  const much = (more: Partial<OneShot>) => aShot(t, 'answers much', more).run()
  assert.equal(String((await much({})).result).length, 3_000_000)
  await assert.rejects(much({ maxSaidBytes: 1_000_000 }), ({ code, message }: UserError) => {
    assert.deepEqual([code, message.length < 500], ['NO_ANSWER', true], message.slice(0, 500))
    return true
  })
})
