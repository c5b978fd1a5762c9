#!/usr/bin/env node
// npm run mutate [-- PATTERN…]: do the tests notice? Stryker changes one condition at a time in the files that decide
// something, and the tests beside the file are run on each change. A change that no test noticed is printed, unless
// mutate-known.mjs says why none can notice it. A pattern limits the files (a part of the path).
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DECIDING, KNOWN } from './mutate-known.mjs'

const { findNode, ROOT } = createRequire(import.meta.url)('../bin/find-node.js')
const ENOUGH_PERCENT = 95
/** Half of the tests mostly wait. */
const AT_ONCE = 2 * availableParallelism()
/** A change may make a loop endless: that is noticed, too, and told apart. A run that is only slow must not count as one. */
const ENDLESS_MS = 15_000
const NOTICED = ['Killed', 'Timeout']
const NOT_CONDITIONS = [
  ...['ArithmeticOperator', 'ArrayDeclaration', 'ArrowFunction', 'AssignmentOperator', 'BlockStatement'],
  'CallExpression',
  ...['MethodExpression', 'ObjectLiteral', 'Regex', 'StringLiteral', 'UnaryOperator', 'UpdateOperator'],
]
const patterns = process.argv.slice(2)

async function main() {
  const node = findNode()
  if ('problem' in node) throw new Error(node.problem)
  if (!node.current) return startAgainWith(node.path)
  const files = Object.keys(DECIDING).filter((file) => patterns.length === 0 || patterns.some((p) => file.includes(p)))
  if (files.length === 0) throw new Error(`No deciding file has ${patterns.join(' or ')} in its path.`)
  const startedAt = performance.now()
  process.chdir(ROOT)
  process.env.PATH = `${dirname(process.execPath)}${delimiter}${process.env.PATH}` // the sandbox finds Node by its name
  const temporary = mkdtempSync(join(tmpdir(), 'frota-mutate-'))
  mkdirSync(join(temporary, 'tests'))
  process.env.TMPDIR = temporary // where tsx keeps what it has compiled: all changes of one file need the same
  process.env.NODE_COMPILE_CACHE = join(temporary, 'compiled')
  process.env.FROTA_MUTATE_TMPDIR = join(temporary, 'tests')
  const changes = []
  try {
    const walls = findWalls()
    print(`${'changed conditions'.padEnd(40)}all  noticed  by time  explained  missed`)
    for (const file of files) {
      const ofFile = await changesIn(file, walls)
      changes.push(...ofFile)
      print(rowOf(file, ofFile))
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
  print(rowOf(`all, in ${Math.round((performance.now() - startedAt) / 1000)} s`, changes))
  const stale = KNOWN.filter((entry) => files.includes(entry.file) && !changes.some(({ known }) => known === entry))
  for (const { place, was, is } of changes.filter(isMissed)) print(`\n${place}: no test notices\n- ${was}\n+ ${is}`)
  for (const { file, was, is } of stale) print(`\n${file}: mutate-known.mjs names what is not so\n- ${was}\n+ ${is}`)
  const percent = (100 * changes.filter(({ noticed }) => noticed).length) / changes.length
  print(`\n${percent.toFixed(1)} % noticed; ${ENOUGH_PERCENT} % is enough.`)
  process.exitCode = percent >= ENOUGH_PERCENT && stale.length === 0 ? 0 : 1
}

const isMissed = ({ noticed, known }) => !noticed && !known

function rowOf(title, changes) {
  const count = (is) => changes.filter(is).length
  const numbers = [
    changes.length,
    count((c) => c.noticed),
    count((c) => c.byTime),
    count((c) => c.known),
    count(isMissed),
  ]
  return title.padEnd(38) + [5, 9, 9, 11, 8].map((width, i) => String(numbers[i]).padStart(width)).join('')
}

/**
 * The tests of each change live in a PID namespace of their own. Whatever they leave running ends with it, and a change
 * in proc.ts that kills every process it sees kills no other. The shell is there so that the tests are not process 1,
 * which all orphans belong to. Their temporary files lie in memory: nothing waits for a disk.
 */
function findWalls() {
  const inside = 'mount -t tmpfs frota "$FROTA_MUTATE_TMPDIR" && "$@"; exit $?'
  for (const asWho of [[], ['--user', '--map-root-user']]) {
    const walls = ['unshare', ...asWho, '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', inside, 'sh']
    const [command, ...args] = walls
    if (spawnSync(command, [...args, 'true'], { stdio: 'ignore' }).status === 0) {
      return walls.map((word) => `'${word}'`).join(' ')
    }
  }
  throw new Error(
    "A changed condition may kill processes that are not the tests' own, and this host gives no PID namespace (unshare) to keep it in.",
  )
}

async function changesIn(file, walls) {
  const { Stryker } = await import('@stryker-mutator/core')
  const results = await new Stryker({
    mutate: [file],
    mutator: { excludedMutations: NOT_CONDITIONS },
    testRunner: 'command',
    commandRunner: { command: `${walls} node --import tsx scripts/mutate-tests.mjs ${DECIDING[file].join(' ')}` },
    coverageAnalysis: 'off',
    timeoutMS: ENDLESS_MS,
    concurrency: AT_ONCE,
    plugins: [],
    reporters: [],
    logLevel: 'error',
    tempDirName: `.build/mutate-${process.pid}`,
    ignorePatterns: ['/.build', '/data', '/dist', '/logs', '/tokens'],
    tsconfigFile: 'none', // it reads one through an interface that TypeScript 7 no longer has, and needs none
  }).runMutationTest()
  const source = readFileSync(file, 'utf8').split('\n')
  return results.filter(({ status }) => status !== 'Ignored').map((result) => changeOf(file, source, result))
}

function changeOf(file, source, { location: { start, end }, replacement, status, statusReason }) {
  const line = source[start.line - 1] // Stryker counts lines and columns from 1
  const after = end.line === start.line ? line.slice(end.column - 1) : ''
  const was = line.trim()
  const is = `${line.slice(0, start.column - 1)}${replacement.split('\n')[0]}${after}`.trim()
  const noticed = NOTICED.includes(status)
  const known = noticed ? undefined : KNOWN.find((one) => one.file === file && one.was === was && one.is === is)
  const byTime = status === 'Timeout' || /test timed out/.test(statusReason)
  return { place: `${file}:${start.line}`, was, is, noticed, byTime, known }
}

function startAgainWith(path) {
  const { status } = spawnSync(path, [fileURLToPath(import.meta.url), ...patterns], { stdio: 'inherit' })
  process.exitCode = status ?? 1
}

const print = (text) => process.stdout.write(`${text}\n`)

main().catch((error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
