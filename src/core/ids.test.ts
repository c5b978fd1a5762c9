import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, formatRef, nearest, parseDisplayName, parseRef, unitName, uuidv7 } from './ids.js'

test('a session is written tenant/name, and comes back the same', () => {
  const ref = parseRef('acme/vendas-2')
  assert.deepEqual(ref, { tenant: 'acme', name: 'vendas-2' })
  assert.equal(formatRef(ref), 'acme/vendas-2')
  assert.equal(unitName(ref), 'acme.vendas-2')
})

test('a name that could be a path, an option or somebody else’s file is refused', () => {
  const bad = [
    'acme',
    'acme/',
    '/vendas',
    'acme/a/b',
    '../etc',
    'acme/..',
    'acme/.hidden',
    'acme/-x',
    'Acme/x',
    'a b/c',
  ]
  for (const text of [...bad, 'acme/a.b', 'acme/é', `acme/${'a'.repeat(32)}`, 'acme/a\nb', 'acme/a\0', '']) {
    assert.throws(() => parseRef(text), { name: 'UserError', exit: 2 }, JSON.stringify(text))
  }
  assert.doesNotThrow(() => parseRef(`${'a'.repeat(31)}/0`))
})

test('event ids sort by their time and say what they are', () => {
  const random = new Uint8Array(10).fill(0xff)
  const times = [0, 1, 1_700_000_000_000, 1_700_000_000_001, 2 ** 47]
  const ids = times.map((ms) => uuidv7(ms, random))
  assert.deepEqual([...ids].sort(), ids)
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  assert.equal(ids[2]?.slice(0, 13), '018bcfe5-6800')
})

test('a mistyped name is guessed when something is near, and only then', () => {
  const known = ['whatsapp', 'trading', 'telegram']
  assert.equal(nearest('whatsap', known), 'whatsapp')
  assert.equal(nearest('tradign', known), 'trading')
  assert.equal(nearest('email', known), undefined)
  assert.equal(nearest('WhatsApp', known), 'whatsapp')
  assert.equal(nearest('sya', ['send', 'say']), 'say')
  assert.equal(nearest('foo', ['to', 'text']), undefined)
  assert.equal(nearest('x'.repeat(1_000_000), known), undefined)
  assert.equal(didYouMean('telegrm', known), 'did you mean "telegram"?')
  assert.equal(didYouMean('x', []), '')
})

test('a display name is one line in any script, and never moves the cursor', () => {
  for (const name of ['Acme Ltda', 'Café ✓', '株式会社', 'x'.repeat(80)])
    assert.equal(parseDisplayName(` ${name} `), name)
  for (const name of ['', '  ', 'a\nb', 'a\x1b[31m', 'a\u202eb', 'a\u2028b', 'x'.repeat(81)]) {
    assert.throws(() => parseDisplayName(name), { code: 'BAD_DISPLAY_NAME', exit: 2 }, JSON.stringify(name))
  }
})
