import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Account, type Incoming } from './account.js'

const customer = '5511988887777@c.us'
const incoming = (key: string, text = key): Incoming => ({
  chat: customer,
  author: null,
  type: 'chat',
  text,
  key,
  name: 'Ana',
})

test('a message delivered twice under one id is there once; another text under it is refused', () => {
  const account = new Account('5511900000001')
  const first = account.receive(incoming('A1', 'oi'))
  assert.deepEqual([first.duplicate, account.receive(incoming('A1', 'oi')).duplicate], [false, true])
  assert.equal(account.messages.length, 1)
  assert.throws(() => account.receive(incoming('A1', 'outra coisa')), /^Error: id: already used for another text$/)
})

test('what no device has fetched is not in its chats; then it is, unread until it is read or answered', () => {
  const account = new Account('5511900000001')
  account.receive(incoming('A1'))
  assert.deepEqual(account.chats(), [])
  account.arrive()
  assert.equal(account.chats()[0]?.unreadCount, 1)
  account.receive(incoming('A2'))
  account.arrive()
  assert.equal(account.markRead(customer), 2)
  assert.equal(account.chats()[0]?.unreadCount, 0)
})

test('history gives the last messages, or those before and after one, oldest first', () => {
  const account = new Account('5511900000001')
  for (const key of ['A1', 'A2', 'A3', 'A4']) account.receive(incoming(key))
  account.arrive()
  const keys = (ask: Parameters<Account['history']>[1]) => account.history(customer, ask).map(({ text }) => text)
  const id = (key: string) => `false_${customer}_${key}`
  assert.deepEqual(keys({}), ['A1', 'A2', 'A3', 'A4'])
  assert.deepEqual(keys({ count: 2 }), ['A3', 'A4'])
  assert.deepEqual(keys({ count: 1, id: id('A3') }), ['A2'])
  assert.deepEqual(keys({ count: 1, id: id('A2'), direction: 'after' }), ['A3'])
  assert.deepEqual(keys({ count: -1, onlyUnread: true }), ['A1', 'A2', 'A3', 'A4'])
})

test('a phone read back from its saved state is the same phone', () => {
  const account = new Account('5511900000001')
  account.link()
  account.receive(incoming('A1'))
  account.arrive()
  account.send(customer, 'olá', 'B1', 'phone', null)
  const again = new Account('5511900000001', JSON.parse(JSON.stringify(account.state())))
  assert.deepEqual(again.state(), account.state())
  assert.deepEqual(again.chats(), account.chats())
})

test('what it missed is news to a device that comes back, unless it is only to find it in the chats', () => {
  const account = new Account('5511900000001')
  const device = account.link()
  account.receive(incoming('A1'))
  account.comeBack(device)
  assert.equal(device.toldUpTo, 0)
  account.announcesMissed = false
  account.comeBack(device)
  account.arrive()
  assert.equal(device.toldUpTo, 1)
  assert.equal(account.history(customer, {}).length, 1)
})
