#!/usr/bin/env node
// Everything `npm start` and `npm test` need on a fresh clone: packages, build, browser. Says nothing when all is
// there; two at once do no harm. Plain JavaScript for whatever Node the host has (18 and newer).
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { holdLock } from './lock.mjs'

const { findNode, ROOT } = createRequire(import.meta.url)('../bin/find-node.js')
const BUILD_DIR = join(ROOT, '.build')
const STAMP = join(ROOT, 'dist', '.stamp')
const SOURCE_DIRS = ['src', 'sims']

async function setUp({ rebuild }) {
  if (process.platform !== 'linux') throw new Failure(findNode().problem)
  if (!rebuild && (await missing()).length === 0) return
  await mkdir(BUILD_DIR, { recursive: true })
  const release = await holdLock(join(BUILD_DIR, 'setup.lock'))
  try {
    const todo = await missing() // again: whoever held the lock may have done it
    if (todo.includes('packages')) await step('Installing packages', installPackages)
    if (todo.includes('build') || rebuild) await step('Building', build)
    if ((await missing()).includes('browser')) await step('Unpacking the browser', unpackBrowser)
  } finally {
    await release()
  }
}

async function missing() {
  const built = existsSync(STAMP) && readFileSync(STAMP, 'utf8') === (await sourcesHash())
  return [
    packagesAreStale({ withDev: !built || process.env.NODE_ENV !== 'production' }) && 'packages',
    !built && 'build',
    browserIsMissing() && 'browser',
  ].filter(Boolean)
}

/** npm writes down what it installed when it is done; an interrupted installation has no such file. */
function packagesAreStale({ withDev }) {
  const done = join(ROOT, 'node_modules', '.package-lock.json')
  if (!existsSync(done)) return true
  const installed = readJson(done).packages
  return Object.entries(readJson(join(ROOT, 'package-lock.json')).packages).some(([path, wanted]) => {
    if (path === '' || wanted.link || !path.startsWith('node_modules/') || (wanted.dev && !withDev)) return false
    if (!installed[path] && wanted.optional) return path === `node_modules/node-linux-${process.arch}`
    return installed[path]?.version !== wanted.version
  })
}

async function installPackages() {
  const theirs = process.env.npm_execpath?.includes('npm-cli') ? [process.execPath, process.env.npm_execpath] : ['npm']
  const brought = isTooOld(await run([...theirs, '--version'])) ? await bringNpm(theirs) : null
  const npm = brought?.command ?? theirs
  await run([...npm, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'])
  if (brought) await rm(brought.folder, { recursive: true, force: true })
}

/** Our override is a folder of our own: npm 9 (Debian 12) fails at it, and npm 10 leaves the package out without a word. */
const isTooOld = (version) => Number(version.split('.')[0]) < 11
const NEWER_NPM = '11.19.1'

/** A newer npm with the Node that it needs, for this set-up alone: the host's own stay as they are. */
async function bringNpm(npm) {
  const folder = join(BUILD_DIR, `npm-${NEWER_NPM}`)
  const node = `node-linux-${process.arch}`
  const { optionalDependencies } = readJson(join(ROOT, 'package.json'))
  const wanted = [`npm@${NEWER_NPM}`, `${node}@${optionalDependencies[node]}`]
  await run([...npm, 'install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', ...wanted])
  const program = (path) => join(folder, 'node_modules', path)
  return { folder, command: [program(`${node}/bin/node`), program('npm/bin/npm-cli.js')] }
}

async function build() {
  const hash = await sourcesHash()
  const fresh = join(BUILD_DIR, `dist-${process.pid}`)
  // Type errors are the tests' business; here they would only cost time.
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  await run([rightNode(), tsc, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', fresh])
  for (const file of await sourceFiles()) {
    if (!file.endsWith('.ts')) await cp(join(ROOT, file), join(fresh, file))
  }
  const { bundleSession } = await import('./bundle-session.mjs')
  await bundleSession(fresh)
  const { bundleWppconnect } = await import('./bundle-wppconnect.mjs')
  await bundleWppconnect(join(fresh, 'src', 'kinds', 'whatsapp', 'wppconnect-bundle.cjs'))
  await writeFile(join(fresh, '.stamp'), hash)
  await swapIn(fresh)
}

/** In one rename each: a fleet that runs from `dist` never loads half an old and half a new program. */
async function swapIn(fresh) {
  const old = join(BUILD_DIR, `dist-old-${process.pid}`)
  if (existsSync(join(ROOT, 'dist'))) await rename(join(ROOT, 'dist'), old)
  await rename(fresh, join(ROOT, 'dist'))
  await rm(old, { recursive: true, force: true })
}

function browserIsMissing() {
  if (process.arch !== 'x64' || process.env.FROTA_CHROMIUM) return false
  const about = join(ROOT, 'node_modules', '@sparticuz', 'chromium', 'package.json')
  return !existsSync(about) || !existsSync(join(BUILD_DIR, `chromium-${readJson(about).version}`, 'chromium'))
}

async function unpackBrowser() {
  const module = pathToFileURL(join(ROOT, 'dist', 'src', 'config', 'browser.js')).href
  const code = `const { unpackBrowser } = await import(${JSON.stringify(module)}); await unpackBrowser(${JSON.stringify(BUILD_DIR)})`
  await run([rightNode(), '--input-type=module', '--eval', code])
}

async function sourcesHash() {
  const hash = createHash('sha256')
  for (const file of [
    ...(await sourceFiles()),
    'tsconfig.json',
    'tsconfig.build.json',
    'package-lock.json',
    'scripts/bundle-session.mjs',
    'scripts/bundle-wppconnect.mjs',
  ]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(ROOT, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** What ends up in `dist`, tests left out. */
async function sourceFiles() {
  const files = []
  for (const dir of SOURCE_DIRS) await collect(join(ROOT, dir), files)
  return files.filter((file) => !/\.(test|contract)\.ts$/.test(file)).sort()
}

async function collect(dir, files) {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await collect(join(dir, entry.name), files)
    else files.push(relative(ROOT, join(dir, entry.name)))
  }
}

function rightNode() {
  const node = findNode()
  if ('problem' in node) throw new Failure(node.problem)
  return node.path
}

async function step(title, work) {
  const startedAt = performance.now()
  process.stderr.write(`${title}… `)
  try {
    await work()
  } catch (error) {
    process.stderr.write('failed\n')
    throw error
  }
  process.stderr.write(`${((performance.now() - startedAt) / 1000).toFixed(1)} s\n`)
}

/** Quiet when it works, and answers what it printed; everything it said when it does not. */
function run([command, ...args]) {
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      reject(new Failure(`${stdout}${stderr}\n${command} ${args[0]} failed: ${error.code ?? error.signal}`))
    })
  })
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'))

class Failure extends Error {}

setUp({ rebuild: process.argv.includes('--build') }).catch((error) => {
  process.stderr.write(`${error instanceof Failure ? error.message : error.stack}\n`)
  process.exitCode = 1
})
