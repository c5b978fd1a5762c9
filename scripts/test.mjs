#!/usr/bin/env node
// npm test [-- PATTERN…]: style and types, then every *.test.ts, each file in a process of its own; the runner's own
// summary comes last. A pattern limits the files (a part of the path) and leaves style and types out.
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { allInTurn } from './in-turn.mjs'
import { stripAll } from './strip.mjs'

const { findNode, ROOT } = createRequire(import.meta.url)('../bin/find-node.js')
/** A file, not a test: the longest take 100 s on two idle cores. */
const TEST_TIMEOUT_MS = 600_000
const LOADER = pathToFileURL(join(ROOT, 'scripts', 'stripped-loader.mjs')).href
/** Those that take 40 s and more, begun first, so that at the end nobody waits for one of them alone. */
const LONGEST = [
  'test/faults/kill.test.ts',
  'test/faults/keeper.test.ts',
  'test/faults/misbehaving.test.ts',
  'test/faults/supabase.test.ts',
  'test/faults/move.test.ts',
  'test/whatsapp-faults.test.ts',
  'test/menu.test.ts',
  'test/whatsapp-away.test.ts',
  'test/faults/unkillable.test.ts',
  'test/cli-hostile.test.ts',
  'test/faults/gateway.test.ts',
]
const patterns = process.argv.slice(2)

async function main() {
  const node = findNode()
  if ('problem' in node) throw new Error(node.problem)
  if (!node.current) return startAgainWith(node.path)
  const checked = patterns.length > 0 || (await check())
  const files = ['src', 'sims', 'bench', 'test'].flatMap(testFiles).filter(isAsked)
  if (files.length === 0) throw new Error(`No test file has ${patterns.join(' or ')} in its path.`)
  stripAll(ROOT)
  const passed = await runTests(inOrder(files))
  process.exitCode = checked && passed ? 0 : 1
}

const isAsked = (file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern))

function testFiles(dir) {
  return readdirSync(join(ROOT, dir), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort()
}

/** The longest, then the other fleets of real processes, then the short ones beside the sources, which fill the gaps. */
function inOrder(files) {
  const rank = (file) =>
    LONGEST.includes(file) ? LONGEST.indexOf(file) : LONGEST.length + (file.startsWith('test/') ? 0 : 1)
  return files.toSorted((a, b) => rank(a) - rank(b))
}

/** Style and types, side by side. The tests run all the same: one look shows all that is wrong. */
async function check() {
  const [style, types] = await Promise.all([
    tool('@biomejs/biome/bin/biome', ['check', '.', '--max-diagnostics=50']),
    tool('typescript/bin/tsc', ['--noEmit']),
  ])
  return style && types
}

function tool(path, args) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', path), ...args], { cwd: ROOT, stdio: 'inherit' })
  return new Promise((resolve) => child.on('exit', (code) => resolve(code === 0)))
}

/** A run per file, one report: what a file says is reported when it is done, and the totals speak for all. */
async function runTests(files) {
  const startedAt = performance.now()
  const report = new spec()
  report.pipe(process.stdout)
  const totals = new Map()
  let passed = true
  await allInTurn(files, async (file) => {
    for (const event of await eventsOf(file)) {
      if (event.type === 'test:fail' && event.data.todo === undefined) passed = false
      const total = totalOf(event)
      if (total) totals.set(total.name, (totals.get(total.name) ?? 0) + total.value)
      else if (event.type !== 'test:summary' || event.data.file !== undefined) report.write(event)
    }
  })
  totals.set('duration_ms', performance.now() - startedAt)
  for (const [name, value] of totals) {
    report.write({ type: 'test:diagnostic', data: { nesting: 0, message: `${name} ${value}`, level: 'info' } })
  }
  report.end()
  await new Promise((resolve) => report.on('end', resolve))
  return passed
}

const eventsOf = (file) =>
  run({
    files: [join(ROOT, file)],
    cwd: ROOT,
    timeout: TEST_TIMEOUT_MS,
    execArgv: ['--import', LOADER],
  }).toArray()

function totalOf(event) {
  if (event.type !== 'test:diagnostic' || event.data.nesting !== 0 || event.data.file !== undefined) return undefined
  const [, name, value] =
    /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/.exec(event.data.message) ?? []
  return name && { name, value: Number(value) }
}

function startAgainWith(path) {
  const { status } = spawnSync(path, [fileURLToPath(import.meta.url), ...patterns], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
