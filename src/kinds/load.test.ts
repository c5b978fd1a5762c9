import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { needsOf, readHostService } from './host-services.js'
import { loadKinds } from './load.js'

const KIND = (name: string) =>
  `export default { name: '${name}', title: 'A kind', config: { shape: {} }, run: new URL('./run.js', import.meta.url) }`

function home(t: TestContext, files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'frota-kinds-'))
  t.after(() => rmSync(dir, { recursive: true, force: true }))
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(dir, file, '..'), { recursive: true })
    writeFileSync(join(dir, file), text)
  }
  return dir
}

const names = (kinds: Awaited<ReturnType<typeof loadKinds>>) => kinds.list().map(({ name }) => name)

test('a kind is found by its path, and by the name of a package that is installed in the home', async (t) => {
  const dir = home(t, {
    'kinds/one.mjs': KIND('one'),
    'node_modules/frota-two/package.json': '{"name":"frota-two","type":"module","exports":{"import":"./kind.js"}}',
    'node_modules/frota-two/kind.js': KIND('two'),
    'node_modules/@acme/three/package.json': '{"name":"@acme/three","type":"module","main":"kind.js"}',
    'node_modules/@acme/three/kind.js': KIND('three'),
  })
  const kinds = await loadKinds([], ['./kinds/one.mjs', 'frota-two', '@acme/three'], dir)
  assert.deepEqual([names(kinds), kinds.problems], [['one', 'two', 'three'], []])
})

test('what cannot be loaded is one line each, and all others are there', async (t) => {
  const dir = home(t, {
    'waits.mjs': 'await new Promise(() => {})',
    'throws.mjs': 'throw new Error("boom\\nand more")',
    'empty.mjs': 'export const nothing = 1',
    'starred.mjs': KIND('starred').replace('config:', `secrets: { '*': 'optional' }, config:`),
    'good.mjs': KIND('good'),
    'again.mjs': KIND('good'),
  })
  const asked = ['waits', 'throws', 'empty', 'starred', 'good', 'again', 'missing'].map((name) => `./${name}.mjs`)
  const kinds = await loadKinds([], [...asked, 'frota-nowhere'], dir, { withinMs: 1_000 })
  assert.deepEqual(names(kinds), ['good'])
  const expected = [
    /waits.*not loaded after 1 s/,
    /boom and more/,
    /empty.*not a kind/,
    /"\*" is not a secret/,
    /already a kind named "good"/,
  ]
  for (const [i, words] of [...expected, /missing/, /frota-nowhere/].entries())
    assert.match(kinds.problems[i] ?? '', words)
  assert.ok(kinds.problems.every((line) => !line.includes('\n')))
})

test('a kind whose words for pairing are incomplete is not loaded, and it is said why', async (t) => {
  const withWords = (name: string, pairing: string) => KIND(name).replace('config:', `pairing: ${pairing}, config:`)
  const dir = home(t, {
    'appless.mjs': withWords('appless', '{ steps: {} }'),
    'stepless.mjs': withWords('stepless', "{ app: 'App' }"),
    'halved.mjs': withWords('halved', "{ app: 'App', steps: { en: { scan: ['Open it.'] } } }"),
    'good.mjs': withWords('good', "{ app: 'App', steps: { en: { scan: ['Open it.'], type: [] } } }"),
  })
  const kinds = await loadKinds(
    [],
    ['appless', 'stepless', 'halved', 'good'].map((name) => `./${name}.mjs`),
    dir,
  )
  assert.deepEqual(names(kinds), ['good'])
  for (const [i, words] of [
    /`pairing.app` is missing/,
    /`pairing.steps` must be/,
    /`pairing.steps.en` must be/,
  ].entries())
    assert.match(kinds.problems[i] ?? '', words)
})

test('a kind whose hooks could not be called is not loaded, and it is said why', async (t) => {
  const hooks: [name: string, hooks: string, why: RegExp][] = [
    ['good', `{ stripe: { help: 'Payments' }, 'pix-2': { help: '', maxBytes: 5, perMinute: 1 } }`, /^$/],
    ['slash', `{ 'a/b': { help: 'x' } }`, /"a\/b" must be lower-case letters/],
    ['empty', '{ stripe: null }', /`hooks\.stripe\.help` is missing/],
    [
      'zero',
      `{ stripe: { help: 'x', maxBytes: 0 } }`,
      /`hooks\.stripe\.maxBytes` must be a whole number from 1 to 10485760/,
    ],
    ['huge', `{ stripe: { help: 'x', maxBytes: 1e9 } }`, /maxBytes/],
    ['never', `{ stripe: { help: 'x', perMinute: 0.5 } }`, /`hooks\.stripe\.perMinute` must be a whole number from 1/],
  ]
  const files = hooks.map(([name, text]) => [`${name}.mjs`, KIND(name).replace('config:', `hooks: ${text}, config:`)])
  const kinds = await loadKinds(
    [],
    hooks.map(([name]) => `./${name}.mjs`),
    home(t, Object.fromEntries(files)),
  )
  assert.deepEqual(names(kinds), ['good'])
  for (const [i, [, , why]] of hooks.slice(1).entries()) assert.match(kinds.problems[i] ?? '', why)
})

