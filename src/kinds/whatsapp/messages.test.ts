import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMessage } from './messages.js'

test('what strangers write is taken as text, whatever it is', () => {
  const raw = {
    id: { _serialized: 'false_1@c.us_A' },
    type: 'chat',
    from: '11111@c.us',
    to: '22222@c.us',
    t: 5,
    fromMe: false,
  }
  assert.equal(readMessage({ ...raw, body: 'x'.repeat(100_000) })?.text.length, 65_536)
  assert.equal(readMessage({ ...raw, body: { evil: true } })?.text, '')
  assert.equal(readMessage({ ...raw, type: 'image', body: 'base64', caption: 'look' })?.text, 'look')
  assert.equal(readMessage({ ...raw, type: 'ciphertext' }), null)
  assert.equal(readMessage({ ...raw, from: 'status@broadcast' }), null)
  for (const junk of [null, 'x', 5, [], {}, { id: 'a' }, { ...raw, from: 7 }]) assert.equal(readMessage(junk), null)
})
