// What a customer's sessions keep, read as a table: through the supervisor, and with the fleet down.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fleetHome, upWith } from './fleet-home.js'

interface Rows {
  rows: { session: string; key: string; n: number; updated_at: string }[]
  cursor: string | null
}

test('a customer’s views are read while its sessions run, and the same when all is down', async (t) => {
  const home = await fleetHome(t)
  await upWith(home, { 'acme/a': { act: 'keeps' }, 'acme/b': { act: 'keeps' } })
  const read = (...args: string[]) => home.json<Rows>('view', 'acme', 'probe_counters', ...args)
  await home.until('both to have counted', async () => {
    const { rows } = await read('--where', 'n>=3')
    return new Set(rows.map(({ session }) => session)).size === 2
  })
  await home.frota('down')

  const { rows, cursor } = await read('--where', 'session=acme/a')
  assert.equal(cursor, null)
  assert.deepEqual([...new Set(rows.map(({ session }) => session))], ['a'])
  const all = await read()
  const [first] = all.rows
  assert.ok(first && Number.isInteger(first.n) && !Number.isNaN(Date.parse(first.updated_at)))

  const one = await read('--limit', '1')
  assert.ok(one.cursor)
  const rest = await read('--after', one.cursor)
  assert.deepEqual([...one.rows, ...rest.rows], all.rows)

  const csv = (await home.frota('view', 'acme', 'probe_counters', '--csv')).trim().split('\n')
  assert.deepEqual([csv[0], csv.length], ['session,session_id,key,updated_at,n', all.rows.length + 1])
  assert.match(await home.frota('view', 'acme', 'probe_counters'), /SESSION +KEY +UPDATED_AT +N\n/)
  assert.match(await home.frota('view', 'acme'), /probe_counters +How far it counted +session .* n\n/)

  const cases: [args: string[], code: number, said: RegExp][] = [
    [['none'], 3, /no customer "none"/],
    [['acme', 'probe_counter'], 3, /no view "probe_counter".*probe_counters/],
    [['acme', 'probe_counters', '--where', 'm=1'], 2, /cannot be asked for "m"/],
    [['acme', 'probe_counters', '--after', 'x'], 2, /no cursor/],
    [['acme', 'probe_counters', '--limit', '0'], 2, /--limit/],
    [['acme', 'probe_counters', '--csv', '--json'], 2, /--csv or --json/],
  ]
  for (const [args, code, said] of cases) {
    const { code: exit, stderr } = await home.run('view', ...args)
    assert.deepEqual([exit, said.test(stderr)], [code, true], `${args.join(' ')}: ${stderr}`)
  }
})
