import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asTyped } from './as-typed.js'

test('commands in a text become what can be typed; other words stay', () => {
  const typed = (text: string) => asTyped(text, 'node bin/frota')
  assert.equal(typed('frota up, then frota logs acme/a'), 'node bin/frota up, then node bin/frota logs acme/a')
  assert.equal(typed('Usage: frota [options] [command]'), 'Usage: node bin/frota [options] [command]')
  assert.equal(typed('see frota --help'), 'see node bin/frota --help')
  for (const text of ['frota runs bots', '/srv/frota up', 'frota.service', 'my-frota up'])
    assert.equal(typed(text), text)
  assert.equal(asTyped('frota up', 'frota'), 'frota up')
})
