import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connectToSupervisor } from './client.js'

const AS_LS_LOADS = `
  import { registerHooks } from 'node:module'
  const loaded = []
  registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
  for (const file of ['api/client', 'cli/program', 'cli/sessions', 'cli/audit'])
    await import('${new URL('..', import.meta.url).href}' + file + '.ts')
  console.log(JSON.stringify(loaded))
`

test('a command on a running fleet loads no schema library and none of the verbs: it asks the supervisor', () => {
  const args = ['--import', 'tsx', '--input-type=module', '-e', AS_LS_LOADS]
  const loaded: string[] = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }))
  assert.ok(loaded.some((url) => url.endsWith('/src/api/client.ts')))
  assert.deepEqual(
    loaded.filter((url) => /\/node_modules\/zod\/|\/src\/(fleet|store|kinds)\/|\/src\/api\/(verbs|inputs)/.test(url)),
    [],
  )
})

test('a supervisor that dies in the middle of its answer is told to be gone, and is no bug', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'frota-client-'))
  const server = createServer((request, response) => {
    if (request.url === '/HEAD') return response.end('{}')
    response.writeHead(200, { 'content-length': 1_000 }).write('{"result":', () => response.destroy())
  })
  t.after(() => {
    server.close()
    rmSync(dir, { recursive: true, force: true })
  })
  server.listen(join(dir, 'control.sock'))
  await once(server, 'listening')
  const client = await connectToSupervisor(join(dir, 'control.sock'))
  assert.ok(client)
  await assert.rejects(client.call('host.status'), { code: 'SUPERVISOR_GONE' })
  await client.close()
})
