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
  assert.equal(readMessage({ ...raw, from: '0@c.us' }), null, 'WhatsApp’s own announcements are nobody to answer')
  assert.equal(readMessage({ ...raw, type: 'album' }), null, 'its pictures come by themselves')
  assert.equal(readMessage({ ...raw, type: 'list_response', body: 'Option 2' })?.text, 'Option 2')
  assert.equal(readMessage({ ...raw, notifyName: 'A'.repeat(100_000) })?.name?.length, 200)
  for (const junk of [null, 'x', 5, [], {}, { id: 'a' }, { ...raw, from: 7 }]) assert.equal(readMessage(junk), null)
})

test('what WhatsApp refused to take from us was not sent: it is not counted as ours in the chat', () => {
  const ours = { id: 'true_1@c.us_B', type: 'chat', from: '2@c.us', to: '1@c.us', t: 5, fromMe: true, body: 'x' }
  assert.equal(readMessage({ ...ours, ack: -1 }), null)
  assert.equal(readMessage({ ...ours, ack: 0 })?.text, 'x', 'it waits for the network')
})