test('a kind whose limits a plan could be left without, or has not got, is not loaded, and it is said which', async (t) => {
  const limited = (name: string, limits: string, plans: string) => `import { defineKind, z } from 'frota'
    export default defineKind({ name: '${name}', title: 'A kind', config: z.object({}), limits: ${limits}, plans: ${plans},
      run: new URL('./run.js', import.meta.url) })`
  const dir = home(t, {
    'good.mjs': limited('good', 'z.object({ most: z.int().default(1) })', '{ pro: { most: 2 } }'),
    'none.mjs': limited('none', 'z.object({ most: z.int() })', '{}'),
    'strange.mjs': limited('strange', 'z.object({ most: z.int().default(1) })', '{ pro: { least: 2 } }'),
    'wrong.mjs': limited('wrong', 'z.object({ most: z.int().default(1) })', '{ pro: { most: "all" } }'),
    'text.mjs': limited('text', '"most"', '{}'),
  })
  const asked = ['good', 'none', 'strange', 'wrong', 'text'].map((name) => `./${name}.mjs`)
  const kinds = await loadKinds([], asked, dir)
  assert.deepEqual(names(kinds), ['good'])
  const expected = [/`limits\.most` must have a default/, /`plans\.pro\.least`/, /`plans\.pro\.most`/, /z\.object/]
  for (const [i, words] of expected.entries()) assert.match(kinds.problems[i] ?? '', words)
})

test('two kinds cannot bring a host service of the same name, and what nobody brings is said', async (t) => {
  const bringing = (name: string, more: string) => KIND(name).replace('config:', `${more}, config:`)
  const market = `services: { market: new URL('./run.js', import.meta.url) }`
  const dir = home(t, {
    'first.mjs': bringing('first', `${market}, needs: ['market', 'door']`),
    'second.mjs': bringing('second', market),
    'third.mjs': bringing('third', `services: { door: new URL('./run.js', import.meta.url) }`),
    'unmet.mjs': bringing('unmet', `needs: ['markt']`),
    'badName.mjs': bringing('bad-name', `services: { 'My market': new URL('./run.js', import.meta.url) }`),
    'badSize.mjs': bringing(
      'bad-size',
      `services: { big: { run: new URL('./run.js', import.meta.url), maxMemory: 256 } }`,
    ),
    'badHook.mjs': bringing('bad-hook', 'hooks: { stripe: {} }'),
  })
  const asked = ['first', 'second', 'third', 'unmet', 'badName', 'badSize', 'badHook'].map((name) => `./${name}.mjs`)
  const services = { door: { run: new URL('file:///door.js') } }
  const kinds = await loadKinds([], asked, dir, { services })
  assert.deepEqual(names(kinds), ['first', 'unmet'])
  assert.deepEqual(
    [...kinds.services.values()].map(({ name, from }) => [name, from]),
    [
      ['door', 'frota'],
      ['market', 'first'],
    ],
  )
  assert.deepEqual(kinds.problems, [
    'FROTA_KINDS: ./second.mjs: there is already a host service named "market", of first',
    'FROTA_KINDS: ./third.mjs: there is already a host service named "door", of frota',
    'FROTA_KINDS: ./badName.mjs: services: "My market" must be lower-case letters, digits and "-"',
    'FROTA_KINDS: ./badSize.mjs: services.big.maxMemory must be a size with its unit, like 768MB or 1.5GB',
    'FROTA_KINDS: ./badHook.mjs: `hooks.stripe.help` is missing',
    'kind unmet: it needs the host service "markt", which no kind brings (did you mean "market"?)',
  ])
})

test('what a session needs may depend on its config, and a kind that is wrong there spoils its own sessions only', () => {
  const market = readHostService('market', new URL('file:///market.js'), 'test')
  const known = new Map([['market', market]])
  const needs = (config: Record<string, unknown>) => (config.live ? ['market', 'market'] : [])
  assert.deepEqual(needsOf({ needs }, { live: true }, known), { needs: ['market'] })
  assert.deepEqual(needsOf({ needs }, {}, known), { needs: [] })
  assert.deepEqual(needsOf({}, {}, known), { needs: [] })
  const problemOf = (wrong: () => string[]) => JSON.stringify(needsOf({ needs: wrong }, {}, known))
  assert.match(
    problemOf(() => ['other']),
    /needs the host service \\"other\\", which no kind brings/,
  )
  assert.match(
    problemOf(() => assert.fail('no idea')),
    /cannot be told: no idea/,
  )
})

