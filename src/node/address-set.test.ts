import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressSet, networkOf } from './address-set.js'

test('an address is one of a set by itself or by its network, in either version', () => {
  const set = addressSet(['10.1.2.3', '192.168.0.0/16', 'fd00::/8', '::1', 'fe80::7'])
  for (const one of [
    '10.1.2.3',
    '192.168.7.7',
    'fd12::1',
    '::1',
    '::ffff:10.1.2.3',
    '::ffff:192.168.1.1',
    'fe80::7%eth0',
  ]) {
    assert.equal(set.has(one), true, one)
  }
  for (const other of ['10.1.2.4', '192.169.0.1', 'fe80::1', '::2', '::ffff:10.1.2.4', '', 'unknown', '10.1.2.3:80']) {
    assert.equal(set.has(other), false, other)
  }
  assert.equal(addressSet([]).has('127.0.0.1'), false)
})

test('what is no address and no network is told as such', () => {
  for (const wrong of [
    '',
    'localhost',
    '10.0.0',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    '1/-1',
    'fe80::1%eth0',
  ]) {
    assert.equal(networkOf(wrong), null, wrong)
    assert.throws(() => addressSet([wrong]), /is no address/)
  }
  assert.deepEqual(networkOf('10.0.0.0/8'), { address: '10.0.0.0', prefix: 8, version: 'ipv4' })
  assert.deepEqual(networkOf('::1'), { address: '::1', prefix: 128, version: 'ipv6' })
})
