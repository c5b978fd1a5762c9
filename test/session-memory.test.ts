// What an idle session loads decides what a hundred of them cost. Figures are the benchmark's business; this is the list.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
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

for (const [what, kind, most] of [
  ['an idle session', 'idle', 3],
  ['one whose kind comes from outside and imports frota', 'outside.mjs', 5],
] as const) {
  test(`${what} loads its kind, its own program, and nothing heavy`, async (t) => {
    const { builtin, files } = await loadedBy(t, kind)
    assert.deepEqual(
      builtin.filter((name) => HEAVY.test(name)),
      [],
    )
    assert.deepEqual(
      files.filter((url) => url.includes('node_modules')),
      [],
    )
    assert.ok(files.some((url) => url.includes(kind)))
    assert.ok(files.length <= most, `a file each for program, kind and SDK, not ${files.join(' ')}`)
  })
}

async function loadedBy(t: TestContext, kind: string) {
  const built = await buildSession()
  t.after(() => built.remove())
  const place = await makePlace(t, { runModule: built.kind(kind), config: { act: 'idles' } })
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
  return JSON.parse(readFileSync(report, 'utf8')) as { builtin: string[]; files: string[] }
}