test('a kind whose view could not be made in a store is not loaded, and it is said what is wrong', async (t) => {
  const column = `word: { type: 'text' }`
  const cases: [views: string, said: RegExp][] = [
    [`{ Things: { help: '', records: 'a', columns: {} } }`, /views\.Things: its name must be/],
    [`{ ${'x'.repeat(50)}: { help: '', records: 'a', columns: {} } }`, /longer than 50/],
    [`{ things: { records: 'a', columns: {} } }`, /views\.things: `help`/],
    [`{ things: { help: '', columns: {} } }`, /either `records` or `events`/],
    [`{ things: { help: '', records: 'a', events: ['b'], columns: {} } }`, /either `records` or `events`/],
    [`{ things: { help: '', records: "a'b", columns: {} } }`, /`records` must name/],
    [`{ things: { help: '', events: [], columns: {} } }`, /`events` must list/],
    [`{ things: { help: '', events: ["it's"], columns: {} } }`, /`events` must list/],
    [`{ things: { help: '', records: 'a' } }`, /`columns` is missing/],
    [`{ things: { help: '', records: 'a', columns: { 'a"b': { type: 'text' } } } }`, /cannot be a column/],
    [`{ things: { help: '', records: 'a', columns: { session: { type: 'text' } } } }`, /every view may have/],
    [`{ things: { help: '', records: 'a', columns: { n: { type: 'number' } } } }`, /must be one of text, integer/],
    [`{ things: { help: '', records: 'a', columns: { n: { type: 'text', path: "a'" } } } }`, /names of fields/],
    [`{ things: { help: '', records: 'a', columns: { n: { type: 'text', path: ['a', '0'] } } } }`, /names of fields/],
    [`{ things: { help: '', records: 'a', columns: { n: { type: 'decimal', filter: true } } } }`, /decimals cannot/],
    [`{ things: { help: '', records: 'a', order: { by: 'word' }, columns: { ${column} } } }`, /its order must be/],
    [`{ things: { help: '', records: 'a', order: { by: 'none' }, columns: { ${column} } } }`, /its order must be/],
  ]
  const withViews = (name: string, views: string) => KIND(name).replace('config:', `views: ${views}, config:`)
  const things = `{ help: '', records: 'a', columns: { ${column} } }`
  const dir = home(t, {
    ...Object.fromEntries(cases.map(([views], n) => [`k${n}.mjs`, withViews(`k${n}`, views)])),
    'taken.mjs': withViews('kept', `{ sessions: ${things} }`),
    'first.mjs': withViews('a-b', `{ c: ${things} }`),
    'second.mjs': withViews('a', `{ b_c: ${things} }`),
  })
  const files = [...cases.map((_, n) => `./k${n}.mjs`), './taken.mjs', './first.mjs', './second.mjs']
  const { problems, ...kinds } = await loadKinds([], files, dir)
  assert.deepEqual(
    kinds.list().map(({ name }) => name),
    ['a-b'],
  )
  const said = [...cases.map(([, words]) => words), /"kept_sessions" is a name of the store/, /a_b_c .*the kind "a-b"/]
  for (const [n, words] of said.entries()) assert.match(problems[n] ?? '', words)
})

test('a kind of jobs alone needs no run module, and promises nothing that only a session does', async (t) => {
  const job = `{ input: { shape: {} }, help: '', run: new URL('./job.js', import.meta.url) }`
  const kind = (more: string) => `export default { name: 'jobs', title: 'J', config: { shape: {} }, ${more} }`
  const dir = home(t, {
    'job.js': '',
    'good.mjs': kind(`jobs: { go: ${job} }`),
    'none.mjs': kind(''),
    'empty.mjs': kind('jobs: {}'),
    'vain.mjs': kind(`jobs: { go: ${job} }, secrets: { TOKEN: 'required' }`),
    'text.mjs': kind(`jobs: { go: ${job} }, run: './run.js'`),
  })
  const problemOf = async (file: string) => (await loadKinds([], [file], dir)).problems[0] ?? 'none'
  assert.equal(await problemOf('./good.mjs'), 'none')
  for (const file of ['./none.mjs', './empty.mjs', './text.mjs'])
    assert.match(await problemOf(file), /`run` must be a URL/)
  assert.match(await problemOf('./vain.mjs'), /`secrets` is for sessions: without `run` it has none/)
})
