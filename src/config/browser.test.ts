import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { browserPath, unpackBrowser } from './browser.js'

const bundledHere = process.platform === 'linux' && process.arch === 'x64'
let buildDir: string
before(async () => {
  buildDir = await mkdtemp(join(tmpdir(), 'frota-browser-'))
})
after(() => rm(buildDir, { recursive: true, force: true }))

test('before set-up there is no browser, and nothing is unpacked by looking', async () => {
  assert.equal(browserPath({ buildDir }), null)
  assert.deepEqual(await readdir(buildDir), [])
})

test('the operator’s own browser is taken as it is; a path that leads nowhere is no browser', () => {
  assert.deepEqual(browserPath({ chromium: process.execPath, buildDir }), {
    path: process.execPath,
    libs: null,
    version: 'system',
  })
  assert.equal(browserPath({ chromium: join(buildDir, 'missing'), buildDir }), null)
})

test('two set-ups at once leave one browser that runs, and nothing else', { skip: !bundledHere }, async () => {
  const [first, second] = await Promise.all([unpackBrowser(buildDir), unpackBrowser(buildDir)])
  assert.ok(first)
  assert.deepEqual(second, first)
  assert.deepEqual(browserPath({ buildDir }), first)
  assert.deepEqual(await readdir(buildDir), [`chromium-${first.version}`])
  const env = first.libs ? { LD_LIBRARY_PATH: first.libs } : {}
  const { stdout } = await promisify(execFile)(first.path, ['--version'], { env })
  assert.match(stdout, new RegExp(`Chrom.* ${first.version.split('.')[0]}\\.`))
  const libraries = await readdir(join(buildDir, `chromium-${first.version}`, 'lib'))
  assert.ok(libraries.includes('libnss3.so'))
})
