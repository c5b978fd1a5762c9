import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { View } from '../../core/views.js'
import { viewMigration, viewsBehind, viewsLeft } from './migrations.js'
import { postgresSql } from './sql.js'

const aView = (name: string, column = 'word'): View => ({
  kind: 'shop',
  name: `shop_${name}`,
  help: '',
  records: name,
  columns: { [column]: { type: 'text' } },
})

test('a view is behind until the last file that speaks of it makes it as it is described', () => {
  const [first, other, second] = [aView('things'), aView('others'), aView('things', 'wort')]
  const files = [postgresSql(first), postgresSql(other)]
  assert.deepEqual(viewsBehind(files, [first, other]), [])
  assert.deepEqual(viewsBehind(files, [second, other]), [second])
  assert.deepEqual(viewsBehind([...files, postgresSql(second)], [second, other]), [])
  assert.deepEqual(
    viewsBehind([...files, postgresSql(second)], [first]),
    [first],
    'what was made before counts no more',
  )
  assert.deepEqual(viewsBehind([], [first]), [first])
})

test('a migration makes what is behind and drops what no kind has any more, once', () => {
  const [things, others] = [aView('things'), aView('others')]
  assert.equal(viewMigration([postgresSql(things)], [things]), undefined)
  const next = viewMigration([postgresSql(things)], [others]) ?? ''
  assert.ok(next.includes(postgresSql(others)))
  assert.match(next, /^select public\.frota_drop_view\('shop_things'\);$/m)
  assert.doesNotMatch(next, /create view public\.frota_shop_things/)
  assert.deepEqual(viewsLeft([postgresSql(things), next], [others]), [])
  assert.equal(viewMigration([postgresSql(things), next], [others]), undefined)
})
