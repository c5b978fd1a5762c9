// The bundle of wppconnect that sessions load: what it leaves out stays out until it is touched, and what it does not
// hold is found. The sim's page brings its own WPP, so nothing else would notice that the real one is not there.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

const ROOT = path.resolve(import.meta.dirname, '..')
const BUNDLE = createRequire(path.join(ROOT, 'package.json')).resolve('#wppconnect')

/** Answers what the code wrote as JSON; `bundle` is the library there. */
async function withBundle<T>(code: string): Promise<T> {
  const program = `const bundle = require(${JSON.stringify(BUNDLE)}); ${code}`
  const { stdout } = await promisify(execFile)(process.execPath, ['--eval', program], { cwd: ROOT })
  return JSON.parse(stdout) as T
}

test('loaded, it is one file: nothing of the packages it stands on', async () => {
  const files = await withBundle<string[]>('console.log(JSON.stringify(Object.keys(require.cache)))')
  assert.deepEqual(files, [BUNDLE])
})

test('what is seldom used is the real thing once it is touched', async () => {
  const [level, files] = await withBundle<[string, string[]]>(
    'console.log(JSON.stringify([bundle.defaultLogger.level, Object.keys(require.cache)]))',
  )
  assert.equal(level, 'silly')
  assert.ok(files.some((file) => file.includes('node_modules/winston/')))
})

test('what it puts into the page is found from where it lies', async () => {
  const { resolve } = createRequire(BUNDLE)
  for (const name of ['@wppconnect/wa-js', '@wppconnect-team/wppconnect/dist/lib/wapi/wapi.js']) {
    assert.match(resolve(name), /node_modules/)
  }
  const source = await withBundle<string>(
    'console.log(JSON.stringify(require("node:fs").readFileSync(require.resolve("#wppconnect"), "utf8")))',
  )
  assert.match(source, /require\.resolve\("@wppconnect\/wa-js"\)/)
  assert.match(source, /require\.resolve\("@wppconnect-team\/wppconnect\/dist\/lib\/wapi\/wapi\.js"\)/)
})
