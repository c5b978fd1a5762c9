import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { UserError } from '../core/errors.js'
import { Secret } from '../core/secret.js'
import { listMigrations, sqlToPaste } from './migrations.js'
import { applyMigrations, sslFor } from './migrations-apply.js'

test('only a database on this machine may be spoken to in clear, unless the address says otherwise', () => {
  const cases: [address: string, ssl: ReturnType<typeof sslFor>][] = [
    ['postgres://u:p@db.ref.supabase.co:5432/postgres', 'require'],
    ['postgres://u:p@db.ref.supabase.co/postgres?sslmode=verify-full', 'verify-full'],
    ['postgres://u:p@db.ref.supabase.co/postgres?sslmode=require', 'require'],
    ['postgres://u:p@db.ref.supabase.co/postgres?sslmode=nonsense', 'require'],
    ['postgres://u@localhost/x', 'prefer'],
    ['postgres://u@127.0.0.1/x?sslmode=disable', false],
  ]
  for (const [address, ssl] of cases) assert.equal(sslFor(new URL(address)), ssl, address)
})

test('a database that does not answer is named without the password', async () => {
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  try {
    const address = new Secret(`postgres://frota:p%40ss-word@127.0.0.1:${port}/postgres?sslmode=disable`)
    await assert.rejects(applyMigrations(address, sqlToPaste(listMigrations()), 1), (thrown) => {
      assert.ok(thrown instanceof UserError)
      assert.equal(thrown.code, 'NOT_MIGRATED')
      assert.match(thrown.message, new RegExp(`127.0.0.1:${port} did not answer: `))
      assert.doesNotMatch(`${thrown.message}${thrown.hint}`, /p@ss-word|p%40ss/)
      return true
    })
  } finally {
    server.close()
  }
})

test('with nothing missing nothing is asked', () => applyMigrations(new Secret('postgres://nowhere.invalid'), ''))
