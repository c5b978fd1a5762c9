#!/usr/bin/env node
// npm test [-- PATTERN…]: style and types, then every *.test.ts, two files at a time: first those beside the sources,
// then those of test/, which start fleets of real processes and mostly wait for them. The runner's own summary comes last.
// A pattern limits the files (a part of the path) and leaves style and types out.
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { fileURLToPath } from 'node:url'

const { findNode, ROOT } = createRequire(import.meta.url)('../bin/find-node.js')
/** A file, not a test: the longest take 100 s on two idle cores. */
const TEST_TIMEOUT_MS = 600_000
const FILES_AT_ONCE = 2
const patterns = process.argv.slice(2)

async function main() {
  const node = findNode()
  if ('problem' in node) throw new Error(node.problem)
  if (!node.current) return startAgainWith(node.path)
  const checked = patterns.length > 0 || (await check())
  const files = ['src', 'sims', 'bench', 'test'].flatMap(testFiles).filter(isAsked)
  if (files.length === 0) throw new Error(`No test file has ${patterns.join(' or ')} in its path.`)
  const slow = files.filter((file) => file.startsWith('test/'))
  const passed = await runTests([files.filter((file) => !slow.includes(file)), slow])
  process.exitCode = checked && passed ? 0 : 1
}

const isAsked = (file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern))

function testFiles(dir) {
  return readdirSync(join(ROOT, dir), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort()
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

/** Several runs, one report: the runs' totals are summed, so that the last lines speak for all. */
async function runTests(batches) {
  const filled = batches.filter((files) => files.length > 0)
  let passed = true
  async function* events() {
    const totals = new Map()
    for (const files of filled) {
      for await (const event of oneRun(files)) {
        if (event.type === 'test:fail' && event.data.todo === undefined) passed = false
        const total = totalOf(event)
        if (total) totals.set(total.name, (totals.get(total.name) ?? 0) + total.value)
        else if (event.type !== 'test:summary' || event.data.file !== undefined) yield event
      }
    }
    for (const [name, value] of totals) {
      yield { type: 'test:diagnostic', data: { nesting: 0, message: `${name} ${value}`, level: 'info' } }
    }
  }
  const report = new spec()
  report.pipe(process.stdout)
  for await (const event of events()) report.write(event)
  report.end()
  await new Promise((resolve) => report.on('end', resolve))
  return passed
}

const oneRun = (files) =>
  run({
    files: files.map((file) => join(ROOT, file)),
    cwd: ROOT,
    concurrency: FILES_AT_ONCE,
    timeout: TEST_TIMEOUT_MS,
    execArgv: ['--import', import.meta.resolve('tsx')],
  })

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
