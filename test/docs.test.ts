// What the documents promise: the example kind works as they say, and what they name is there.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { NAMES } from '../src/config/names.js'
import { builtInKinds } from '../src/kinds/index.js'
import { documents, read } from './documents.js'
import { execute, fleetHome, NODE, ROOT } from './fleet-home.js'

const KIND = join(ROOT, 'docs/examples/poster/kind.js')
const TOKEN = 'a-token-of-the-example'

/** Keeps what is put to it, and can be told to let the next caller wait for ever after having kept it. */
async function postOffice(t: TestContext) {
  const kept = new Map<string, string>()
  const puts: string[] = []
  const looks: string[] = []
  const office = { kept, puts, looks, url: '', silent: false, token: TOKEN }
  const server: Server = createServer(async (request, response) => {
    const id = request.url?.slice(1) ?? ''
    let body = ''
    for await (const chunk of request) body += chunk
    if (request.headers.authorization !== office.token) return response.writeHead(401).end()
    if (request.method === 'GET') looks.push(id)
    if (request.method === 'GET') return response.writeHead(kept.has(id) ? 200 : 404).end()
    puts.push(id)
    kept.set(id, body)
    if (!office.silent) response.writeHead(201).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  office.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return office
}

test('the example kind of docs/kinds.md posts each text once, also when it is killed in the middle of it', async (t) => {
  const office = await postOffice(t)
  const home = await fleetHome(t, { FROTA_KINDS: KIND })
  const post = (id: string) => home.json<{ isNew: boolean }>('do', 'acme/news', 'post', `id=${id}`, 'text=hello')
  await home.frota('up')
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/news', '--kind', 'poster', '--set', `url=${office.url}`)
  const early = await home.run('start', 'acme/news')
  assert.equal(early.code, 2)
  assert.match(early.stderr, /needs the secret TOKEN/)
  await home.call('secrets.set', { scope: 'acme/news', name: 'TOKEN', value: TOKEN })
  await home.frota('start', 'acme/news', '--wait')

  assert.deepEqual(await post('one'), { isNew: true })
  await home.until('the first post', () => home.events('posted').length === 1)
  assert.deepEqual(await post('one'), { isNew: false })

  office.silent = true
  await post('two')
  await home.until('the second post', () => office.kept.has('two'))
  home.kill((await home.row('acme/news'))?.pid)
  office.silent = false
  await home.until('the second post to be confirmed', () => home.events('posted').length === 2)
  assert.deepEqual(
    home.events('posted').map(({ data }) => data),
    [
      { id: 'one', found: false },
      { id: 'two', found: true },
    ],
  )
  assert.deepEqual(office.puts, ['one', 'two'])
  assert.deepEqual(office.looks, ['two'])

  await home.frota('add', 'acme/other', '--kind', 'poster', '--set', 'url=http://127.0.0.1:1')
  const taken = await home.run('config', 'set', 'acme/other', `url=${office.url}`)
  assert.equal(taken.code, 4, taken.stderr)

  office.token = 'another one now'
  await post('three')
  const [failed] = await home.reached('failed', 'acme/news')
  assert.match(failed?.reason ?? '', /the token was refused/)
})

test('docs/kinds.md shows the example as it is, in fewer than 40 lines, and explains every field of ctx', () => {
  const page = read('docs/kinds.md')
  const files = ['kind.js', 'run.js'].map((file) => read(`docs/examples/poster/${file}`))
  for (const file of files) assert.ok(page.includes(file.trimEnd()), 'docs/kinds.md shows another program')
  assert.ok(files.join('').trimEnd().split('\n').length < 40)
  const context = /export interface SessionContext[^{]*\{(.*?)\n\}/s.exec(read('src/kinds/kind.ts'))?.[1] ?? ''
  const fields = [...context.matchAll(/^ {2}(?:readonly )?(\w+)[:(]/gm)].map(([, name]) => name)
  assert.ok(fields.length >= 13)
  assert.deepEqual(
    fields.filter((field) => !page.includes(`\`${field}`)),
    [],
  )
})

test('every file that a document names exists', () => {
  const missing = documents.flatMap((document) => {
    const text = read(document)
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, to = '']) => join(dirname(document), to))
    const paths = [...text.matchAll(/`((?:src|test|docs|bin|scripts|sims|bench|supabase)\/[\w./-]*\w)`/g)]
    return [...links, ...paths.map(([, path = '']) => path)]
      .filter((path) => !existsSync(join(ROOT, path)))
      .map((path) => `${document}: ${path}`)
  })
  assert.deepEqual(missing, [])
})

test('every command that a document names is a command', async () => {
  const help = (await execute(NODE, [join(ROOT, 'bin/frota'), '--help'], { PATH: process.env.PATH ?? '' })).stdout
  const known = new Set([...help.matchAll(/^ {2}([a-z]+) (?:\[options\])/gm)].map(([, name]) => name))
  // A kind that has jobs is a word as well.
  for (const { name, jobs } of builtInKinds) if (jobs) known.add(name)
  const wrong = documents.flatMap((document) =>
    [...read(document).matchAll(/(?:^|`|&& |\| )(?:node bin\/)?frota ([a-z]+)/gm)]
      .map(([, verb]) => verb)
      .filter((verb) => !known.has(verb))
      .map((verb) => `${document}: frota ${verb}`),
  )
  assert.ok(known.size > 20)
  assert.deepEqual(wrong, [])
})

test('.env.example names every variable that is read, and no other', () => {
  const named = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name)
  const alias = 'SUPABASE_SERVICE_ROLE_KEY'
  // FROTA_HOME says where the file is: it cannot stand in it.
  const expected = NAMES.filter((name) => name !== 'FROTA_HOME' && name !== alias)
  assert.deepEqual(named.sort(), [...expected].sort())
})
