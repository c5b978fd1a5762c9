// `frota/trading` as an outsider has it: from a project that depends on frota, and from a kind that lies anywhere.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { canonicalPath, homePaths } from '../src/config/home.js'
import { execute, NODE, ROOT } from './fleet-home.js'

/** It has the word `zod` nowhere: a program that only wants an average loads no schemas. */
const PROGRAM = `import { Sma, sma } from 'frota/trading'
const mean = new Sma(2)
export const answer = [mean.update(1) ?? null, mean.update(3), ...sma([1, 3, 5], 2)]
`
const ANSWER = [null, 2, null, 2, 4]

function folder(t: TestContext, files: Record<string, string>): string {
  const dir = canonicalPath(mkdtempSync(join(tmpdir(), 'frota-trading-')))
  const { runDir } = homePaths(dir, process.getuid?.() ?? 0)
  t.after(() => {
    for (const made of [dir, runDir]) rmSync(made, { recursive: true, force: true })
  })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}

function project(t: TestContext, files: Record<string, string>): string {
  const dir = folder(t, { 'package.json': '{"type":"module","dependencies":{"frota":"*"}}', ...files })
  mkdirSync(join(dir, 'node_modules'))
  symlinkSync(ROOT, join(dir, 'node_modules/frota'))
  return dir
}

test('a project that depends on frota imports frota/trading, and that loads no zod', async (t) => {
  const dir = project(t, {
    'answer.js': PROGRAM,
    'main.js': `import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
      const { answer } = await import('./answer.js')
      console.log(JSON.stringify({ answer, zod: loaded.filter((url) => url.includes('node_modules/zod')) }))`,
  })
  const { code, stdout, stderr } = await execute(NODE, [join(dir, 'main.js')], { PATH: process.env.PATH ?? '' })
  assert.equal(code, 0, stderr)
  assert.deepEqual(JSON.parse(stdout), { answer: ANSWER, zod: [] })
})

test('its types come along', async (t) => {
  const dir = project(t, {
    'tsconfig.json':
      '{"compilerOptions":{"strict":true,"module":"nodenext","noEmit":true,"types":[]},"files":["main.ts"]}',
    'main.ts': `import { type Bars, macd, Rsi } from 'frota/trading'
      const bars: Bars<'close'> = { close: new Float64Array(3) }
      export const one: number | undefined = new Rsi(14).update(1)
      export const line: Float64Array = macd([1, 2, 3]).signal
      // @ts-expect-error a text is no period
      export const wrong = new Rsi('14')
      export const { close } = bars as { close: Float64Array }`,
  })
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { code, stdout } = await execute(NODE, [tsc, '-p', dir], { PATH: process.env.PATH ?? '' })
  assert.equal(code, 0, stdout)
})

test('a kind that lies anywhere imports it in its object and in its jobs', async (t) => {
  const dir = folder(t, {
    'kind.mjs': `import { defineKind, z } from 'frota'
      import { Rsi } from 'frota/trading'
      const run = new URL('./run.mjs', import.meta.url)
      const mean = { input: z.object({}), help: 'Means, ' + new Rsi(14).warmUp, run }
      export default defineKind({ name: 'means', title: 'Means', config: z.object({}), jobs: { mean }, run })`,
    'run.mjs': `${PROGRAM}export const run = () => ({ answer })`,
  })
  const env = { PATH: process.env.PATH ?? '', HOME: dir, FROTA_HOME: dir, FROTA_KINDS: join(dir, 'kind.mjs') }
  const { code, stdout, stderr } = await execute(NODE, [join(ROOT, 'bin/frota'), 'means', 'mean', '--json'], env)
  assert.equal(code, 0, stderr)
  assert.deepEqual(JSON.parse(stdout), { answer: ANSWER })
})
