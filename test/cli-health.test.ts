// `frota health`, as a container's manager asks it.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { execute, fleetHome, NODE, ROOT } from './fleet-home.js'

const REPORTER = `
const files = []
require('node:module').registerHooks({ load: (url, context, next) => (files.push(url), next(url, context)) })
process.on('exit', () => require('node:fs').writeFileSync(process.env.FROTA_TEST_REPORT, JSON.stringify(files)))
`

test('the fleet is well while its supervisor answers, whatever becomes of its sessions and its store', async (t) => {
  const home = await fleetHome(t)
  const down = await home.run('health')
  assert.deepEqual([down.code, down.stdout], [1, ''])
  assert.match(down.stderr, /^frota: No supervisor answers: .*ENOENT.*\n$/)

  await home.frota('up')
  await home.frota('tenant', 'add', 'acme')
  await home.add('acme/a', {}, 'never-ready')
  await home.call('sessions.start', { refs: ['acme/a'] })
  writeFileSync(home.paths.db, 'nonsense') // in place: the very file that the supervisor has open
  assert.deepEqual(await home.run('health'), { code: 0, stdout: '', stderr: '' })
  const { ok, lastTickMsAgo } = await home.json<{ ok: boolean; lastTickMsAgo: number }>('health')
  assert.equal(ok, true)
  assert.ok(lastTickMsAgo >= 0)
  assert.match((await home.run('health', '--help')).stdout, /exit 0 or 1/)
})

test('a home that another user could change is not well, and that is said by 1 too', async (t) => {
  const home = await fleetHome(t)
  const { code, stdout } = await execute(NODE, [join(ROOT, 'bin/frota'), 'health', '--json'], {
    ...home.env,
    FROTA_HOME: '/dev/null',
  })
  assert.equal(code, 1)
  assert.match(JSON.parse(stdout).reason, /\/dev\/null/)
})

test('frota health loads nothing that it does not need: no parser, no store, no package', async (t) => {
  const home = await fleetHome(t)
  const [reporter, report] = [join(home.dir, 'reporter.cjs'), join(home.dir, 'report.json')]
  writeFileSync(reporter, REPORTER)
  const env = { ...home.env, NODE_OPTIONS: `--require ${reporter}`, FROTA_TEST_REPORT: report }
  await execute(NODE, [join(ROOT, 'bin/frota'), 'health'], env)
  const loaded = (JSON.parse(readFileSync(report, 'utf8')) as string[]).filter((url) => url.startsWith('file:'))
  assert.deepEqual(
    loaded.filter((url) => url.includes('node_modules')),
    [],
  )
  assert.ok(loaded.some((url) => url.endsWith('main/health.js')))
  assert.ok(loaded.length <= 20, loaded.join('\n'))
})
