// The shape of the program (see docs): imports run down only, one reader of the environment, drivers named in two places.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..')
/** From the bottom up. Folders on one line do not import each other. */
const LAYERS = [
  ['core', 'node'],
  ['config', 'store', 'journal', 'vault', 'processes', 'notify'],
  ['kinds'],
  ['services'],
  ['supervisor', 'fleet', 'runtime'],
  ['api'],
  ['cli'],
  ['menu'],
]
/** main.ts is more than one file holds: its parts lie in main/. */
const isAssembler = (path: string) => /^src\/((main|session|service|job|check)\.ts|main\/.*)$/.test(path)
const CONCRETE_DRIVER = /^src\/(store\/(sqlite|supabase)|processes\/(pm2|memory|swarm)|notify\/(telegram|webhook))\b/
const LONGEST_FILE = 300

interface Source {
  path: string
  text: string
  /** Paths from the root of what it imports of ours. */
  imports: string[]
}

let sources: Source[] = []
before(() => {
  sources = ['src', 'sims', 'test', 'bench'].flatMap((dir) =>
    readdirSync(join(ROOT, dir), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => readSource(relative(ROOT, join(entry.parentPath, entry.name)))),
  )
})

function readSource(path: string): Source {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const named = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)
  const imports = [...named].map(([, to]) => normalize(join(dirname(path), to ?? '')).replace(/\.js$/, '.ts'))
  return { path, text, imports }
}

const folderOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1]
const rankOf = (folder: string) => LAYERS.findIndex((layer) => layer.includes(folder))
/** Unit tests and contract suites put real parts together as they need. */
const isProduct = ({ path }: Source) => path.startsWith('src/') && !/\.(test|contract)\.ts$/.test(path)

test('every folder of src has its place in the layers', () => {
  const folders = new Set(sources.flatMap(({ path }) => folderOf(path) ?? []))
  assert.deepEqual(
    [...folders].filter((folder) => folder !== 'main' && rankOf(folder) === -1),
    [],
  )
})

test('imports run down only', () => {
  const wrong = sources.filter((source) => isProduct(source) && !isAssembler(source.path)).flatMap(upwardImports)
  assert.deepEqual(wrong, [])
})

function upwardImports({ path, imports }: Source): string[] {
  const from = folderOf(path) ?? ''
  return imports
    .filter((to) => {
      const folder = folderOf(to)
      if (isAssembler(to)) return true
      return folder !== undefined && folder !== from && rankOf(folder) >= rankOf(from)
    })
    .map((to) => `${path} → ${to}`)
}

test('no import leads back to where it began, be it of types alone or of a file that is loaded late', () => {
  const all = new Map(sources.map((source) => [source.path, source.imports]))
  const isFine = new Set<string>()
  const circles: string[] = []
  const visit = (path: string, way: string[]) => {
    if (way.includes(path)) return void circles.push([...way.slice(way.indexOf(path)), path].join(' → '))
    if (isFine.has(path)) return
    for (const to of all.get(path) ?? []) visit(to, [...way, path])
    isFine.add(path)
  }
  for (const path of all.keys()) visit(path, [])
  assert.deepEqual(circles, [])
})

test('only main.ts and session.ts name concrete drivers', () => {
  const wrong = sources
    .filter((source) => isProduct(source) && !isAssembler(source.path))
    .flatMap(({ path, imports }) =>
      imports
        .filter((to) => CONCRETE_DRIVER.test(to) && folderOf(to) !== folderOf(path))
        .map((to) => `${path} → ${to}`),
    )
  assert.deepEqual(wrong, [])
})

test('only the config reads the environment', () => {
  const wrong = sources
    .filter((source) => isProduct(source) && folderOf(source.path) !== 'config')
    .filter(({ text }) =>
      /\bprocess\s*\.\s*env\b|\bimport\s*\{[^}]*\benv\b[^}]*\}\s*from 'node:process'/.test(code(text)),
    )
    .map(({ path }) => path)
  assert.deepEqual(wrong, [])
})

const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, '')

test('whatever CLI and menu write to the terminal goes through one door, which lets no control through', () => {
  const DOORS = ['src/cli/output.ts', 'src/menu/terminal.ts']
  const wrong = sources
    .filter((source) => isProduct(source) && ['cli', 'menu'].includes(folderOf(source.path) ?? ''))
    .filter(({ path, text }) => !DOORS.includes(path) && /\bstd(out|err)\.write\b|\bconsole\.\w/.test(code(text)))
    .map(({ path }) => path)
  assert.deepEqual(wrong, [])
})

test(`no file is longer than ${LONGEST_FILE} lines`, () => {
  const wrong = sources
    .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > LONGEST_FILE)
  assert.deepEqual(wrong, [])
})
