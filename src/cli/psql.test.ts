import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDbUrl } from './psql.js'

test('a database address becomes arguments without its password', () => {
  const { args, password, settings } = readDbUrl(
    'postgresql://postgres.ref:p%40ss%3Aword@aws-0.pooler.supabase.com:6543/postgres',
  )
  assert.deepEqual(args, ['-h', 'aws-0.pooler.supabase.com', '-p', '6543', '-U', 'postgres.ref', '-d', 'postgres'])
  assert.equal(password, 'p@ss:word')
  assert.ok(!args.join().includes('p@ss'))
  assert.equal(settings.PGSSLMODE, 'require')
})

test('only a database on this machine may be spoken to in clear', () => {
  assert.equal(readDbUrl('postgres://u@localhost/x').settings.PGSSLMODE, 'prefer')
  assert.equal(readDbUrl('postgres://u@db.example.com/x?sslmode=verify-full').settings.PGSSLMODE, 'verify-full')
  assert.deepEqual(readDbUrl('postgres://127.0.0.1').args, [
    '-h',
    '127.0.0.1',
    '-p',
    '5432',
    '-U',
    'postgres',
    '-d',
    'postgres',
  ])
})
