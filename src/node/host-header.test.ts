import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksForThisMachine } from './host-header.js'

test('only names of this machine are answered, whatever the port; a monitor that speaks HTTP/1.0 may name none', () => {
  const ours = ['localhost', 'LOCALHOST:3000', '127.0.0.1', '127.0.0.1:3001', '127.1.2.3:1', '[::1]', '[::1]:3001']
  for (const host of [...ours, undefined]) assert.equal(asksForThisMachine(host), true, host)
  const others = ['evil.example', 'evil.example:3001', '127.0.0.1.evil.example', 'localhost.evil.example', '10.0.0.1']
  for (const host of [...others, '', ':3001', '0.0.0.0', '[::]', '::1', '127.0.0.1@evil.example', 'x127.0.0.1']) {
    assert.equal(asksForThisMachine(host), false, host)
  }
})
