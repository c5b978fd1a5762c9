// What an idle session loads decides what a hundred of them cost. Figures are the benchmark's business; this is the list.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildSession } from './built-session.js'
import { makePlace } from './fake-supervisor.js'

// Written down at the exit: every module of Node's, and every file of ours or of a package.
const REPORTER = `
const { registerHooks } = require('node:module')
const { writeFileSync } = require('node:fs')
const before = new Set(process.moduleLoadList)
const files = []
registerHooks({ load: (url, context, next) => (files.push(url), next(url, context)) })
process.on('exit', () => {
  const builtin = process.moduleLoadList.filter((name) => !before.has(name))
  writeFileSync(process.env.FROTA_TEST_REPORT, JSON.stringify({ builtin, files }))
})
`
/** The parts of Node that cost megabytes and that an idle session has no use for. */
const HEAVY = /undici|webstreams|fetch|internal\/crypto\/|^NativeModule (https|http2|tls|repl|inspector|wasi|worker)/

test('an idle session loads its kind, its own program, and nothing heavy', async (t) => {
  const built = await buildSession()
  t.after(() => built.remove())
  const place = await makePlace(t, { runModule: built.kind('idle') })
  const supervisor = await place.supervisor()
  const report = join(place.dir, 'report.json')
  writeFileSync(join(place.dir, 'reporter.cjs'), REPORTER)
  const session = place.run(built.program, {
    NODE_OPTIONS: `--require ${join(place.dir, 'reporter.cjs')}`,
    FROTA_TEST_REPORT: report,
  })
  await supervisor.beatWhere((beat) => beat.state === 'ready')
  session.child.kill()
  await session.exited
  assert.ok(existsSync(report))
  const { builtin, files } = JSON.parse(readFileSync(report, 'utf8')) as { builtin: string[]; files: string[] }
  assert.deepEqual(
    builtin.filter((name) => HEAVY.test(name)),
    [],
  )
  assert.deepEqual(
    files.filter((url) => url.includes('node_modules')),
    [],
  )
  assert.ok(files.some((url) => url.endsWith('idle.js')))
  assert.ok(files.length <= 3, `one file each for the program and the kind, not ${files.join(' ')}`)
})
