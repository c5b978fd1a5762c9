// `frota rm` on a real home: what is taken away, what is kept, and what may not hinder it.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fleetHome } from './fleet-home.js'

interface Removed {
  eventsShipped: number
  warnings: string[]
}

test('a session is removed whole: its process, row, login and logs', async (t) => {
  const home = await fleetHome(t)
  await home.frota('up')
  await home.call('tenants.add', { slug: 'acme' })
  await home.add('acme/a', { everyMs: 5 })
  await home.frota('start', 'acme/a', '--wait')
  const [row] = (await home.rows()) ?? []
  const { warnings } = await home.json<Removed>('rm', 'acme/a', '--yes')
  assert.deepEqual([warnings, await home.rows()], [[], []])
  assert.equal(
    home.processes().some(({ pid }) => pid === row?.pid),
    false,
  )
  assert.equal(existsSync(join(home.paths.tokens, 'acme/a')), false)
  assert.equal(existsSync(join(home.paths.logs, 'acme.a.jsonl')), false)
  assert.doesNotMatch(
    home.logText('supervisor.jsonl'),
    /not this home's any more/,
    'told as if somebody had cut the row out',
  )
})

test('a damaged journal is no reason to keep a session that shall go', async (t) => {
  const home = await fleetHome(t)
  await home.frota('tenant', 'add', 'acme')
  await home.frota('add', 'acme/a', '--kind', 'probe', '--set', `witness=${home.witness.socket}`)
  const dir = join(home.paths.tokens, 'acme/a')
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'journal.db'), 'not a database, whatever its name says'.repeat(100))
  const { warnings } = await home.json<Removed>('rm', 'acme/a', '--yes')
  assert.match(warnings.join(), /what its journal still held is lost: .*not a database/)
  assert.equal(existsSync(dir), false)
})

test('clean deletes what belongs to no session, and nothing of one that does', async (t) => {
  const home = await fleetHome(t)
  await home.frota('tenant', 'add', 'acme')
  const at = (name: string) => join(home.paths.tokens, 'acme', name)
  for (const name of ['stays', 'goes']) {
    await home.frota('add', `acme/${name}`, '--kind', 'probe', '--set', `witness=${home.witness.socket}`)
    mkdirSync(at(name), { recursive: true })
    writeFileSync(join(at(name), 'login'), 'x')
    writeFileSync(join(home.paths.logs, `acme.${name}.jsonl`), '')
  }
  await home.frota('rm', 'acme/goes', '--yes', '--keep-data')
  assert.ok(existsSync(at('goes')), '--keep-data kept nothing')
  const orphans = [at('goes'), join(home.paths.logs, 'acme.goes.jsonl')]
  const dry = await home.json<{ deleted: string[] }>('clean', '--dry-run')
  assert.deepEqual(dry.deleted, orphans)
  assert.ok(orphans.every((file) => existsSync(file)))
  const { deleted } = await home.json<{ deleted: string[] }>('clean', '--yes')
  assert.deepEqual(deleted, orphans)
  assert.ok(!orphans.some((file) => existsSync(file)))
  assert.ok(existsSync(join(at('stays'), 'login')) && existsSync(join(home.paths.logs, 'acme.stays.jsonl')))
})
